"""Penalty waived by two offices, with its record."""

from backend.acts import Done
from backend.documents.words import words
from backend.loans.care import CareOffice
from backend.loans.records import WaiverRecord
from backend.loans.words import Reason
from rules.types import LoanNumber, Rupiah, WibDay


def waive_penalty(office: CareOffice, loan: LoanNumber, penalty: Rupiah, day: WibDay, reason: Reason) -> Done:
    """Waive `penalty` rupiah as of `day`; the same amount on the same day is waived once.
    CareRefusedError."""
    before = office.changed(loan, "PENALTY_WAIVED", amount=penalty, book_day=day)
    if before is not None:
        note = words(
            "Denda itu sudah dibebaskan pada hari itu.", "That penalty was waived on that day already."
        )
        return Done(None, before, note)
    action = "waive", ("uint32", "uint64", "uint32", "bytes32")
    position = office.position(loan)
    return office.decide(
        "waivePenalty",
        action,
        lambda document: (loan, penalty, day, document),
        lambda: WaiverRecord(position, day, penalty, reason),
        [position.borrower],
    )
