"""What posting must know of loans: terms in force, what was paid, and what 1220 and 1290 hold of each.

It is loaded from the books in bulk and follows the logs from there, so that a rollback leaves nothing to
undo.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple, Protocol

from indexer.chain import events as ev
from indexer.chain.events import DecodedBlock, Event, LogRef
from indexer.ledger.accounts import ALLOWANCE, INTEREST_RECEIVABLE
from indexer.ledger.errors import PostingError
from indexer.ledger.known_books import KnownBooks, adopted
from indexer.ledger.known_savings import KnownSavings
from rules.accrual import Progress, Version, next_version, progress
from rules.amortization import LoanTerms
from rules.types import BasisPoints, LoanMethod, Rupiah, WibDay


@dataclass(slots=True)
class LoanState:
    """A loan now, in rupiah. `paid_*` count all that was paid on it, `before_*` what was paid before
    this version; `receivable` is the debit of 1220, `allowance` the credit of 1290, `liens` what is held
    in savings."""

    loan: int
    borrower: int
    number: int
    version: Version
    before_principal: int = 0
    before_interest: int = 0
    paid_principal: int = 0
    paid_interest: int = 0
    receivable: int = 0
    allowance: int = 0
    liens: int = 0
    written_off: bool = False
    closed: bool = False

    def progress(self) -> Progress:
        """How far the version in force is paid."""
        return progress(
            self.version,
            self.paid_principal - self.before_principal,
            self.paid_interest - self.before_interest,
        )

    @property
    def outstanding(self) -> int:
        """Principal that is owed, also of a loan that was written off."""
        return self.version.terms.principal - (self.paid_principal - self.before_principal)

    @property
    def is_running(self) -> bool:
        """Neither closed nor written off."""
        return not (self.closed or self.written_off)


class Option(NamedTuple):
    """What the members' meeting adopted (OptionAdopted), in the order of the chain."""

    effective_on: int
    key: bytes
    value: bytes


class Source(Protocol):
    """The books, as far as they are written."""

    def loans(self, numbers: Collection[int] | None) -> Iterable[LoanState]:
        """These loans; if None, all that run or of which 1220 or 1290 hold something."""

    def options(self) -> Iterable[Option]:
        """Every option that was adopted."""


@dataclass(slots=True)
class KnownLoans:
    """Loans as the logs so far leave them; without a source, the logs from the first one on."""

    source: Source | None = None
    books: KnownBooks = field(default_factory=KnownBooks)
    savings: KnownSavings = field(default_factory=KnownSavings)
    _states: dict[int, LoanState] = field(default_factory=dict)
    _liens: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    _options: list[Option] = field(default_factory=list)
    _earlier_options: list[Option] | None = None

    def prefetch(self, blocks: Sequence[DecodedBlock]) -> None:
        """Load the loans and the interest that these blocks speak of, at once."""
        self.savings.prefetch(blocks)
        numbers = {event.loan for block in blocks for _, event in block.events if type(event) in _SPEAKING}  # type: ignore[attr-defined]
        self._load(numbers - self._states.keys())

    def get(self, ref: LogRef, loan: int) -> LoanState:
        """The loan before the log `ref`. PostingError if no log started it."""
        if loan not in self._states:
            self._load({loan})
        if loan not in self._states:
            raise PostingError(ref, f"loan {loan} was never started")
        return self._states[loan]

    def accountable(self) -> list[LoanState]:
        """By number, every loan that runs or of which 1220 or 1290 hold something."""
        self._load(None)
        kept = (
            state
            for state in self._states.values()
            if state.is_running or state.receivable or state.allowance
        )
        return sorted(kept, key=lambda state: state.loan)

    def liens_of(self, state: LoanState) -> int:
        """What liens hold for a loan, in rupiah."""
        return state.liens + self._liens[state.loan]

    def option(self, key: bytes, day: int) -> list[bytes]:
        """The values that were adopted for `key` and hold on `day`, the one in force last."""
        if self._earlier_options is None:
            self._earlier_options = list(self.source.options()) if self.source else []
        options = [*self._earlier_options, *self._options]
        held = [each for each in options if each.key == key and each.effective_on <= day]
        return [each.value for each in sorted(held, key=lambda each: each.effective_on)]

    def post(self, loan: int, account: int, amount: int) -> None:
        """A line of the journal, a debit positive."""
        if account == INTEREST_RECEIVABLE:
            self._states[loan].receivable += amount
        elif account == ALLOWANCE:
            self._states[loan].allowance -= amount

    def next_version(self, ref: LogRef, event: Any) -> LoanState:
        """The loan under the version that `event` (LoanDrawn, LoanAmended) begins."""
        return _VERSIONS[type(event)](self.get(ref, event.loan), event)

    def apply(self, ref: LogRef, event: Event) -> None:
        """Follow a log whose entries are posted."""
        if change := _CHANGES.get(type(event)):
            change(self, ref, event)

    def start(self, state: LoanState) -> None:
        """A loan that is new in the books, or under a new version."""
        self._states[state.loan] = state

    def take_over(self, state: LoanState) -> LoanState:
        """A loan from paper books, as it is known from its own log on."""
        return self._states.setdefault(state.loan, state)

    def lien(self, loan: int, amount: int) -> None:
        """A lien grew by `amount` rupiah."""
        self._liens[loan] += amount

    def adopt(self, option: Option) -> None:
        """An option was adopted."""
        self._options.append(option)

    def _load(self, numbers: Collection[int] | None) -> None:
        if self.source is None or (numbers is not None and not numbers):
            return
        for state in self.source.loans(numbers):
            self._states.setdefault(state.loan, state)


