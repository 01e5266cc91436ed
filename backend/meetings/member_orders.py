"""A member's order to a meeting's ballot box as the relay takes it: JSON in, what was signed, the call out.

The same JSON is a line of the files that `koperasi relay-papers` and `relay-orders` read: who has signed an
order can always have it sent by somebody else.
"""

from hashlib import sha256
from typing import Annotated, Any, ClassVar, Final

import msgspec
from eth_typing import Hash32

from backend.cells import UINT32
from backend.meetings.orders import BOX, BOX_TYPES
from backend.typed_data import typed_data, typed_digest
from rules.ballots import Paper
from rules.types import MemberNumber

MOST_SIGNATURE: Final = 8_192
"""Bytes of a signature that the relay takes: a passkey's has about 700."""
Number = Annotated[int, msgspec.Meta(ge=1, le=UINT32)]
Deadline = Annotated[int, msgspec.Meta(ge=0, lt=2**40, description="Unix seconds.")]
Signature = Annotated[
    str,
    msgspec.Meta(
        pattern="^(0x([0-9a-fA-F]{2})*)?$",
        max_length=2 * MOST_SIGNATURE + 2,
        description="Hex; nothing while it is not signed.",
    ),
]
Choices = Annotated[str, msgspec.Meta(pattern="^0x[0-9a-fA-F]{1,64}$", description="Box i is its bit i.")]
CallNumber = Annotated[int, msgspec.Meta(ge=1, le=2)]
Bytes32 = Annotated[str, msgspec.Meta(pattern="^0x[0-9a-fA-F]{64}$")]


class MemberOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="order"):
    """What every order has."""

    member: Number
    deadline: Deadline
    signature: Signature = ""

    struct: ClassVar[str]
    function: ClassVar[str]
    is_paper: ClassVar[bool] = False
    """Whether it goes in batches, packed, and a bad one is skipped."""

    @property
    def kind(self) -> str:
        """The tag."""
        return str(type(self).__struct_config__.tag)

    @property
    def signer(self) -> MemberNumber:
        """The member whose signature it needs."""
        return MemberNumber(self.member)

    @property
    def signed(self) -> bytes:
        """The signature's bytes."""
        return bytes.fromhex(self.signature.removeprefix("0x"))

    @property
    def meeting_number(self) -> int:
        """The meeting, or zero."""
        return int(getattr(self, "meeting", 0))

    @property
    def call_number(self) -> int:
        """The call in which alone it counts, or zero."""
        return int(getattr(self, "call", 0))

    @property
    def subject(self) -> str:
        """What the order is about and whose: of two with the same, one can count."""
        told = ("meeting", "call", "motion", "notice")
        parts = [str(getattr(self, name)) for name in told if hasattr(self, name)]
        return "/".join((self.kind, *parts, str(self.member)))

    @property
    def receipt(self) -> str:
        """sha256 of the order with its signature, in hex: the same order twice is one."""
        return sha256(self.encoded()).hexdigest()

    def message(self) -> dict[str, Any]:
        """The values of the struct that is signed."""
        raise NotImplementedError

    def arguments(self) -> tuple[Any, ...]:
        """Of the call that carries the order alone; of a paper, before the batch."""
        raise NotImplementedError

    def packed(self) -> bytes:
        """A paper's record in a batch."""
        choices = int(getattr(self, "choices", "0x0"), 16)
        paper = Paper(self.signer, self.meeting_number, self.call_number, self.deadline, choices, self.signed)
        return paper.packed()

    def encoded(self) -> bytes:
        """As JSON, the hex in small letters."""
        return msgspec.json.encode(msgspec.structs.replace(self, signature=self.signature.lower()))

    def digest(self, chain_id: int, box: str) -> Hash32:
        """What is signed, for a BallotBox."""
        return typed_digest((BOX[0], chain_id, box), self.struct, BOX_TYPES[self.struct], self.message())

    def typed_data(self, chain_id: int, box: str) -> dict[str, Any]:
        """The same for `eth_signTypedData_v4`."""
        return typed_data((BOX[0], chain_id, box), self.struct, BOX_TYPES[self.struct], self.message())


