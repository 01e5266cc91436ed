"""The books' loans against LoanBook and the savings behind them: by call, penalty by storage proof."""

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from indexer.chain.events import Address
from indexer.chain.hashing import mapping_slot
from indexer.chain.prove import Header
from indexer.chain.rpc import Endpoints
from indexer.ledger.accounts import SUKARELA, WAJIB
from indexer.ledger.liens import Lien, LienKey, Pledge, liens_at, pledges_at
from indexer.ledger.loan_checks import versions_at, written_off_at
from indexer.ledger.penalties import LoanPenalty, penalties_at
from indexer.reread import Difference
from indexer.state import View, proven_words, read_views, read_words, view
from rules.calendar import day_of_timestamp
from rules.types import SavingsKind

_VERSION = (2, 21)
"""Which word of ILoanBook.Loan is the version, and how many it has."""
_ARREARS_PENALTY = (4, 5)
_LIEN_WORDS = 3
_AT_ONCE = 64
"""Words that one proof holds."""


class LoanBooks(msgspec.Struct, frozen=True):
    """The loans of the books after a block: rupiah."""

    owed: dict[int, int]
    written_off: dict[int, int]
    versions: dict[int, int]
    penalties: dict[int, LoanPenalty]
    liens: dict[LienKey, Lien]
    pledges: dict[int, list[Pledge]]


def loan_books(
    connection: Connection, cooperative_id: int, block: int, in_books: dict[int, int]
) -> LoanBooks:
    """What is said of loans; `in_books` is what 1210 holds of each."""
    written_off = written_off_at(connection, cooperative_id, block)
    loans = in_books.keys() | written_off.keys()
    return LoanBooks(
        {loan: in_books.get(loan, 0) + written_off.get(loan, 0) for loan in loans},
        written_off,
        versions_at(connection, cooperative_id, block),
        penalties_at(connection, cooperative_id, block),
        liens_at(connection, cooperative_id, block),
        pledges_at(connection, cooperative_id, block),
    )


