"""Savings behind a loan: noticed, claimed after the notice, freed as principal falls."""

from typing import Final

from backend.acts import Done
from backend.documents.words import words
from backend.loans.care import TOKENS, CareOffice
from backend.loans.refusals import CareRefusedError
from rules.calendar import day_of_timestamp, day_text
from rules.types import LoanNumber, Rupiah

_ACTION: Final = "claim", ("uint32", "uint256", "uint64")


def notice_claim(office: CareOffice, loan: LoanNumber, pledge: int, amount: Rupiah) -> Done:
    """Give the notice of a claim of `amount` rupiah on pledge number `pledge`, from 1. One that is
    running for
    the same amount is left as it is. CareRefusedError."""
    running = _running(office, loan, pledge)
    if running is not None and running[0] == amount:
        when = day_text(day_of_timestamp(running[1]))
        note = (
            f"Sudah diberitahukan; dapat diklaim mulai {when}.",
            f"Noticed already; it can be claimed from {when}.",
        )
        return Done(None, note=words(*note))
    maker, checker = office.pair([office.position(loan).borrower])
    values = (loan, pledge - 1, amount)
    consent = office.consent(checker, _ACTION, values)
    return Done(office.perform(maker.account, "noticeClaim", (*values, consent)))


def claim_lien(office: CareOffice, loan: LoanNumber, pledge: int) -> Done:
    """Carry out the noticed claim on pledge number `pledge`, from 1. CareRefusedError: too early, no
    notice."""
    _running(office, loan, pledge)
    return office.anyone("claim", (loan, pledge - 1))


def release_liens(office: CareOffice, loan: LoanNumber) -> Done:
    """Free of each lien what exceeds its share of what is outstanding; nothing is sent if nothing does."""
    office.position(loan)
    return office.anyone("releaseLiens", (loan,))


def _running(office: CareOffice, loan: LoanNumber, pledge: int) -> tuple[int, int] | None:
    """Rupiah and time (unix seconds) of the notice that is running. CareRefusedError without such a
    pledge."""
    pledges = office.position(loan).pledges
    if not 1 <= pledge <= len(pledges):
        raise CareRefusedError(
            words(
                f"Pinjaman {loan} tidak punya ikatan nomor {pledge}.", f"Loan {loan} has no pledge {pledge}."
            )
        )
    found = pledges[pledge - 1]
    token = TOKENS.get(found.kind, "SavingsSukarela")
    _, noticed, claimable_at = office.view(token, "lienOf", found.member, loan)
    return (int(noticed), int(claimable_at)) if claimable_at else None
