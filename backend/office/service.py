"""Importing a folder: judged, sent, kept. A second time changes nothing, and a killed run goes on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final

from backend.chain import Call, Chain
from backend.office.daybooks import BookRow, Joining, LoanRow, PayrollRow, read_day_books
from backend.office.judge import OfficeState
from backend.office.loading import is_posted, liens_of, load_state
from backend.office.outbox import Outbox, Result
from backend.office.repository import ACCEPTED, REFUSED, WAITING, OfficeRepository, RowRecord, content_of
from rules.calendar import day_of_timestamp, day_text, first_day, month_of_day
from rules.types import Month, WibDay

MEMBER_SIGNATURE: Final = "MEMBER_SIGNATURE"
EARLIER_ROW: Final = "EARLIER_ROW"
COMMITTEE: Final = "COMMITTEE"
"""What a row waits for: a signature, an earlier row that waits, or who decides about a loan."""
BY_CONTRACT: Final = "BY_CONTRACT"
"""Before the error of a contract that refused a row which the office had accepted."""
TOO_MANY_LINES: Final = "TOO_MANY_LINES"
BOOK_DAY_TOO_OLD: Final = "BOOK_DAY_TOO_OLD"
BOOK_DAY_IN_FUTURE: Final = "BOOK_DAY_IN_FUTURE"

_NO_LIMIT: Final = 2**32
"""Days: until Treasury is sealed, what was kept on paper since the opening day may follow."""

Records = Mapping[tuple[str, str], RowRecord]
Fate = tuple[BookRow, str, str | None, str | None]
Progress = Callable[[int, int, str], None]
"""Called with rows done, rows in all, and the day reached (YYYY-MM-DD)."""


class ChangedPayrollError(RuntimeError):
    """A payroll file that was imported has changed; nothing was sent."""

    def __init__(self, source: str, ref: str) -> None:
        super().__init__(
            f"{source} {ref} berubah sejak diimpor. Baris potong gaji dikenali dari letaknya: pulihkan "
            "berkas, tambah baris hanya di akhir, dan koreksi dengan slip atau potongan bulan berikut. Belum "
            f"ada yang dikirim. / {source} {ref} changed since it was imported. Payroll rows are known by "
            "their place: restore the file, add rows at its end only, and correct by a slip or the next "
            "month's payroll. Nothing was sent."
        )


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

        UnreadableDayBookError and ChangedPayrollError come before anything is sent. ChainError and
        ChainDisagreesError stop the run; the next one goes on there.
        """
        books = read_day_books(folder)
        self._report = ImportReport(warnings=list(books.warnings))
        records = self._repository.records()
        _refuse_changed_payroll(books.rows, records)
        self._chain.settle(self._outbox.senders)
        self._refuse_undated(books.undated, records)
        state = load_state(self._chain, books.rows, self._from_block)
        posted = dict(zip(map(id, books.rows), is_posted(self._chain, books.rows, state), strict=True))
        loans = [row for row in books.rows if isinstance(row, LoanRow) and not posted[id(row)]]
        self._outbox.foresee(loans, state.products)
        limit, is_sealed = self._chain.call_many(
            [Call("Treasury", "backdatingLimit", ()), Call("Treasury", "isSealed", ())]
        )
        backdating = limit if is_sealed else _NO_LIMIT
        done, month = 0, None
        for day, group in groupby(books.rows, key=lambda row: row.day):
            rows = list(group)
            new = [row for row in rows if self._is_new(row, records, posted[id(row)], state)]
            if new:
                if not any(posted[id(row)] for row in rows):
                    self.release_liens(state)
                if month_of_day(day) != month:
                    month = month_of_day(day)
                    self.credit_interest(state, first_day(month))
                    self.end_months()
                self._import_day(new, day, state, backdating, records)
                self.release_liens(state)
            done += len(rows)
            if progress is not None:
                progress(done, len(books.rows), day_text(day))
        self.release_liens(state)
        self._state = state
        return self._report

    def _refuse_undated(self, rows: Sequence[BookRow], records: Records) -> None:
        new = [row for row in rows if (row.source, row.ref) not in records]
        self._repository.save([(row, REFUSED, row.problem, None) for row in new])
        self._report.refused += len(new)
        self._report.known += len(rows) - len(new)

    def credit_interest(self, state: OfficeState, day: WibDay) -> None:
        """On a local chain, credit all members' interest of the months that ended before `day`.

        Elsewhere anyone may do so at any time; a member's own next movement does it too.
        """
        if not self._chain.is_local:
            return
        today = self._chain.follow(day)
        state.credit_interest(today)
        for sent in self._outbox.credit_interest(sorted(state.registered)):
            if not sent.succeeded:
                raise ChainDisagreesError(f"creditInterest: {sent.hash}")

    def release_liens(self, state: OfficeState) -> None:
        """Free the savings behind loans as far as their principal has fallen.

        A day's rows are judged by the liens as they were when it began: a run that was stopped within a day
        goes on with that day first.
        """
        loans = state.releasable()
        if loans:
            self._chain.follow(day_of_timestamp(self._chain.time))
        for loan, sent in zip(loans, self._outbox.release_liens(loans), strict=True):
            account = state.loans[loan]
            needed = account.needed()
            state.hold(loan, needed if sent.succeeded else liens_of(self._chain, loan, account.pledges))
            if account.liens != needed:
                raise ChainDisagreesError(f"releaseLiens {loan}: {sent.hash}")

    def end_months(self) -> None:
        """End every month that is over and not ended yet, one after the other."""
        (ended,) = self._chain.call_many([Call("Books", "lastEndedMonth", ())])
        for month in range(ended + 1, month_of_day(day_of_timestamp(self._chain.time))):
            sent = self._outbox.end_month(Month(month))
            if not sent.succeeded:
                raise ChainDisagreesError(f"endMonth {month}: {sent.hash}")

    def close_month(self, day: WibDay) -> None:
        """After a run: credit what the months before `day` earned (a local chain's clock moves to `day`)."""
        if self._state is not None:
            self.credit_interest(self._state, day)
            self.end_months()

    def _import_day(
        self, rows: Sequence[BookRow], day: WibDay, state: OfficeState, backdating: int, records: Records
    ) -> None:
        today = self._chain.follow(day)
        fates: list[Fate] = []
        accepted: list[BookRow] = []
        for row in rows:
            status, reason = self._decide(row, today, backdating, state, accepted)
            if status == ACCEPTED:
                state.apply(row, today)
                accepted.append(row)
            else:
                fates.append((row, status, reason, None))
            if status == WAITING:
                state.waiting.append(row)
        silent = [row for row in accepted if _is_silent(row)]
        self._repository.save([*fates, *((row, ACCEPTED, None, None) for row in silent)])
        self._report.refused += sum(1 for fate in fates if fate[1] == REFUSED)
        self._report.waiting += sum(1 for fate in fates if fate[1] == WAITING)
        self._report.accepted += len(silent)
        self._keep(self._outbox.send([row for row in accepted if not _is_silent(row)]), records)

    def _decide(
        self, row: BookRow, today: WibDay, backdating: int, state: OfficeState, accepted: Sequence[BookRow]
    ) -> tuple[str, str | None]:
        """Status and reason: the formats' reasons, then the book day's, then what has to wait.

        `accepted`: the rows of the day before it.
        """
        if row.problem is None and row.day > today:
            return WAITING, BOOK_DAY_IN_FUTURE
        reason = state.judge(row, today)
        if reason is not None:
            waits = state.may_depend_on_waiting(row, reason)
            return (WAITING, EARLIER_ROW) if waits else (REFUSED, str(reason))
        if row.day < today - backdating and not isinstance(row, Joining):
            return REFUSED, BOOK_DAY_TOO_OLD
        if not self._outbox.fits(row):
            return REFUSED, TOO_MANY_LINES
        if not self._outbox.can_sign(row):
            return WAITING, MEMBER_SIGNATURE
        if isinstance(row, LoanRow):
            earlier = [each for each in accepted if isinstance(each, LoanRow)]
            return (ACCEPTED, None) if self._outbox.can_decide(row, earlier) else (WAITING, COMMITTEE)
        return ACCEPTED, None

    def _keep(self, results: Sequence[Result], records: Records) -> None:
        """Save what the chain took.

        ChainDisagreesError if it refused anything: such a row is judged again by the next run, and refused
        for good if the contracts refuse it twice. What a failed transaction carried is as before.
        """
        fates: list[Fate] = []
        disagreements: list[str] = []
        for result in results:
            if not result.sent.succeeded:
                named = ", ".join(row.ref for row in result.rows[:5])
                disagreements.append(f"{result.sent.hash} ({named or 'offer'}): gagal/reverted")
                continue
            reasons = self._outbox.refusals(result)
            for row in result.rows:
                reason = reasons.get(row.ref)
                fates.append((row, *_fate(row, reason, records), result.sent.hash))
                if reason is not None:
                    disagreements.append(f"{row.source} {row.ref}: {reason}")
        self._repository.save(fates)
        self._report.accepted += sum(1 for fate in fates if fate[1] == ACCEPTED)
        if disagreements:
            named = "; ".join(disagreements[:10])
            raise ChainDisagreesError(
                f"Kontrak menolak yang diterima kantor: {named}. Jalankan impor lagi; yang ditolak dua kali "
                f"tercatat ditolak. / The contracts refused what the office accepted: {named}. Run the "
                "import again; what is refused twice is listed as refused."
            )

    def _is_new(self, row: BookRow, records: Records, posted: bool, state: OfficeState) -> bool:
        """Whether the row is still to be judged: not refused before, not on the chain."""
        record = records.get((row.source, row.ref))
        if record is not None and record.content != content_of(row):
            self._report.warnings.append(
                f"{row.source} {row.ref}: isi berubah dan diabaikan; koreksi memakai ref baru. / "
                f"{row.source} {row.ref}: changed since, left alone; a correction takes a new ref."
            )
        refused = record is not None and record.status == REFUSED
        posted = posted and row.problem is None and not refused
        if not (refused or posted or (record is not None and record.status == ACCEPTED and _is_silent(row))):
            return True
        if posted and (record is None or record.status != ACCEPTED):
            self._repository.save([(row, ACCEPTED, None, None)])
        if isinstance(row, PayrollRow) and row.member is not None and not refused:
            state.deducted.add((row.source, row.member, row.loan))
        self._report.known += 1
        return False


def _refuse_changed_payroll(rows: Sequence[BookRow], records: Records) -> None:
    """ChangedPayrollError if a payroll row that was imported reads differently now."""
    for row in rows:
        record = records.get((row.source, row.ref))
        if isinstance(row, PayrollRow) and record is not None and record.content != content_of(row):
            raise ChangedPayrollError(row.source, row.ref)


def _fate(row: BookRow, reason: str | None, records: Records) -> tuple[str, str | None]:
    """Status and reason of a row that the chain took, or refused: the second time for good."""
    if reason is None:
        return ACCEPTED, None
    known = records.get((row.source, row.ref))
    again = known is not None and known.status == WAITING and (known.reason or "").startswith(BY_CONTRACT)
    return (REFUSED if again else WAITING), f"{BY_CONTRACT} {reason}"


def _is_silent(row: BookRow) -> bool:
    """An accepted payroll row of nothing: there is nothing to post."""
    return isinstance(row, PayrollRow) and row.total == 0
