"""What posting must know of sukarela: what every member's interest comes to by a day, and how much of it was
booked.

A balance earns by the WIB day of its block, as the token counts (`rules/interest.py`), not by book date. So a
movement weighs its rupiah x the index of the rates on that day, and what a member ever earned by the end of a
day is balance x index of the day after, less the weights, in rupiah x basis points x days. All of it that was
booked is what 5010 has of the member.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from indexer.chain import events as ev
from indexer.chain.events import DecodedBlock
from indexer.ledger.accounts import SAVINGS_INTEREST, SAVINGS_INTEREST_DUE, SUKARELA
from indexer.ledger.kept import Pairs
from indexer.ledger.rate_index import Rates, rate_history
from rules.interest import YEAR_BPS
from rules.rounding import div_floor
from rules.types import WibDay


class Earning(NamedTuple):
    """What earns at the end of a day: rupiah, and the weights of what made it."""

    balance: int
    weight: int

    def with_movement(self, amount: int, index: int) -> "Earning":
        """After `amount` rupiah came in, or went out if negative, on a day of this index."""
        return Earning(self.balance + amount, self.weight + amount * index)

    def earned(self, index: int) -> int:
        """All interest before the day of this index, in rupiah x basis points x days."""
        return self.balance * index - self.weight


NOTHING = Earning(0, 0)


class SavingsBooks(NamedTuple):
    """Sukarela in the books: what earns by member at the end of a day, what of its interest 5010 ever had,
    and what moved after that day, as (WIB day, member, rupiah)."""

    earning: Mapping[int, Earning]
    expensed: Mapping[int, int]
    later: Iterable[tuple[int, int, int]]


class Source(Protocol):
    """The books, as far as they are written."""

    def rates(self) -> Rates:
        """Every rate that was set."""

    def interest_due(self, members: Collection[int]) -> Mapping[int, int]:
        """What 2120 owes of these members, in rupiah; who is not in it is owed nothing."""

    def savings(self, day: int) -> SavingsBooks:
        """Sukarela at the end of the WIB day `day` by the time of the blocks."""


@dataclass(slots=True)
class KnownSavings:
    """Sukarela as the logs so far leave it; without a source, the logs from the first one on."""

    source: Source | None = None
    members: Pairs = field(default_factory=Pairs)
    """Debits and credits by member and account of the entries that the source does not have."""
    weights: Pairs = field(default_factory=Pairs)
    """The same of sukarela, each x the index of its day."""
    _moved: defaultdict[int, defaultdict[int, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    """By day and member what is not yet in `_earning`."""
    _rates: list[tuple[int, int]] | None = None
    _indices: dict[int, int] = field(default_factory=dict)
    _due: dict[int, int] = field(default_factory=dict)
    _earning: dict[int, Earning] | None = None
    _expensed: Mapping[int, int] = field(default_factory=dict)
    _through: int = -1

    def prefetch(self, blocks: Sequence[DecodedBlock]) -> None:
        """Load what is owed of the members whose interest these blocks credit, at once."""
        members = {
            event.member
            for block in blocks
            for _, event in block.events
            if type(event) is ev.InterestCredited
        }
        self._load_due(members)

    def due(self, member: int) -> int:
        """What 2120 owes of a member, in rupiah."""
        if member not in self._due:
            self._load_due({member})
        key, new = (member, SAVINGS_INTEREST_DUE), self.members
        return self._due[member] + new.credits.get(key, 0) - new.debits.get(key, 0)

    def set_rate(self, day: int, rate_bps: int) -> None:
        """A rate of basis points a year holds from `day` on."""
        self._history().append((day, rate_bps))
        self._indices.clear()

    def move(self, member: int, day: int, amount: int) -> None:
        """A line of sukarela, a debit positive, of a block on `day`."""
        weight = amount * self._index(day)
        if weight:
            self.weights.add((member, SUKARELA), weight)
        self._moved[day][member] -= amount

    def unbooked(self, day: int) -> Iterator[tuple[int, int]]:
        """By member the whole rupiah earned by the end of `day` that 5010 never had; days must not fall.

        A day that this was asked for has nothing unbooked any more, whatever came later.
        """
        if day <= self._through:
            return
        earning, index = self._bring_to(day), self._index(day + 1)
        booked = self.members
        for member in sorted(earning):
            key = member, SAVINGS_INTEREST
            expensed = self._expensed.get(member, 0) + booked.debits.get(key, 0) - booked.credits.get(key, 0)
            amount = div_floor(earning[member].earned(index), YEAR_BPS) - expensed
            if amount > 0:
                yield member, amount

    def _bring_to(self, day: int) -> dict[int, Earning]:
        if self._earning is None:
            self._earning = {}
            if self.source:
                told = self.source.savings(day)
                self._earning, self._expensed = dict(told.earning), told.expensed
                for at, member, amount in told.later:
                    self._moved[at][member] += amount
        earning = self._earning
        for at in sorted(moved for moved in self._moved if moved <= day):
            index = self._index(at)
            for member, amount in self._moved.pop(at).items():
                earning[member] = earning.get(member, NOTHING).with_movement(amount, index)
        self._through = day
        return earning

    def _index(self, day: int) -> int:
        """The sum of the rates of all days before `day`, in basis points x days."""
        if day not in self._indices:
            self._indices[day] = rate_history(self._history()).index(WibDay(day))
        return self._indices[day]

    def _history(self) -> list[tuple[int, int]]:
        if self._rates is None:
            self._rates = list(self.source.rates()) if self.source else []
        return self._rates

    def _load_due(self, members: Collection[int]) -> None:
        told = self.source.interest_due(members) if self.source and members else {}
        for member in members:
            self._due[member] = told.get(member, 0)
