"""Signatures on what is sent: a second officer's, and in development the members' own."""

from typing import Any, Final

from eth_account.signers.local import LocalAccount

from backend.chain import Chain
from backend.keyring import Keyring
from backend.office.daybooks import BookRow, Joining, LoanRow, SlipRow
from backend.office.orders import sign
from backend.terms import Pledge
from rules.types import MemberNumber, SavingsKind, SlipKind

LIFETIME: Final = 7 * 86_400
"""Seconds for which a signature is good."""
Acceptance = tuple[int, bytes, int, int, bytes]
"""ILoanDesk.Acceptance."""
_TOKENS: Final = {
    SavingsKind.WAJIB: ("Simpanan Wajib", "SavingsWajib"),
    SavingsKind.SUKARELA: ("Simpanan Sukarela", "SavingsSukarela"),
}


class Signatures:
    """Signs for one deployment with the keys of one keyring."""

    def __init__(self, chain: Chain, keyring: Keyring) -> None:
        self._chain = chain
        self._keyring = keyring

    @property
    def deadline(self) -> int:
        """Until when a signature made now is good, in unix seconds."""
        return self._chain.time + LIFETIME

    def can_sign(self, row: BookRow) -> bool:
        """Whether every member's signature that the row needs can be made here; if not, the row waits."""
        signers: tuple[MemberNumber | None, ...] = ()
        if isinstance(row, Joining):
            signers = (row.member,)
        elif isinstance(row, LoanRow):
            signers = (row.member, *(pledge.member for pledge in row.pledges))
        elif isinstance(row, SlipRow) and row.kind is SlipKind.TARIK_SUKARELA:
            signers = (row.member,)
        return all(number is not None and self._keyring.member(number) is not None for number in signers)

    def member(self, number: MemberNumber | None) -> LocalAccount:
        """A member's signer; ValueError where `can_sign` says no."""
        signer = self._keyring.member(number) if number is not None else None
        if signer is None:
            raise ValueError(f"member {number} signs elsewhere: the row must wait")
        return signer

    def countersignature(self, office: str, target: str, action: bytes) -> tuple[str, int, bytes]:
        """A second person's consent to `action` in contract `target`: signer, deadline, signature."""
        return self.consent(self._keyring.officer(office), target, action)

    def consent(self, signer: LocalAccount, target: str, action: bytes) -> tuple[str, int, bytes]:
        """As `countersignature`, by the officer whose account is given."""
        deadline = self.deadline
        message = {"target": self._chain.address(target), "action": action, "deadline": deadline}
        signature = self._sign(signer, "Countersignature", "Koperasi Authority", "Authority", message)
        return signer.address, deadline, signature

    def withdrawal(self, row: SlipRow) -> tuple[int, int, bytes]:
        """The member's order for a withdrawal: nonce (the slip's receipt number), deadline, signature."""
        nonce, deadline = int(row.receipt), self.deadline
        message = {"member": row.member, "amount": row.amount, "channel": int(row.channel)}
        message |= {"nonce": nonce, "deadline": deadline}
        signer = self.member(row.member)
        return (
            nonce,
            deadline,
            self._sign(signer, "Withdrawal", "Simpanan Sukarela", "SavingsSukarela", message),
        )

    def acceptances(self, row: LoanRow, terms_hash: bytes) -> list[Acceptance]:
        """The borrower's acceptance of exactly these terms, then one of each pledge with its lien's order."""
        borrower = (*self._acceptance(row.member, row, terms_hash), 0, 0, b"")
        return [borrower, *(self._pledged(row, index, terms_hash) for index in range(len(row.pledges)))]

    def _pledged(self, row: LoanRow, index: int, terms_hash: bytes) -> Acceptance:
        """The borrower's own pledge carries the lien's order only."""
        pledge = row.pledges[index]
        accepted = (
            (0, b"") if pledge.member == row.member else self._acceptance(pledge.member, row, terms_hash)
        )
        return (*accepted, *self._lien(row, index, pledge))

    def _acceptance(self, member: MemberNumber, row: LoanRow, terms_hash: bytes) -> tuple[int, bytes]:
        deadline = self.deadline
        message = {"member": member, "loan": row.loan, "termsHash": terms_hash, "deadline": deadline}
        signer = self.member(member)
        return deadline, self._sign(signer, "Acceptance", "Koperasi LoanDesk", "LoanDesk", message)

    def _lien(self, row: LoanRow, index: int, pledge: Pledge) -> tuple[int, int, bytes]:
        """The lien's order: nonce (the loan's receipt number, the pledge's place), deadline, signature."""
        if not pledge.amount:
            return 0, 0, b""
        nonce, deadline = int(row.receipt) << 8 | index, self.deadline
        message = {"member": pledge.member, "loan": row.loan, "amount": pledge.amount}
        message |= {"nonce": nonce, "deadline": deadline}
        signature = self._sign(self.member(pledge.member), "Lien", *_TOKENS[pledge.kind], message)
        return nonce, deadline, signature

    def _sign(
        self, signer: LocalAccount, struct: str, domain: str, contract: str, message: dict[str, Any]
    ) -> bytes:
        return sign(signer, struct, domain, self._chain.chain_id, self._chain.address(contract), message)
