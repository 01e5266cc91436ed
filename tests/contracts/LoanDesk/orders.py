"""What members sign for LoanDesk, sent as its relayers and tellers do."""

import dataclasses
from typing import Any, Final

import brownie

from tests.contracts.actors import DAY, NEVER, AnyMember, House, Person, person, today, travel, typed_digest
from tests.contracts.MemberRegistry.orders import propose
from tests.contracts.office import BANK, slip_number

APPLICATION: Final = (
    "Application(uint32 member,uint16 product,uint64 principal,uint16 months,uint256 nonce,uint256 deadline)"
)
DRAWDOWN: Final = (
    "Drawdown(uint32 member,uint32 loan,uint64 amount,uint8 channel,uint256 nonce,uint256 deadline)"
)


def apply(
    house: House,
    member: AnyMember,
    nonce: int = 1,
    deadline: int = NEVER,
    signer: AnyMember | None = None,
    product: int = 1,
) -> Any:
    fields = {
        "member": member.number,
        "product": product,
        "principal": 12_000_000,
        "months": 12,
        "nonce": nonce,
        "deadline": deadline,
    }
    digest = typed_digest("Koperasi LoanDesk", house.LoanDesk.address, APPLICATION, fields)
    order = tuple(fields.values())
    return house.LoanDesk.applyByOrder(order, (signer or member).sign(digest), {"from": brownie.accounts[5]})


def draw(house: House, amount: int, **more: Any) -> Any:
    fields = {
        "member": more.pop("member", 101),
        "loan": more.pop("loan", 7),
        "amount": amount,
        "channel": int(more.pop("channel", BANK)),
        "nonce": more.pop("nonce", 1),
        "deadline": more.pop("deadline", NEVER),
    }
    signer: AnyMember = more.pop("signer", house.alice)
    digest = typed_digest("Koperasi LoanDesk", house.LoanDesk.address, DRAWDOWN, fields)
    order = [*fields.values()][1:]
    order[0] = more.pop("asked_of", fields["loan"])
    order[1] = more.pop("asked", amount)
    receipt, day = more.pop("receipt", None) or slip_number(), more.pop("day", None) or today()
    sender = {"from": more.pop("sender", house.teller).account}
    return house.LoanDesk.draw(order, receipt, day, signer.sign(digest), sender)


def recover(office: House, number: int) -> tuple[Person, int]:
    """Another signer of the member by recovery, and when it was completed (unix seconds)."""
    new_key = dataclasses.replace(person("new key", 901), number=number)
    propose(office, number, new_key)
    travel(14 * DAY)
    return new_key, office.MemberRegistry.completeRecovery(number, {"from": office.deployer}).timestamp
