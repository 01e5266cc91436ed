"""What reports on loans share: the loans as the books hold them."""

from collections.abc import Collection
from contextlib import nullcontext

from sqlalchemy import Connection

from indexer.ledger.loan_source import BooksSource
from indexer.ledger.loans import LoanState
from rules.types import LoanNumber


class UnknownLoanError(LookupError):
    """No such loan in the books."""

    def __init__(self, loan: int) -> None:
        super().__init__(f"Pinjaman {loan} tidak ada dalam buku. / Loan {loan} is not in the books.")
        self.loan = loan


def loan_states(
    connection: Connection, numbers: Collection[int] | None, cooperative_id: int
) -> list[LoanState]:
    """These loans by number; if None, all that run or of which 1220 or 1290 hold something."""
    source = BooksSource(lambda: nullcontext(connection), cooperative_id)
    return sorted(source.loans(numbers), key=lambda state: state.loan)


def loan_state(connection: Connection, loan: LoanNumber, cooperative_id: int) -> LoanState:
    """A loan as it is now. UnknownLoanError."""
    found = loan_states(connection, [loan], cooperative_id)
    if not found:
        raise UnknownLoanError(loan)
    return found[0]
