"""New terms of a running loan, step by step: proposed with a document, approved by the committee,
signed by the
parties, carried out. The same run again goes on where the last one ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from eth_account.signers.local import LocalAccount

from backend.acceptances import Acceptance, Signing, signers_of
from backend.committee import Tier, bits_of, choose
from backend.documents.words import Words, words
from backend.keyring import Officer
from backend.loans.addendum import Addendum, AmendedTerms
from backend.loans.care import BOARD, CareOffice
from backend.loans.papers import LIFETIME, addenda, amended_terms
from backend.loans.refusals import CareRefusedError
from backend.loans.words import Reason
from indexer.reports.loan_position import LoanPosition
from rules.types import MemberNumber, WibDay

_PENGAWAS: Final = 1 << 4
_PENGURUS: Final = 1 << 7
_LATER: Final = words(
    "Usul dapat dikirim; persetujuan dan tanda tangan diperiksa sesudahnya.",
    "It can be proposed; approvals and signatures are checked after that.",
)


class Step(StrEnum):
    """How far to go."""

    PROPOSE = "PROPOSE"
    APPROVE = "APPROVE"
    ENACT = "ENACT"


@dataclass(frozen=True, slots=True)
class Amended:
    """How far an amendment came. `state`: IN_FORCE, ENACTED, PROPOSED or CHECKED (nothing was sent);
    `transactions` of this run; `missing` must sign `signing` still."""

    state: str
    document: bytes
    amendment_hash: bytes
    transactions: tuple[str, ...] = ()
    signing: Signing | None = None
    missing: tuple[MemberNumber, ...] = ()
    note: Words | None = None


@dataclass(frozen=True, slots=True)
class _Proposal:
    hash: bytes
    maker: int
    expires_at: int
    approvers: tuple[int, ...]


class Amending:
    """Takes one amendment as far as it goes with the keys and signatures that are here."""

    def __init__(self, office: CareOffice, agreed: AmendedTerms, reason: Reason) -> None:
        self._office, self._agreed, self._reason = office, agreed, reason
        self._loan = agreed.loan
        self._sent: list[str] = []

    def run(
        self, upto: Step, given: Mapping[MemberNumber, Acceptance], day: WibDay, replace: bool = False
    ) -> Amended:
        """`given`: what parties signed elsewhere; `day`: the book day it comes into force on;
        `replace`: in place of
        another proposal. CareRefusedError, UnknownLoanError."""
        office = self._office
        in_force = self._in_force()
        if in_force is not None:
            told = words("Syarat itu sudah berlaku.", "Those terms are in force already.")
            return Amended("IN_FORCE", in_force, self._agreed.hash_with(in_force), note=told)
        position = office.position(self._loan)
        document = self._proposed(replace) or self._propose(position)
        agreed_hash = self._agreed.hash_with(document)
        if office.check and not self._proposal().expires_at:
            return Amended("CHECKED", document, agreed_hash, note=_LATER)
        asked = self._approve(position, document) if upto is not Step.PROPOSE else 0
        signing = self._signing(position, agreed_hash)
        signed = {**signing.made_up(office.chain, office.keyring), **given}
        missing = tuple(each for each in signing.members if each not in signed)
        if upto is not Step.ENACT or missing or (office.check and asked):
            note = words("Menunggu tanda tangan.", "Waits for signatures.") if missing else None
            return Amended(
                "CHECKED" if office.check else "PROPOSED",
                document,
                agreed_hash,
                tuple(self._sent),
                signing,
                missing,
                note,
            )
        arguments = (self._agreed.fields(document), day, signing.ordered(signed))
        self._perform(office.keyring.officer("SEKRETARIS"), "amend", arguments)
        state = "CHECKED" if office.check else "ENACTED"
        return Amended(state, document, agreed_hash, tuple(self._sent), signing)

    def _in_force(self) -> bytes | None:
        """The document of the version in force, if it is of these terms and of the last weeks."""
        versions = [each for each in self._office.told(self._loan) if hasattr(each.row, "cause")]
        last = versions[-1]
        is_amended = last.row.cause in {"RESCHEDULE", "RESTRUCTURE", "FREEZE"}
        if not is_amended or last.on < self._office.today - LIFETIME:
            return None
        return bytes(last.row.document_hash) if amended_terms(self._loan, last) == self._agreed else None

    def _proposal(self) -> _Proposal:
        found = self._office.view("LoanCare", "proposalOf", self._loan)
        return _Proposal(bytes(found[0]), found[1], found[2], tuple(found[3]))

    def _proposed(self, replace: bool) -> bytes | None:
        """The document of these terms that is proposed already. CareRefusedError if others are."""
        office, proposal = self._office, self._proposal()
        if proposal.expires_at <= office.chain.time:
            return None
        told = office.told(self._loan)
        with office.books() as (connection, cooperative_id):
            for each in addenda(
                connection, self._loan, self._agreed, told, office.today, cooperative_id, [self._reason]
            ):
                document = self._hash(each)
                if document is not None and self._agreed.hash_with(document) == proposal.hash:
                    return office.document(each)
        if replace:
            return None
        raise CareRefusedError(
            words(
                f"Usul lain sedang berjalan untuk pinjaman {self._loan}; pakai syarat yang sama, atau "
                f"--replace.",
                f"Another amendment of loan {self._loan} is proposed; give the same terms, or --replace.",
            )
        )

    def _hash(self, addendum: Addendum) -> bytes | None:
        try:
            return self._office.papers.hash_of(addendum)
        except ValueError:  # these terms could not come into force as the loan stood then
            return None

    def _propose(self, position: LoanPosition) -> bytes:
        office = self._office
        if position.loan.closed or position.loan.written_off:
            raise CareRefusedError(
                words(
                    f"Pinjaman {self._loan} tidak berjalan: lunas atau dihapusbukukan.",
                    f"Loan {self._loan} is not running: closed or written off.",
                )
            )
        document = office.document(Addendum(self._agreed, position, office.today, self._reason))
        committee = choose(self._tier(position), office.keyring.officers(), _parties(position))
        maker = committee.maker if committee else self._maker(position)
        self._perform(maker.account, "proposeAmendment", (self._agreed.fields(document), []))
        return document

    def _maker(self, position: LoanPosition) -> Officer:
        free = [each for each in self._office.keyring.officers() if each.person not in _parties(position)]
        for office in BOARD:
            for each in free:
                if each.office == office:
                    return each
        raise CareRefusedError(
            words(
                "Tidak ada kunci pengurus yang boleh mengusulkan.",
                "No key of the board that may propose is here.",
            )
        )

    def _tier(self, position: LoanPosition) -> Tier:
        """Of all that the borrower owes; a related party's asks for both boards besides."""
        office, borrower = self._office, position.borrower
        owed = office.view("LoanLens", "commitmentOf", borrower, 0)
        _, approvals, offices, required = office.view("LoanPolicy", "tierFor", owed)
        both = _PENGURUS | _PENGAWAS if office.view("LoanPolicy", "isRelated", borrower) else 0
        return Tier(approvals, offices | both, required | both)

    def _approve(self, position: LoanPosition, document: bytes) -> int:
        """By those of the committee whose keys are here and who did not yet; how many were asked."""
        proposal, tier, asked = self._proposal(), self._tier(position), 0
        others = [each for each in self._office.keyring.officers() if each.person != proposal.maker]
        approved, missing = set(proposal.approvers), tier.required
        for each in others:
            missing &= ~bits_of(each) if each.person in approved else ~0
        for each in sorted(others, key=lambda each: not bits_of(each) & tier.required):
            enough = len(approved) >= tier.approvals
            useful = bits_of(each) & (missing if enough else tier.offices | tier.required)
            if useful and each.person not in approved | _parties(position):
                self._perform(each.account, "approveAmendment", (self._agreed.fields(document),))
                approved.add(each.person)
                missing &= ~bits_of(each)
                asked += 1
        return asked

    def _signing(self, position: LoanPosition, agreed_hash: bytes) -> Signing:
        members = [each.member for each in position.pledges]
        about = {"loan": int(self._loan), "amendmentHash": agreed_hash}
        signers = signers_of(position.borrower, position.borrower, members)
        return Signing("AmendmentAcceptance", about, signers)

    def _perform(self, account: LocalAccount, function: str, arguments: tuple[Any, ...]) -> None:
        sent = self._office.perform(account, function, arguments)
        if sent is not None:
            self._sent.append(sent)


def _parties(position: LoanPosition) -> set[int]:
    return {position.borrower, *(each.member for each in position.pledges)}
