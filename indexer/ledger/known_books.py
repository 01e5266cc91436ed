"""What posting must know of the books themselves: what is closed, and what every account holds by a day.

It is read from the books when asked and follows the entries from there, as `loans.KnownLoans` does for loans.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from indexer.chain import events as ev
from indexer.ledger.kept import Pairs
from rules.schedules import Schedule, ScheduleKind, ScheduleMethod
from rules.types import Month, Rupiah

NOTHING_CLOSED = -1
"""Before every WIB day."""


@dataclass(slots=True)
class KnownSchedule:
    """A schedule, and the last month (0: none) that was ended since its adoption."""

    id: int
    kind: ScheduleKind
    debit: int
    credit: int
    terms: Schedule
    posted_through: int = 0


def adopted(event: ev.ScheduleAdopted) -> KnownSchedule:
    """A schedule as it is adopted; nothing of it is posted."""
    told = event.schedule
    terms = Schedule(
        Rupiah(told.amount),
        Rupiah(told.residual),
        told.months,
        Month(told.first_month),
        ScheduleMethod(told.method),
    )
    return KnownSchedule(event.id, ScheduleKind(told.kind), told.debit, told.credit, terms)


class Source(Protocol):
    """The books, as far as they are written."""

    def closed_through(self) -> int | None:
        """The last closed day; None if nothing was ever closed."""

    def schedules(self) -> Iterable[KnownSchedule]:
        """Every schedule that runs."""

    def turnovers(self, day: int) -> Mapping[int, tuple[int, int]]:
        """Debits and credits of every account with postings up to the end of `day`, in rupiah."""


@dataclass(slots=True)
class KnownBooks:
    """The books as the logs so far leave them; without a source, the logs from the first one on."""

    source: Source | None = None
    days: Pairs = field(default_factory=Pairs)
    """Debits and credits by account and day of the entries that the source does not have."""
    _closed: int | None = None
    _schedules: dict[int, KnownSchedule] | None = None

    @property
    def closed_through(self) -> int:
        """The last closed day; NOTHING_CLOSED if there is none."""
        if self._closed is None:
            told = self.source.closed_through() if self.source else None
            self._closed = NOTHING_CLOSED if told is None else told
        return self._closed

    def close(self, through: int) -> None:
        """Nothing is booked on `through` or before any more; what was closed after it is open again."""
        self._closed = through

    def running_schedules(self) -> list[KnownSchedule]:
        """By number."""
        return [each for _, each in sorted(self._running().items())]

    def adopt(self, schedule: KnownSchedule) -> None:
        """A schedule was adopted."""
        self._running()[schedule.id] = schedule

    def end(self, schedule: int) -> None:
        """A schedule was ended."""
        self._running().pop(schedule, None)

    def end_month(self, month: int) -> None:
        """A month was ended, and its part of every schedule is posted."""
        for each in self._running().values():
            each.posted_through = max(each.posted_through, month)

    def _running(self) -> dict[int, KnownSchedule]:
        if self._schedules is None:
            told = self.source.schedules() if self.source else ()
            self._schedules = {each.id: each for each in told}
        return self._schedules

    def balances(self, day: int) -> dict[int, int]:
        """What every account with postings holds at the end of `day`: debits less credits, in rupiah."""
        told = self.source.turnovers(day) if self.source else {}
        held = {account: debit - credit for account, (debit, credit) in told.items()}
        for sign, sums in ((1, self.days.debits), (-1, self.days.credits)):
            for (account, at), amount in sums.items():
                if at <= day:
                    held[account] = held.get(account, 0) + sign * amount
        return held
