"""Importing a folder: judged, sent, kept. A second time changes nothing, and a killed run goes on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final

from backend.office.chain import Call, Chain
from backend.office.daybooks import BookRow, Joining, PayrollRow, read_day_books
from backend.office.judge import OfficeState
from backend.office.loading import is_posted, load_state
from backend.office.outbox import Outbox, Result
from backend.office.repository import ACCEPTED, REFUSED, WAITING, OfficeRepository, RowRecord, content_of
from rules.calendar import day_text, first_day, month_of_day
from rules.types import WibDay

MEMBER_SIGNATURE: Final = "MEMBER_SIGNATURE"
EARLIER_ROW: Final = "EARLIER_ROW"
"""What a row waits for: a signature, or an earlier row that waits."""
BOOK_DAY_TOO_OLD: Final = "BOOK_DAY_TOO_OLD"
BOOK_DAY_IN_FUTURE: Final = "BOOK_DAY_IN_FUTURE"

Fate = tuple[BookRow, str, str | None, str | None]
Progress = Callable[[int, int, str], None]
"""Called with rows done, rows in all, and the day reached (YYYY-MM-DD)."""


class ChainDisagreesError(RuntimeError):
    """The contracts refused a row that the office had accepted; the text names rows and reasons."""


@dataclass(slots=True)
class ImportReport:
    """What an import did. Counts are of this run; rows known before are in `known`."""

    accepted: int = 0
    refused: int = 0
    waiting: int = 0
    known: int = 0
    warnings: list[str] = field(default_factory=list)


class Importer:
    """Imports folders for one cooperative. `from_block`: the deployment's first block."""

    def __init__(self, chain: Chain, outbox: Outbox, repository: OfficeRepository, from_block: int) -> None:
        self._chain = chain
        self._outbox = outbox
        self._repository = repository
        self._from_block = from_block
        self._report = ImportReport()
        self._state: OfficeState | None = None

    def run(self, folder: Path, progress: Progress | None = None) -> ImportReport:
        """Import a folder.

        UnreadableDayBookError before anything is sent. ChainError and ChainDisagreesError stop the run; the
        next one goes on there.
        """
        books = read_day_books(folder)
        self._report = ImportReport(warnings=list(books.warnings))
        records = self._repository.records()
        undated = [row for row in books.undated if (row.source, row.ref) not in records]
        self._repository.save([(row, REFUSED, row.problem, None) for row in undated])
        self._report.refused += len(undated)
        state = load_state(self._chain, books.rows, self._from_block)
        posted = dict(zip(map(id, books.rows), is_posted(self._chain, books.rows, state), strict=True))
        (backdating,) = self._chain.call_many([Call("Treasury", "backdatingLimit", ())])
        done, month = 0, None
        for day, group in groupby(books.rows, key=lambda row: row.day):
            rows = list(group)
            new = [row for row in rows if self._is_new(row, records, posted[id(row)], state)]
            if new:
                if month_of_day(day) != month:
                    month = month_of_day(day)
                    self.credit_interest(state, first_day(month))
                self._import_day(new, day, state, backdating)
            done += len(rows)
            if progress is not None:
                progress(done, len(books.rows), day_text(day))
        self._state = state
        return self._report

    def credit_interest(self, state: OfficeState, day: WibDay) -> None:
        """Credit the interest of the months that ended before `day`, on `day` or later."""
        today = self._chain.follow(day)
        earning = state.credit_interest(today)
        for sent in self._outbox.credit_interest(earning):
            if not sent.succeeded:
                raise ChainDisagreesError(f"creditInterest: {sent.hash}")

    def close_month(self, day: WibDay) -> None:
        """After a run: credit what the months before `day` earned (a local chain's clock moves to `day`)."""
        if self._state is not None:
            self.credit_interest(self._state, day)

    def _import_day(self, rows: Sequence[BookRow], day: WibDay, state: OfficeState, backdating: int) -> None:
        today = self._chain.follow(day)
        refused: list[Fate] = []
        waiting: list[Fate] = []
        accepted: list[BookRow] = []
        for row in rows:
            reason = _refusal(row, today, backdating, state)
            if reason is not None and not state.may_depend_on_waiting(row, reason):
                refused.append((row, REFUSED, str(reason), None))
            elif reason is not None or not self._outbox.can_sign(row):
                waiting.append((row, WAITING, EARLIER_ROW if reason else MEMBER_SIGNATURE, None))
                state.waiting.append(row)
            else:
                state.apply(row, today)
                accepted.append(row)
        silent = [row for row in accepted if _is_silent(row)]
        self._repository.save([*refused, *waiting, *((row, ACCEPTED, None, None) for row in silent)])
        results = self._outbox.send([row for row in accepted if not _is_silent(row)])
        self._report.refused += len(refused)
        self._report.waiting += len(waiting)
        self._report.accepted += len(silent)
        self._keep(results)

    def _keep(self, results: Sequence[Result]) -> None:
        """Save what the chain took; ChainDisagreesError if it refused anything."""
        fates: list[Fate] = []
        disagreements: list[str] = []
        for result in results:
            reasons = self._outbox.refusals(result)
            for row in result.rows:
                reason = reasons.get(row.ref)
                status = ACCEPTED if reason is None else REFUSED
                if result.sent.succeeded:
                    fates.append((row, status, reason, result.sent.hash))
                if reason is not None:
                    disagreements.append(f"{row.source} {row.ref}: {reason}")
        self._repository.save(fates)
        self._report.accepted += sum(1 for fate in fates if fate[1] == ACCEPTED)
        if disagreements:
            named = "; ".join(disagreements[:10])
            raise ChainDisagreesError(
                f"Kontrak menolak yang diterima kantor: {named}. Baris itu tercatat; jalankan impor lagi. / "
                f"The contracts refused what the office accepted: {named}. It is noted; run the import again."
            )

    def _is_new(
        self, row: BookRow, records: Mapping[tuple[str, str], RowRecord], posted: bool, state: OfficeState
    ) -> bool:
        """Whether the row is still to be judged: not refused before, not on the chain."""
        record = records.get((row.source, row.ref))
        if record is not None and record.content != content_of(row):
            self._report.warnings.append(
                f"{row.source} {row.ref}: isi berubah dan diabaikan; koreksi memakai ref baru. / "
                f"{row.source} {row.ref}: changed since and left alone; a correction takes a new ref."
            )
        refused = record is not None and record.status == REFUSED
        if not (refused or posted or (record is not None and record.status == ACCEPTED and _is_silent(row))):
            return True
        if posted and (record is None or record.status != ACCEPTED):
            self._repository.save([(row, ACCEPTED, None, None)])
        if isinstance(row, PayrollRow) and row.member is not None and not refused:
            state.deducted.add((row.source, row.member, row.loan))
        self._report.known += 1
        return False


def _refusal(row: BookRow, today: WibDay, backdating: int, state: OfficeState) -> str | None:
    """The book day's own rules, then the reasons of the formats."""
    reason = state.judge(row, today)
    if reason is None and row.day > today:
        return BOOK_DAY_IN_FUTURE
    if reason is None and row.day < today - backdating and not isinstance(row, Joining):
        return BOOK_DAY_TOO_OLD
    return reason


def _is_silent(row: BookRow) -> bool:
    """An accepted payroll row of nothing: there is nothing to post."""
    return isinstance(row, PayrollRow) and row.total == 0
