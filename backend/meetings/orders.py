"""What members sign for a meeting (IRAT, IBallotBox, IMemberRegistry), and who signs."""

from collections.abc import Iterable
from typing import Any, Final, Protocol

from eth_account.signers.local import LocalAccount
from eth_typing import Hash32

from backend.chain import Call, Chain
from backend.keyring import Keyring
from backend.passkeys import Passkey, development_passkey
from backend.typed_data import typed_digest
from rules.ballots import Paper
from rules.types import MemberNumber

PASSKEY_KIND: Final = 1
"""IMemberRegistry.SignerKind.PASSKEY."""
_RAT: Final = ("Koperasi RAT", "RAT")
BOX: Final = ("Koperasi BallotBox", "BallotBox")
"""Name of the domain, and contract."""
_REGISTRY: Final = ("Koperasi MemberRegistry", "MemberRegistry")
_PAPER: Final = (("member", "uint32"), ("meeting", "uint32"), ("call", "uint8"))
_DEADLINE: Final = (("deadline", "uint40"),)
BOX_TYPES: Final = {
    "Ballot": (*_PAPER, ("choices", "uint256"), *_DEADLINE),
    "CheckIn": (*_PAPER, *_DEADLINE),
    "Proxy": (("member", "uint32"), ("holder", "uint32"), ("meeting", "uint32"), *_DEADLINE),
    "Objection": (("member", "uint32"), ("meeting", "uint32"), ("motion", "uint8"), *_DEADLINE),
    "Petition": (("member", "uint32"), ("noticeHash", "bytes32"), *_DEADLINE),
}
"""The structs that a BallotBox takes (IBallotBox)."""
_TYPES: Final = BOX_TYPES | {
    "Candidacy": (("member", "uint32"), ("election", "bytes32"), ("account", "address"), *_DEADLINE),
    "SignerChange": (
        ("member", "uint32"),
        ("signer", "address"),
        ("kind", "uint8"),
        ("nonce", "uint256"),
        ("deadline", "uint256"),
    ),
}


class Signer(Protocol):
    """A member's signer of now."""

    @property
    def address(self) -> str:
        """As the register has it."""
        ...

    def sign(self, digest: Hash32) -> bytes:
        """A signature as `MemberRegistry.isSignedBy` takes it."""
        ...


class AccountSigner:
    """An EOA."""

    def __init__(self, account: LocalAccount) -> None:
        self._account = account

    @property
    def address(self) -> str:
        """The account's."""
        return str(self._account.address)

    def sign(self, digest: Hash32) -> bytes:
        """65 bytes."""
        return bytes(self._account.unsafe_sign_hash(digest).signature)


class MeetingOrders:
    """Signs for members of a development network, each with the signer that the register names."""

    def __init__(self, chain: Chain, keyring: Keyring, rp_id: str) -> None:
        self._chain = chain
        self._keyring = keyring
        self._rp_id = rp_id
        self._signers: dict[MemberNumber, Signer] = {}

    def load(self, members: Iterable[MemberNumber]) -> None:
        """Find out who signs for these members now. An unknown number signs with a key all the same."""
        numbers = sorted(set(members) - set(self._signers))
        found = self._chain.call_many([Call("MemberRegistry", "memberOf", (number,)) for number in numbers])
        for number, (_, kind, *_rest) in zip(numbers, found, strict=True):
            self._signers[number] = self.passkey(number) if kind == PASSKEY_KIND else self.account(number)

    def account(self, member: MemberNumber) -> AccountSigner:
        """The made-up account of a member."""
        account = self._keyring.member(member)
        if account is None:
            raise ValueError(f"member {member} signs elsewhere")
        return AccountSigner(account)

    def passkey(self, member: MemberNumber) -> Passkey:
        """The made-up passkey of a member."""
        return development_passkey(member, self._chain.chain_id, self._rp_id)

    def ballot(self, paper: Paper) -> bytes:
        """The packed record of a ballot paper, signed."""
        return self._packed("Ballot", paper, {"choices": paper.choices})

    def check_in(self, paper: Paper) -> bytes:
        """The packed record of a check-in, signed."""
        return self._packed("CheckIn", paper, {})

    def consent(self, member: MemberNumber, election: bytes, account: str, deadline: int) -> bytes:
        """A candidate's consent to stand."""
        message = {"member": member, "election": election, "account": account, "deadline": deadline}
        return self._sign(member, "Candidacy", _RAT, message)

    def objection(self, member: MemberNumber, meeting: int, motion: int, deadline: int) -> bytes:
        """A member's objection to a consensus."""
        message = {"member": member, "meeting": meeting, "motion": motion, "deadline": deadline}
        return self._sign(member, "Objection", BOX, message)

    def signer_change(self, member: MemberNumber, nonce: int, deadline: int) -> tuple[Any, ...]:
        """The arguments of `changeSigner` from a member's account to the member's passkey."""
        new = self.passkey(member)
        message = {"member": member, "signer": new.address, "kind": PASSKEY_KIND}
        message |= {"nonce": nonce, "deadline": deadline}
        signature = self.account(member).sign(self._digest("SignerChange", _REGISTRY, message))
        return member, new.address, PASSKEY_KIND, nonce, deadline, signature

    def _packed(self, struct: str, paper: Paper, more: dict[str, Any]) -> bytes:
        message = {"member": paper.member, "meeting": paper.meeting, "call": paper.call}
        message |= {"deadline": paper.deadline, **more}
        return paper.signed(self._sign(paper.member, struct, BOX, message)).packed()

    def _sign(
        self, member: MemberNumber, struct: str, where: tuple[str, str], message: dict[str, Any]
    ) -> bytes:
        return self._signers[member].sign(self._digest(struct, where, message))

    def _digest(self, struct: str, where: tuple[str, str], message: dict[str, Any]) -> Hash32:
        name, contract = where
        domain = name, self._chain.chain_id, self._chain.address(contract)
        return typed_digest(domain, struct, _TYPES[struct], message)
