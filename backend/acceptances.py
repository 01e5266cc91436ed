"""What members sign for an act of the office (ILoanCare.Acceptance, ShareInCash): made up in development,
else read from a file of what they signed on their own devices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec

from backend.cells import UINT32, UnreadableDayBookError
from backend.chain import Chain
from backend.keyring import Keyring
from backend.typed_data import typed_data, typed_digest
from rules.types import MemberNumber

LIFETIME: Final = 7 * 86_400
"""Seconds for which a signature made here is good."""
_FIELDS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "AmendmentAcceptance": (
        ("member", "uint32"),
        ("loan", "uint32"),
        ("amendmentHash", "bytes32"),
        ("deadline", "uint256"),
    ),
    "Assumption": (
        ("member", "uint32"),
        ("loan", "uint32"),
        ("heir", "uint32"),
        ("documentHash", "bytes32"),
        ("deadline", "uint256"),
    ),
    "ShareInCash": (
        ("year", "uint16"),
        ("member", "uint32"),
        ("amount", "uint64"),
        ("channel", "uint8"),
        ("deadline", "uint256"),
    ),
}
_PASSED_OVER: Final = (0, b"")
Acceptance = tuple[int, bytes]
"""Deadline (unix seconds), signature."""


class _Signed(msgspec.Struct):
    member: Annotated[int, msgspec.Meta(ge=1, le=UINT32)]
    deadline: Annotated[int, msgspec.Meta(ge=1, lt=2**40)]
    signature: Annotated[str, msgspec.Meta(pattern="^0x([0-9a-fA-F]{2})+$", max_length=2**17)]


@dataclass(frozen=True, slots=True)
class Signing:
    """What is signed: `struct` of `contract` with the fields `about`, by `signers` in the contract's order.
    None: passed over, as the debtor's own pledge is."""

    struct: str
    about: Mapping[str, Any]
    signers: tuple[MemberNumber | None, ...]
    contract: str = "LoanCare"

    @property
    def members(self) -> list[MemberNumber]:
        """Who signs, each once."""
        return list(dict.fromkeys(each for each in self.signers if each is not None))

    def typed_data(self, chain: Chain, member: MemberNumber, deadline: int) -> dict[str, Any]:
        """What `member` signs, for a wallet."""
        return typed_data(
            self._domain(chain), self.struct, _FIELDS[self.struct], self._message(member, deadline)
        )

    def made_up(self, chain: Chain, keyring: Keyring) -> dict[MemberNumber, Acceptance]:
        """Signatures of those whose keys are here: in development of all, elsewhere of none."""
        deadline, made = chain.time + LIFETIME, {}
        for member in self.members:
            signer = keyring.member(member)
            if signer is not None:
                message = self._message(member, deadline)
                digest = typed_digest(self._domain(chain), self.struct, _FIELDS[self.struct], message)
                made[member] = deadline, bytes(signer.unsafe_sign_hash(digest).signature)
        return made

    def ordered(self, signed: Mapping[MemberNumber, Acceptance]) -> list[Acceptance]:
        """As the contract takes them. KeyError if one is missing."""
        return [_PASSED_OVER if each is None else signed[each] for each in self.signers]

    def _message(self, member: MemberNumber, deadline: int) -> dict[str, Any]:
        return {"member": int(member), **self.about, "deadline": deadline}

    def _domain(self, chain: Chain) -> tuple[str, int, str]:
        return f"Koperasi {self.contract}", chain.chain_id, chain.address(self.contract)


def signers_of(
    debtor: MemberNumber, borrower: MemberNumber, pledges: Sequence[MemberNumber]
) -> tuple[MemberNumber | None, ...]:
    """The debtor, then every pledge's member in order; those of debtor and borrower are passed over."""
    return (debtor, *(None if each in (debtor, borrower) else each for each in pledges))


def read_acceptances(path: Path) -> dict[MemberNumber, Acceptance]:
    """A JSON object a line: member, deadline (unix seconds), signature (hex). UnreadableDayBookError."""
    found: dict[MemberNumber, Acceptance] = {}
    try:
        for line in path.read_bytes().splitlines():
            told = msgspec.json.decode(line, type=_Signed)
            found[MemberNumber(told.member)] = told.deadline, bytes.fromhex(told.signature[2:])
    except (OSError, msgspec.MsgspecError) as error:
        place = len(found) + 1
        raise UnreadableDayBookError(path, f"baris {place}: {error}", f"line {place}: {error}") from error
    return found
