"""What is due is taken out of the borrower's sukarela by their own standing order."""

from backend.acts import Done
from backend.loans.care import CareOffice
from rules.types import LoanNumber


def pay_standing(office: CareOffice, loan: LoanNumber) -> Done:
    """Pay what is due today, as far as order and savings reach. Nothing is sent if nothing is due or there.
    CareRefusedError, UnknownLoanError."""
    office.position(loan)
    return office.anyone("payStanding", (loan,))