class BallotOrder(MemberOrder, frozen=True, kw_only=True, tag="ballot"):
    """A ballot paper."""

    meeting: Number
    call: CallNumber
    choices: Choices

    struct: ClassVar[str] = "Ballot"
    function: ClassVar[str] = "cast"
    is_paper: ClassVar[bool] = True

    def message(self) -> dict[str, Any]:
        told = {"member": self.member, "meeting": self.meeting, "call": self.call}
        return told | {"choices": int(self.choices, 16), "deadline": self.deadline}

    def arguments(self) -> tuple[Any, ...]:
        return (self.meeting,)


class CheckInOrder(MemberOrder, frozen=True, kw_only=True, tag="check-in"):
    """A member is present."""

    meeting: Number
    call: CallNumber

    struct: ClassVar[str] = "CheckIn"
    function: ClassVar[str] = "checkIn"
    is_paper: ClassVar[bool] = True

    def message(self) -> dict[str, Any]:
        told = {"member": self.member, "meeting": self.meeting, "call": self.call}
        return told | {"deadline": self.deadline}

    def arguments(self) -> tuple[Any, ...]:
        return (self.meeting,)


class ProxyOrder(MemberOrder, frozen=True, kw_only=True, tag="proxy"):
    """A member lets another vote in their place."""

    meeting: Number
    holder: Number

    struct: ClassVar[str] = "Proxy"
    function: ClassVar[str] = "appointProxy"

    def message(self) -> dict[str, Any]:
        told = {"member": self.member, "holder": self.holder, "meeting": self.meeting}
        return told | {"deadline": self.deadline}

    def arguments(self) -> tuple[Any, ...]:
        return self.meeting, self.member, self.holder, self.deadline, self.signed


class ProxyBallotOrder(MemberOrder, frozen=True, kw_only=True, tag="proxy-ballot"):
    """The ballot paper of `member`, signed by the `holder` of their proxy."""

    meeting: Number
    call: CallNumber
    choices: Choices
    holder: Number

    struct: ClassVar[str] = "Ballot"
    function: ClassVar[str] = "castByProxy"

    @property
    def signer(self) -> MemberNumber:
        """The holder."""
        return MemberNumber(self.holder)

    def message(self) -> dict[str, Any]:
        told = {"member": self.member, "meeting": self.meeting, "call": self.call}
        return told | {"choices": int(self.choices, 16), "deadline": self.deadline}

    def arguments(self) -> tuple[Any, ...]:
        return self.meeting, self.member, int(self.choices, 16), self.deadline, self.signed


class ObjectionOrder(MemberOrder, frozen=True, kw_only=True, tag="objection"):
    """A member objects to a consensus."""

    meeting: Number
    motion: Annotated[int, msgspec.Meta(ge=1, le=255)]

    struct: ClassVar[str] = "Objection"
    function: ClassVar[str] = "objectTo"

    def message(self) -> dict[str, Any]:
        told = {"member": self.member, "meeting": self.meeting, "motion": self.motion}
        return told | {"deadline": self.deadline}

    def arguments(self) -> tuple[Any, ...]:
        return self.meeting, self.motion, self.member, self.deadline, self.signed


class PetitionOrder(MemberOrder, frozen=True, kw_only=True, tag="petition"):
    """A member asks for the meeting of a notice, named by its hash."""

    notice: Bytes32

    struct: ClassVar[str] = "Petition"
    function: ClassVar[str] = "signPetition"
    is_paper: ClassVar[bool] = True

    @property
    def notice_hash(self) -> bytes:
        """keccak256(abi.encode(notice))."""
        return bytes.fromhex(self.notice[2:])

    def message(self) -> dict[str, Any]:
        return {"member": self.member, "noticeHash": self.notice_hash, "deadline": self.deadline}

    def arguments(self) -> tuple[Any, ...]:
        return (self.notice_hash,)


AnyOrder = BallotOrder | CheckInOrder | ProxyOrder | ProxyBallotOrder | ObjectionOrder | PetitionOrder
KINDS: Final = (ProxyOrder, CheckInOrder, BallotOrder, ProxyBallotOrder, ObjectionOrder, PetitionOrder)
"""In the order in which they are relayed: a proxy ends with the member's presence, and its holder must be
present."""
_decoder: Final[msgspec.json.Decoder[AnyOrder]] = msgspec.json.Decoder(AnyOrder)


def read_order(content: bytes) -> AnyOrder:
    """An order from JSON; msgspec.MsgspecError if it is none."""
    return _decoder.decode(content)
