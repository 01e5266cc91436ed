"""What the books will say of loans that are taken over from paper books, before they are."""

from collections.abc import Iterable, Sequence

from indexer.ledger.loans import KnownLoans, LoanState, Option
from indexer.ledger.month_end import targets
from indexer.ledger.policy import policy_on
from rules.accrual import Version
from rules.amortization import LoanTerms
from rules.types import WibDay


def earned_by(
    day: WibDay,
    options: Iterable[tuple[int, bytes, bytes]],
    loans: Sequence[tuple[int, int, LoanTerms, int, int]],
) -> dict[int, tuple[int, int]]:
    """What 1220 and 1290 will hold of each loan on the opening day, in rupiah, by its number.

    options: effective day, key, value, as they were adopted. loans: number, borrower, terms, rupiah of
    principal and of interest paid.
    """
    known = KnownLoans()
    for option in options:
        known.adopt(Option(*option))
    policy = policy_on(known, day)
    found = {}
    for loan, borrower, terms, principal, interest in loans:
        state = LoanState(loan, borrower, 1, Version(terms), 0, 0, principal, interest)
        found[loan] = tuple(targets(state, 0, day, policy))
    return found  # type: ignore[return-value]
