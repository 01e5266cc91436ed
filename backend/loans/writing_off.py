"""A loan that is macet leaves the books, by two offices and with its record."""

from backend.acts import Done
from backend.documents.words import words
from backend.loans.care import CareOffice
from backend.loans.records import WriteOffRecord
from rules.types import LoanNumber, WibDay


def write_off(office: CareOffice, loan: LoanNumber, day: WibDay) -> Done:
    """Write a loan off as of `day`, once. CareRefusedError: not macet, closed, a day that cannot be."""
    before = office.changed(loan, "WRITTEN_OFF")
    if before is not None:
        return Done(
            None, before, words("Pinjaman itu sudah dihapusbukukan.", "That loan is written off already.")
        )
    action = "writeOff", ("uint32", "uint32", "bytes32")
    position = office.position(loan)
    return office.decide(
        "writeOff",
        action,
        lambda document: (loan, day, document),
        lambda: WriteOffRecord(position, day),
        [position.borrower],
    )
