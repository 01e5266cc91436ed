"""Schedules that the ends of months post of themselves: adopted and ended (rules/schedules.py)."""

from typing import Final

from backend.acts import Done
from backend.documents.words import words
from backend.office.bookkeeping import BooksOffice
from backend.refusals import Say
from indexer.reports.charges import PostedSchedule, posted_schedules
from rules.schedules import Schedule, ScheduleKind

_SCHEDULE: Final = "(uint32,uint8,uint8,uint16,uint16,uint64,uint64,uint16,uint32)"
_USED: Final[dict[str, Say]] = {
    "BooksScheduleUnknown": (
        1,
        lambda v: words(
            f"Nomor jadwal {v[0]} sudah dipakai; lihat koperasi schedules, pakai nomor lain.",
            f"The number {v[0]} was used before; see koperasi schedules and use another.",
        ),
    )
}
_UNKNOWN: Final[dict[str, Say]] = {
    "BooksScheduleUnknown": (
        1,
        lambda v: words(
            f"Tidak ada jadwal {v[0]} yang berjalan; lihat koperasi schedules.",
            f"No schedule {v[0]} runs; see koperasi schedules.",
        ),
    )
}


def adopt_schedule(
    office: BooksOffice, number: int, kind: ScheduleKind, accounts: tuple[int, int], terms: Schedule
) -> Done:
    """Adopt schedule `number`; `accounts`: debited and credited each month. The same one is adopted once.
    BooksRefusedError."""
    known = _known(office, number)
    if known is not None and (known.kind, known.debit, known.credit, known.terms) == (
        kind,
        *accounts,
        terms,
    ):
        note = words(f"Jadwal {number} sudah ada.", f"Schedule {number} is there already.")
        return Done(None, note=note)
    method, (amount, residual, months, first) = terms.method, terms[:4]
    schedule = (number, kind, method, *accounts, amount, residual, months, first)
    return Done(office.perform("adoptSchedule", ("schedule", (_SCHEDULE,)), (schedule,), _USED))


def end_schedule(office: BooksOffice, number: int) -> Done:
    """End schedule `number`: month's ends from here on post nothing of it. BooksRefusedError."""
    known = _known(office, number)
    if known is not None and known.ended:
        note = words(f"Jadwal {number} sudah berakhir.", f"Schedule {number} was ended already.")
        return Done(None, note=note)
    return Done(office.perform("endSchedule", ("end schedule", ("uint32",)), (number,), _UNKNOWN))


def _known(office: BooksOffice, number: int) -> PostedSchedule | None:
    with office.reading() as (connection, cooperative_id):
        found = posted_schedules(connection, cooperative_id)
    return next((each for each in found if each.number == number), None)
