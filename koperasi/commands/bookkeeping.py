"""koperasi correct-entry, adopt-schedule, end-schedule, schedules"""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from koperasi.commands.loan_care import CheckOption, OnOption, show
from koperasi.errors import UsageError
from koperasi.output import (
    JsonOption,
    NetworkOption,
    Right,
    day_of,
    month_of,
    plain,
    print_json,
    print_table,
    rupiah,
)

if TYPE_CHECKING:
    from backend.office.correcting import CorrectionLine
    from indexer.reports.charges import PostedSchedule

ScheduleArgument = Annotated[
    int, typer.Argument(min=1, max=2**32 - 1, help="Nomor jadwal. / Number of the schedule.")
]
_AMOUNT_HELP = "AKUN:RUPIAH; kas: KAS:RUPIAH, BANK:RUPIAH. / ACCOUNT:RUPIAH; cash: KAS, BANK."


class Kind(StrEnum):
    """What is spread over months."""

    DEPRECIATION = "DEPRECIATION"
    SPREAD = "SPREAD"


class Method(StrEnum):
    """How it falls on them."""

    STRAIGHT_LINE = "STRAIGHT_LINE"
    DECLINING = "DECLINING"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("correct-entry", help="Koreksi yang sudah dibukukan. / Correct what was booked.")(
        correct_entry
    )
    app.command("adopt-schedule", help="Penyusutan, biaya dimuka, akrual. / Depreciation and the like.")(
        adopt_schedule
    )
    app.command("end-schedule", help="Akhiri jadwal. / End a schedule.")(end_schedule)
    app.command(help="Jadwal: yang sudah dan akan dibebankan. / Schedules: charged and to come.")(schedules)


