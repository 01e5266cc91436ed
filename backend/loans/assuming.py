"""An heir takes a loan over: two offices, the heir's and the guarantors' signatures, and its record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend.acceptances import Acceptance, Signing, signers_of
from backend.acts import Done
from backend.documents.words import words
from backend.loans.care import CareOffice
from backend.loans.records import AssumptionRecord
from backend.loans.refusals import CareRefusedError
from indexer.reports.loan_position import place_after
from rules.types import LoanNumber, MemberNumber, WibDay

_ACTION: Final = "assume", ("uint32", "uint32", "bytes32")


@dataclass(frozen=True, slots=True)
class Assumption:
    """What became of it; `missing` must sign `signing` before it can be carried out."""

    done: Done
    signing: Signing | None = None
    missing: tuple[MemberNumber, ...] = ()


def assume_loan(
    office: CareOffice,
    loan: LoanNumber,
    heir: MemberNumber,
    as_of: WibDay,
    given: Mapping[MemberNumber, Acceptance],
) -> Assumption:
    """`heir` takes the loan over as it stood at the end of `as_of`; who signs elsewhere is in `given`.

    The same day gives the same document, so that signatures can be fetched. CareRefusedError,
    UnknownLoanError.
    """
    before = office.changed(loan, "ASSUMED", member=heir)
    if before is not None:
        note = words(f"Anggota {heir} sudah mengambil alih.", f"Member {heir} took it over already.")
        return Assumption(Done(None, before, note))
    if as_of > office.today:
        raise CareRefusedError(words("Hari itu belum tiba.", "That day is yet to come."))
    position = office.position(loan, place_after(office.told(loan), as_of))
    document = office.document(AssumptionRecord(position, as_of, heir))
    signing = Signing(
        "Assumption",
        {"loan": int(loan), "heir": int(heir), "documentHash": document},
        signers_of(heir, position.borrower, [each.member for each in position.pledges]),
    )
    signed = {**signing.made_up(office.chain, office.keyring), **given}
    missing = tuple(each for each in signing.members if each not in signed)
    if missing:
        note = words("Menunggu tanda tangan.", "Waits for signatures.")
        return Assumption(Done(None, document, note), signing, missing)
    maker, checker = office.pair([position.borrower, heir])
    values: tuple[Any, ...] = (loan, heir, document)
    consent = office.consent(checker, _ACTION, values)
    sent = office.perform(maker.account, "assume", (*values, signing.ordered(signed), consent))
    return Assumption(Done(sent, document), signing)
