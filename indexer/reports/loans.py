"""What reports on loans share: the loans as the books hold them."""

from collections.abc import Iterable
from contextlib import nullcontext

from sqlalchemy import Connection

from indexer.ledger.loan_source import BooksSource
from indexer.ledger.loans import KnownLoans, LoanState
from indexer.ledger.policy import Policy, policy_on
from rules.types import LoanNumber, WibDay


class UnknownLoanError(LookupError):
    """No such loan in the books."""

    def __init__(self, loan: int) -> None:
        super().__init__(f"Pinjaman {loan} tidak ada dalam buku. / Loan {loan} is not in the books.")
        self.loan = loan


def loan_states(connection: Connection, numbers: Iterable[int], cooperative_id: int) -> list[LoanState]:
    """These loans by number, those that are not in the books left out."""
    source = BooksSource(lambda: nullcontext(connection), cooperative_id)
    return sorted(source.loans(list(numbers)), key=lambda state: state.loan)


def loan_state(connection: Connection, loan: LoanNumber, cooperative_id: int) -> LoanState:
    """A loan as it is now. UnknownLoanError."""
    found = loan_states(connection, [loan], cooperative_id)
    if not found:
        raise UnknownLoanError(loan)
    return found[0]


def policy_of(connection: Connection, day: WibDay, cooperative_id: int) -> Policy:
    """The accounting options that hold on `day`."""
    source = BooksSource(lambda: nullcontext(connection), cooperative_id)
    return policy_on(KnownLoans(source), day)