def correct_entry(
    corrected: Annotated[
        str, typer.Argument(help="Nomor jurnal, nomor bukti, atau rujukan. / Entry, receipt or reference.")
    ],
    ref: Annotated[str, typer.Option(help="Rujukan jurnal baru, JRN-2025-0001. / Its reference.")],
    debit: Annotated[list[str], typer.Option(help=_AMOUNT_HELP)],
    credit: Annotated[list[str], typer.Option(help=_AMOUNT_HELP)],
    on: OnOption = None,
    check: CheckOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Post a journal that corrects what was booked and points to it; that stays as it is. BENDAHARA sends,
    another person of PENGURUS countersigns. The same command again sends nothing."""
    from backend.office.correcting import correct, corrected_receipt
    from koperasi.bookkeeping import bookkeeping

    lines = (*(_line(each, False) for each in debit), *(_line(each, True) for each in credit))
    with bookkeeping(network, check) as office:
        day = office.today if on is None else day_of(on)
        show(correct(office, corrected_receipt(office, corrected), ref, day, lines), check, json)


def adopt_schedule(
    schedule: ScheduleArgument,
    kind: Annotated[Kind, typer.Option(help="Jenis. / Kind.")],
    debit: Annotated[int, typer.Option(help="Akun debit tiap bulan. / Debited each month.")],
    credit: Annotated[int, typer.Option(help="Akun kredit tiap bulan. / Credited each month.")],
    amount: Annotated[int, typer.Option(min=1, max=2**64 - 1, help="Rupiah seluruhnya. / In all.")],
    months: Annotated[int, typer.Option(min=1, max=2**16 - 1, help="Berapa bulan. / How many.")],
    first: Annotated[str, typer.Option("--from", help="Bulan pertama YYYY-MM. / First month.")],
    residual: Annotated[
        int, typer.Option(min=0, max=2**64 - 1, help="Nilai sisa, rupiah. / Residual value.")
    ] = 0,
    method: Annotated[Method, typer.Option(help="Metode. / Method.")] = Method.STRAIGHT_LINE,
    check: CheckOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """The ends of months post it from then on. BENDAHARA sends, another person of PENGURUS countersigns. The
    same command again sends nothing."""
    from backend.office.scheduling import adopt_schedule as adopt
    from koperasi.bookkeeping import bookkeeping
    from rules.schedules import Schedule, ScheduleKind, ScheduleMethod
    from rules.types import Rupiah

    accounts = debit, credit
    if not all(0 < each < 2**16 for each in accounts):
        raise UsageError("Nomor akun 1 sampai 65535.", "An account is 1 to 65535.")
    terms = Schedule(Rupiah(amount), Rupiah(residual), months, month_of(first), ScheduleMethod[method])
    with bookkeeping(network, check) as office:
        show(adopt(office, schedule, ScheduleKind[kind], accounts, terms), check, json)


def end_schedule(
    schedule: ScheduleArgument,
    check: CheckOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Month's ends from here on post nothing of it; what is left a journal posts."""
    from backend.office.scheduling import end_schedule as end
    from koperasi.bookkeeping import bookkeeping

    with bookkeeping(network, check) as office:
        show(end(office, schedule), check, json)


def schedules(
    schedule: Annotated[
        int | None, typer.Argument(help="Bulan demi bulan dari jadwal ini. / This one's months.")
    ] = None,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Every schedule by the books: what the ends of months posted of it, and what they will."""
    from indexer.reports.charges import posted_schedules
    from koperasi.books import reading

    with reading(network) as (connection, cooperative_id):
        found = posted_schedules(connection, cooperative_id)
    if schedule is not None:
        found = tuple(each for each in found if each.number == schedule)
        if not found:
            raise UsageError(
                f"Tidak ada jadwal {schedule}; lihat koperasi schedules.",
                f"There is no schedule {schedule}; see koperasi schedules.",
            )
    if json:
        print_json([_told(each) for each in found])
    elif schedule is None:
        _show_all(found)
    else:
        _show_months(found[0])


def _line(told: str, is_credit: bool) -> "CorrectionLine":
    """AMOUNT of an account or a channel; UsageError."""
    from backend.cells import amount_of
    from backend.office.correcting import CorrectionLine
    from rules.types import MAX_RUPIAH, Channel, Rupiah

    name, _, text = told.partition(":")
    amount, account = amount_of(text), amount_of(name)
    place: int | Channel | None = account if account is not None and 0 < account < 2**16 else None
    if name in ("KAS", "BANK"):
        place = Channel[name]
    if place is None or amount is None or not 0 < amount <= MAX_RUPIAH:
        raise UsageError(
            f"{told}: tulis AKUN:RUPIAH, seperti 5110:25000 atau KAS:25000.",
            f"{told}: write ACCOUNT:RUPIAH, such as 5110:25000 or KAS:25000.",
        )
    return CorrectionLine(place, is_credit, Rupiah(amount))


def _told(each: "PostedSchedule") -> dict[str, object]:
    from rules.calendar import month_text

    terms = each.terms
    return {
        "schedule": each.number,
        "kind": each.kind.name,
        "method": terms.method.name,
        "debit": each.debit,
        "credit": each.credit,
        "amount": terms.amount,
        "residual": terms.residual,
        "months": terms.months,
        "first_month": month_text(terms.first_month),
        "ended": each.ended,
        "charged": each.charged,
        "left": each.left,
        "posted": [{**plain(one), "month": month_text(one.month)} for one in each.posted],
        "coming": [{"month": month_text(one.month), "amount": one.amount} for one in each.coming],
    }


def _show_all(found: "tuple[PostedSchedule, ...]") -> None:
    from rules.calendar import month_text

    print_table(
        (
            "jadwal / schedule",
            "jenis / kind",
            "debit / kredit",
            "mulai / from",
            Right("bulan / months"),
            Right("jumlah / amount"),
            Right("dibebankan / charged"),
            Right("sisa / left"),
            Right("berikut / next"),
        ),
        [
            (
                str(each.number),
                f"{each.kind.name} {each.terms.method.name}",
                f"{each.debit} / {each.credit}",
                month_text(each.terms.first_month),
                str(each.terms.months),
                each.terms.amount - each.terms.residual,
                each.charged,
                each.left,
                "berakhir / ended" if each.ended else next((one.amount for one in each.coming), 0),
            )
            for each in found
        ],
    )


def _show_months(each: "PostedSchedule") -> None:
    from rules.calendar import month_text

    print_table(
        ("bulan / month", Right("jumlah / amount"), "jurnal / entry"),
        [
            (
                month_text(one.month),
                one.amount,
                str(one.entry or "akan datang / to come"),
            )
            for one in (*each.posted, *each.coming)
        ],
        f"{each.debit} / {each.credit}: {rupiah(each.charged)} + {rupiah(each.left)}",
    )