class LoanReconciler:
    """Compares at one block. `slot_of` gives the slot of a LoanBook's variable, `tokens` the savings tokens
    by their account."""

    def __init__(
        self,
        endpoints: Endpoints,
        header: Header,
        slot_of: Callable[[Address, str], int],
        tokens: Mapping[int, Address],
        on_progress: Callable[[str, int, int], None],
    ) -> None:
        self._endpoints = endpoints
        self._header = header
        self._slot_of = slot_of
        self._tokens = tokens
        self._on_progress = on_progress
        self.found: list[Difference] = []

    def run(self, books: LoanBooks, loans: Sequence[tuple[int, Address]]) -> None:
        """What is owed of every loan, written off or not, its version, pledges and penalty, in the LoanBook
        that holds it; what each LoanBook has written off; every lien."""
        views = [view(book, "outstandingOf(uint32)", loan) for loan, book in loans]
        self._by_loan("loan_balance", books.owed, loans, self._views(views, "loans"))
        views = [view(book, "loanOf(uint32)", loan) for loan, book in loans]
        self._by_loan("loan_version", books.versions, loans, self._views(views, "versions", _VERSION))
        lenders = sorted({book for _, book in loans})
        totals = self._views([view(book, "totalWrittenOff()") for book in lenders], "written off")
        self._compare("written_off", "all loans", sum(books.written_off.values()), sum(totals))
        self._penalties(books.penalties, loans)
        self._pledges(books.pledges, loans)
        self._liens(
            books.liens,
            {
                (WAJIB if kind == SavingsKind.WAJIB else SUKARELA, member, loan)
                for loan, pledges in books.pledges.items()
                for member, kind, amount in pledges
                if amount
            },
        )

    def _penalties(self, penalties: Mapping[int, LoanPenalty], loans: Sequence[tuple[int, Address]]) -> None:
        """What is due on the block's day; and of a loan whose product asks for penalty the whole word: what
        accrued, was paid and was waived, and the last day counted."""
        day = day_of_timestamp(self._header.time)
        views = [view(book, "arrearsOf(uint32,uint32)", loan, day) for loan, book in loans]
        due = {loan: int(kept.owed(day)) for loan, kept in penalties.items()}
        self._by_loan("loan_penalty", due, loans, self._views(views, "penalty", _ARREARS_PENALTY))
        for book in sorted({book for _, book in loans}):
            mine = [loan for loan, holder in loans if holder == book and loan in penalties]
            for loan, word in zip(mine, self._proven(book, "_penalties", mine), strict=True):
                kept = _word(penalties[loan])
                self._compare("loan_penalty", f"{loan} in full", kept, word, _penalty)

    def _proven(self, book: Address, label: str, loans: Sequence[int]) -> list[int]:
        """The words that a LoanBook's mapping holds for loans, by storage proof."""
        words: list[int] = []
        for first in range(0, len(loans), _AT_ONCE):
            slot = self._slot_of(book, label)
            places = [mapping_slot(loan, slot) for loan in loans[first : first + _AT_ONCE]]
            words += self._endpoints.attempt(
                lambda endpoint, places=places: proven_words(endpoint, self._header, book, places)  # type: ignore[misc]
            )
            self._on_progress("penalty", len(words), len(loans))
        return words

    def _pledges(self, pledges: Mapping[int, list[Pledge]], loans: Sequence[tuple[int, Address]]) -> None:
        views = [view(book, "pledgesOf(uint32)", loan) for loan, book in loans]
        for (loan, _), words in zip(loans, self._words(views, "pledges"), strict=True):
            told = [tuple(words[at : at + 3]) for at in range(2, len(words), 3)]
            kept = pledges.get(loan, [])
            if kept != told:
                self.found.append(Difference("loan_pledge", str(loan), str(kept), str(told)))

    def _liens(self, liens: Mapping[LienKey, Lien], pledged: Collection[LienKey]) -> None:
        """Each lien that was placed, and none that was pledged only."""
        keys = sorted(liens.keys() | pledged)
        views = [view(self._tokens[key[0]], "lienOf(uint32,uint32)", *key[1:]) for key in keys]
        for key, words in zip(keys, self._words(views, "liens", _LIEN_WORDS), strict=True):
            kept, told = liens.get(key, Lien()), Lien(*words)
            if kept != told:
                named = f"account {key[0]}, member {key[1]}, loan {key[2]}"
                self.found.append(Difference("lien", named, str(tuple(kept)), str(tuple(told))))

    def _by_loan(
        self, subject: str, book: Mapping[int, int], loans: Sequence[tuple[int, Address]], told: Sequence[int]
    ) -> None:
        chain = {loan: number for (loan, _), number in zip(loans, told, strict=True)}
        for loan in sorted(chain.keys() | book.keys()):
            self._compare(subject, str(loan), book.get(loan, 0), chain.get(loan, 0))

    def _compare(
        self, subject: str, key: str, book: int, chain: int, text: Callable[[int], str] = str
    ) -> None:
        if book != chain:
            self.found.append(Difference(subject, key, text(book), text(chain)))

    def _views(self, views: Sequence[View], stage: str, word: tuple[int, int] = (0, 1)) -> list[int]:
        def on_read(done: int) -> None:
            self._on_progress(stage, done, len(views))

        return read_views(self._endpoints.attempt, self._header, views, on_read, word)

    def _words(self, views: Sequence[View], stage: str, size: int | None = None) -> list[tuple[int, ...]]:
        def on_read(done: int) -> None:
            self._on_progress(stage, done, len(views))

        return read_words(self._endpoints.attempt, self._header, views, on_read, size)


def _word(kept: LoanPenalty) -> int:
    """The word that LoanBook keeps of it (contracts/libraries/LoanPenalty.sol)."""
    penalty = kept.penalty
    sums = penalty.numerator << 160 | penalty.paid << 104 | penalty.waived << 48
    return sums | penalty.counted_to << 24 | kept.rate_bps << 12 | kept.cap_bps


def _penalty(word: int) -> str:
    def bits(at: int, size: int) -> int:
        return word >> at & (1 << size) - 1

    return (
        f"accrued {word >> 160}/3650000, paid {bits(104, 56)}, waived {bits(48, 56)}, through day "
        f"{bits(24, 24)}, {bits(12, 12)} and at most {bits(0, 12)} basis points"
    )
