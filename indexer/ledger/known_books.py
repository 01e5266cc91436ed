"""What posting must know of the books themselves: what is closed, and what every account holds by a day.

It is read from the books when asked and follows the entries from there, as `loans.KnownLoans` does for loans.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from indexer.ledger.kept import Pairs

NOTHING_CLOSED = -1
"""Before every WIB day."""


class Source(Protocol):
    """The books, as far as they are written."""

    def closed_through(self) -> int | None:
        """The last closed day; None if nothing was ever closed."""

    def turnovers(self, day: int) -> Mapping[int, tuple[int, int]]:
        """Debits and credits of every account with postings up to the end of `day`, in rupiah."""


@dataclass(slots=True)
class KnownBooks:
    """The books as the logs so far leave them; without a source, the logs from the first one on."""

    source: Source | None = None
    days: Pairs = field(default_factory=Pairs)
    """Debits and credits by account and day of the entries that the source does not have."""
    _closed: int | None = None

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

    def balances(self, day: int) -> dict[int, int]:
        """What every account with postings holds at the end of `day`: debits less credits, in rupiah."""
        told = self.source.turnovers(day) if self.source else {}
        held = {account: debit - credit for account, (debit, credit) in told.items()}
        for sign, sums in ((1, self.days.debits), (-1, self.days.credits)):
            for (account, at), amount in sums.items():
                if at <= day:
                    held[account] = held.get(account, 0) + sign * amount
        return held
