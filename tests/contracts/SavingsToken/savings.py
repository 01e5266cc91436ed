"""What members sign for a savings token, and calls on it as the desk makes them."""

from itertools import count
from typing import Any, Final

from rules.receipts import Series
from rules.types import Channel
from tests.contracts.actors import DAY, NEVER, AnyMember, House, Person, action, today, travel, typed_digest
from tests.contracts.MemberRegistry.orders import propose

WITHDRAWAL: Final = "Withdrawal(uint32 member,uint64 amount,uint8 channel,uint256 nonce,uint256 deadline)"
LIEN: Final = "Lien(uint32 member,uint32 loan,uint64 amount,uint256 nonce,uint256 deadline)"
STANDING_ORDER: Final = (
    "StandingOrder(uint32 member,uint32 loan,uint64 monthlyLimit,uint40 until,uint256 nonce,uint256 deadline)"
)
STORNO_TYPE: Final = "(uint32,uint64,uint64,uint64,uint8,uint32)"
UNSIGNED: Final = ("0x" + "00" * 20, NEVER, b"")
MAX: Final = 2**63 - 1
POKOK_KIND, WAJIB_KIND, SUKARELA_KIND, PAYABLE_KIND = range(4)
NONE, REGISTERED, ACTIVE, SUSPENDED, LEFT = range(5)
_numbers = count(1)


def receipt_number() -> int:
    """A slip's number, another at every call."""
    return Series.SLIP << 56 | next(_numbers)


def word(member: int, amount: int) -> int:
    """One credit of depositBatch and open."""
    return member << 224 | amount


def deposit(house: House, token: Any, member: AnyMember, amount: int, receipt: int | None = None) -> Any:
    receipt = receipt_number() if receipt is None else receipt
    return token.deposit(member.number, amount, receipt, {"from": house.writer})


def signed_order(token: Any, struct: str, fields: dict[str, int], signer: AnyMember) -> tuple[Any, ...]:
    """The fields of an order to a token, and the signature under them."""
    return (*fields.values(), signer.sign(typed_digest(token.name(), token.address, struct, fields)))


def withdrawal(
    token: Any,
    member: AnyMember,
    amount: int,
    channel: int = Channel.KAS,
    nonce: int = 1,
    deadline: int = NEVER,
    signer: AnyMember | None = None,
) -> tuple[Any, ...]:
    """Arguments of `withdraw`, signed by `signer` (the member if not said otherwise)."""
    fields = {
        "member": member.number,
        "amount": amount,
        "channel": int(channel),
        "nonce": nonce,
        "deadline": deadline,
    }
    return signed_order(token, WITHDRAWAL, fields, signer or member)


def lien(
    token: Any,
    member: AnyMember,
    loan: int,
    amount: int,
    nonce: int = 1,
    deadline: int = NEVER,
    signer: AnyMember | None = None,
) -> tuple[Any, ...]:
    """Arguments of `placeLien`, signed as `withdrawal`."""
    fields = {
        "member": member.number,
        "loan": loan,
        "amount": amount,
        "nonce": nonce,
        "deadline": deadline,
    }
    return signed_order(token, LIEN, fields, signer or member)


def standing_order(
    token: Any,
    member: AnyMember,
    loan: int,
    monthly_limit: int,
    until: int,
    nonce: int = 1,
    deadline: int = NEVER,
    signer: AnyMember | None = None,
) -> tuple[Any, ...]:
    """Arguments of `setStandingOrder`, signed as `withdrawal`."""
    fields = {
        "member": member.number,
        "loan": loan,
        "monthlyLimit": monthly_limit,
        "until": until,
        "nonce": nonce,
        "deadline": deadline,
    }
    return signed_order(token, STANDING_ORDER, fields, signer or member)


def storno(
    member: int, amount: int, original: int, receipt: int | None = None, channel: int = Channel.KAS
) -> tuple[int, ...]:
    """What two persons sign to take a slip's deposit back: ISavingsToken.Storno, of today."""
    receipt = receipt_number() if receipt is None else receipt
    return member, amount, original, receipt, int(channel), today()


def signed_storno(
    house: House,
    token: Any,
    wanted: tuple[int, ...],
    first: Person | None = None,
    second: Person | None = None,
    deadline: int = NEVER,
) -> tuple[Any, Any]:
    """The signatures of the TELLER and of KETUA, or of others in their places."""
    act = action("storno", [STORNO_TYPE], [wanted])
    return (
        house.countersign(first or house.teller, token, act, deadline),
        house.countersign(second or house.ketua, token, act, deadline),
    )


def recover(house: House, member: AnyMember, signer: AnyMember) -> Any:
    """Two offices replace the member's signer, after 14 days."""
    propose(house, member.number, signer)
    travel(14 * DAY)
    return house.MemberRegistry.completeRecovery(member.number, {"from": house.deployer})


def events_of(tx: Any, name: str) -> list[Any]:
    """The events of that name, in order; none is an empty list."""
    if name not in tx.events:
        return []
    return list(tx.events[name])


def transfers(tx: Any) -> list[tuple[str, str, int]]:
    """The ERC-20 events of a transaction, in order."""
    return [(event["from"], event["to"], event["value"]) for event in events_of(tx, "Transfer")]


def suspend(house: House, member: AnyMember) -> None:
    house.MemberRegistry.suspend(member.number, {"from": house.admin})