def started(event: ev.LoanStarted) -> LoanState:
    """A loan as it begins."""
    return LoanState(event.loan, event.borrower, 1, _first(event, event.payout.drawn, event.payout.book_day))


def opened(event: ev.LoanOpened) -> LoanState:
    """A loan as it is taken over from paper books."""
    version = _first(event, event.principal, event.disbursed_on)
    paid = (event.principal_paid, event.interest_paid)
    return LoanState(event.loan, event.borrower, 1, version, 0, 0, *paid)


def _first(event: Any, principal: int, day: WibDay) -> Version:
    terms = LoanTerms(
        Rupiah(principal),
        event.rate_bps,
        event.months,
        LoanMethod(event.method),
        day,
        event.grace_months,
        event.conditions.rounding_exponent,
    )
    return Version(terms)


def _drawn(state: LoanState, event: ev.LoanDrawn) -> LoanState:
    old = state.version.terms
    gone = event.instalments_before - old.instalments_before
    terms = replace(
        old,
        principal=Rupiah(event.principal),
        months=event.months,
        grace_months=event.grace_months,
        freeze_months=max(old.freeze_months - gone, 0),
        instalments_before=event.instalments_before,
    )
    return _next(state, event, terms)


def _amended(state: LoanState, event: ev.LoanAmended) -> LoanState:
    agreed = event.amendment
    terms = replace(
        state.version.terms,
        principal=Rupiah(event.principal),
        annual_rate_bps=BasisPoints(agreed.rate_bps),
        months=agreed.months,
        method=LoanMethod(agreed.method),
        grace_months=agreed.grace_months,
        freeze_months=agreed.freeze_months,
        instalments_before=event.instalments_before,
    )
    return _next(state, event, terms)


def _next(state: LoanState, event: Any, terms: LoanTerms) -> LoanState:
    return replace(
        state,
        number=event.version,
        version=next_version(state.version, state.progress(), terms, event.interest_carried),
        before_principal=state.paid_principal,
        before_interest=state.paid_interest,
    )


_VERSIONS: Final[Mapping[type[Event], Callable[[LoanState, Any], LoanState]]] = {
    ev.LoanDrawn: _drawn,
    ev.LoanAmended: _amended,
}


def _pay(known: KnownLoans, ref: LogRef, event: Any) -> None:
    state = known.get(ref, event.loan)
    state.paid_principal += event.principal
    state.paid_interest += event.interest


def _take_over(known: KnownLoans, event: ev.LoanOpened) -> None:
    known.take_over(opened(event))


def _assume(known: KnownLoans, ref: LogRef, event: ev.LoanAssumed) -> None:
    known.get(ref, event.loan).borrower = event.to


def _write_off(known: KnownLoans, ref: LogRef, event: ev.LoanWrittenOff) -> None:
    known.get(ref, event.loan).written_off = True


def _close(known: KnownLoans, ref: LogRef, event: ev.LoanClosed) -> None:
    known.get(ref, event.loan).closed = True


_Change = Callable[[KnownLoans, LogRef, Any], None]
_CHANGES: Final[Mapping[type[Event], _Change]] = {
    ev.LoanStarted: lambda known, _ref, event: known.start(started(event)),
    ev.LoanOpened: lambda known, _ref, event: _take_over(known, event),
    ev.LoanDrawn: lambda known, ref, event: known.start(known.next_version(ref, event)),
    ev.LoanAmended: lambda known, ref, event: known.start(known.next_version(ref, event)),
    ev.LoanPaid: _pay,
    ev.LoanRecovered: _pay,
    ev.LoanAssumed: _assume,
    ev.LoanWrittenOff: _write_off,
    ev.LoanClosed: _close,
    ev.LienPlaced: lambda known, _ref, event: known.lien(event.loan, event.amount),
    ev.LienReleased: lambda known, _ref, event: known.lien(event.loan, -event.amount),
    ev.LienClaimed: lambda known, _ref, event: known.lien(event.loan, -event.amount),
    ev.ScheduleAdopted: lambda known, _ref, event: known.books.adopt(adopted(event)),
    ev.ScheduleEnded: lambda known, _ref, event: known.books.end(event.id),
    ev.MonthEnded: lambda known, _ref, event: known.books.end_month(event.month),
    ev.InterestRateSet: lambda known, _ref, event: known.savings.set_rate(event.from_day, event.rate_bps),
    ev.BooksClosed: lambda known, _ref, event: known.books.close(event.through),
    ev.ReopenedAfter: lambda known, _ref, event: known.books.close(event.day),
    ev.OptionAdopted: lambda known, _ref, event: known.adopt(
        Option(event.effective_on, event.key, event.value)
    ),
}
_SPEAKING: Final = frozenset(
    {
        ev.LoanDrawn,
        ev.LoanAmended,
        ev.LoanPaid,
        ev.LoanRecovered,
        ev.LoanAssumed,
        ev.LoanWrittenOff,
        ev.LoanClosed,
    }
)
"""Events of a loan that may be in the books already."""
