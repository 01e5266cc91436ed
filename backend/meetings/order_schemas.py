"""The bodies of the API that speak of members' orders. Times are unix seconds."""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from backend.errors import Messages
from backend.meetings.member_orders import (
    BallotOrder,
    CheckInOrder,
    ObjectionOrder,
    PetitionOrder,
    ProxyBallotOrder,
    ProxyOrder,
)

OrderState = Literal["WAITING", "SENT", "ACCEPTED", "REFUSED"]
SignerKind = Literal["ACCOUNT", "PASSKEY"]
Hex32 = Annotated[str, Meta(pattern="^0x[0-9a-f]{64}$")]
Receipt = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="sha256 of the signed order.")]


class OrderSigner(msgspec.Struct, frozen=True):
    """Who signs for the member, as the books have it. `address`: of a wallet, or the last 20 bytes of the
    passkey's hash."""

    member: int
    kind: SignerKind
    address: Annotated[str, Meta(pattern="^0x[0-9a-f]{40}$")]


class TypedField(msgspec.Struct, frozen=True):
    """A field of a struct."""

    name: str
    type: str


class TypedDomain(msgspec.Struct, frozen=True, rename="camel"):
    """What the signature is bound to."""

    name: str
    version: str
    chain_id: int
    verifying_contract: str


class TypedData(msgspec.Struct, frozen=True, rename="camel"):
    """For eth_signTypedData_v4 (EIP-712); integers above 53 bits are strings of digits."""

    types: dict[str, list[TypedField]]
    primary_type: str
    domain: TypedDomain
    message: dict[str, int | str]


class UnsignedOrder(msgspec.Struct, frozen=True):
    """What the member signs. Compute `digest` again from `typed_data` before you do."""

    typed_data: TypedData
    digest: Hex32
    challenge: Annotated[str, Meta(description="The digest as a passkey's challenge, base64url.")]
    rp_id: Annotated[str, Meta(description="The domain of the passkeys.")]
    signer: OrderSigner | None


class OrderReceipt(msgspec.Struct, frozen=True):
    """An order that the relay took, and what has become of it."""

    receipt: Receipt
    order: Literal["ballot", "check-in", "proxy", "proxy-ballot", "objection", "petition"]
    member: int
    meeting: Annotated[int | None, Meta(description="Null of a petition.")]
    state: OrderState
    reason: Annotated[str | None, Meta(description="Why it was refused: a paper's reason, or an error.")]
    reason_words: Messages | None
    transaction: Hex32 | None
    received_at: int
    checked: Annotated[
        bool, Meta(description="Whether the chain was asked whose signature it is; if not, the relay asks.")
    ]


ORDER_BODIES: Final = (
    BallotOrder,
    CheckInOrder,
    ProxyOrder,
    ProxyBallotOrder,
    ObjectionOrder,
    PetitionOrder,
    UnsignedOrder,
    OrderReceipt,
)
