"""What members and officers sign for LoanCare, and calls on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from eth_abi import encode
from eth_utils import keccak

from rules.types import LoanMethod, SavingsKind
from tests.contracts.actors import NEVER, AnyMember, House, Person, action, today, typed_digest
from tests.contracts.office import DOCUMENT
from tests.contracts.SavingsToken.savings import standing_order

AMENDMENT_TYPE: Final = "(uint32,uint8,uint16,uint16,uint16,uint16,uint8,uint64,bytes32)"
RESCHEDULE, RESTRUCTURE, FREEZE = range(3)


@dataclass(frozen=True)
class Amendment:
    """ILoanBook.Amendment: a reschedule of a FLAT loan at 12% to twice the months, unless said otherwise."""

    loan: int
    kind: int = RESCHEDULE
    rate_bps: int = 1_200
    months: int = 24
    grace_months: int = 0
    freeze_months: int = 0
    method: LoanMethod = LoanMethod.DECLINING
    interest_waived: int = 0
    document: bytes = DOCUMENT

    @property
    def word(self) -> tuple[Any, ...]:
        return (
            self.loan,
            self.kind,
            self.rate_bps,
            self.months,
            self.grace_months,
            self.freeze_months,
            int(self.method),
            self.interest_waived,
            self.document,
        )

    @property
    def hash(self) -> bytes:
        return keccak(encode([AMENDMENT_TYPE], [self.word]))

    def but(self, **changes: Any) -> "Amendment":
        return replace(self, **changes)


def propose(
    house: House, amendment: Amendment, maker: Person | None = None, approvers: Sequence[Person] | None = None
) -> Any:
    """KETUA proposes and SEKRETARIS has signed, or others in their places."""
    signed = [
        house.countersign(approver, house.LoanCare, action("amendment", ["bytes32"], [amendment.hash]))
        for approver in ([house.sekretaris] if approvers is None else approvers)
    ]
    return house.LoanCare.proposeAmendment(amendment.word, signed, {"from": (maker or house.ketua).account})


def accept_amendment(
    house: House, member: AnyMember, amendment: Amendment, deadline: int = NEVER
) -> tuple[int, bytes]:
    fields = {
        "member": member.number,
        "loan": amendment.loan,
        "amendmentHash": amendment.hash,
        "deadline": deadline,
    }
    struct = "AmendmentAcceptance(uint32 member,uint32 loan,bytes32 amendmentHash,uint256 deadline)"
    digest = typed_digest("Koperasi LoanCare", house.LoanCare.address, struct, fields)
    return deadline, member.sign(digest)


def amend(
    house: House, amendment: Amendment, accepted: Sequence[tuple[int, bytes]], day: int | None = None
) -> Any:
    """Anyone (budi) puts it into force."""
    sender = {"from": house.budi.account}
    return house.LoanCare.amend(amendment.word, today() if day is None else day, list(accepted), sender)


def two_offices(
    house: House,
    name: str,
    types: Sequence[str],
    values: Sequence[Any],
    checker: Person | None = None,
    deadline: int = NEVER,
) -> tuple[str, int, bytes]:
    """The PENGAWAS's signature under what KETUA sends."""
    return house.countersign(checker or house.pengawas, house.LoanCare, action(name, types, values), deadline)


def notice(house: House, loan: int, index: int, amount: int, **who: Person) -> Any:
    signed = two_offices(
        house, "claim", ["uint32", "uint256", "uint64"], [loan, index, amount], who.get("checker")
    )
    sender = {"from": who.get("maker", house.ketua).account}
    return house.LoanCare.noticeClaim(loan, index, amount, signed, sender)


def waive(
    house: House, loan: int, penalty: int, reason: bytes = DOCUMENT, day: int | None = None, **who: Person
) -> Any:
    day = today() if day is None else day
    types = ["uint32", "uint64", "uint32", "bytes32"]
    signed = two_offices(house, "waive", types, [loan, penalty, day, reason], who.get("checker"))
    sender = {"from": who.get("maker", house.ketua).account}
    return house.LoanCare.waivePenalty(loan, penalty, day, reason, signed, sender)


def write_off(house: House, loan: int, deadline: int = NEVER, day: int | None = None, **who: Person) -> Any:
    day = today() if day is None else day
    types = ["uint32", "uint32", "bytes32"]
    signed = two_offices(house, "writeOff", types, [loan, day, DOCUMENT], who.get("checker"), deadline)
    sender = {"from": who.get("maker", house.ketua).account}
    return house.LoanCare.writeOff(loan, day, DOCUMENT, signed, sender)


def accept_assumption(
    house: House, member: AnyMember, loan: int, heir: int, deadline: int = NEVER
) -> tuple[int, bytes]:
    fields = {
        "member": member.number,
        "loan": loan,
        "heir": heir,
        "documentHash": DOCUMENT,
        "deadline": deadline,
    }
    struct = "Assumption(uint32 member,uint32 loan,uint32 heir,bytes32 documentHash,uint256 deadline)"
    digest = typed_digest("Koperasi LoanCare", house.LoanCare.address, struct, fields)
    return deadline, member.sign(digest)


def assume(
    house: House,
    loan: int,
    heir: int,
    accepted: Sequence[tuple[int, bytes]],
    deadline: int = NEVER,
    **who: Person,
) -> Any:
    types = ["uint32", "uint32", "bytes32"]
    signed = two_offices(house, "assume", types, [loan, heir, DOCUMENT], who.get("checker"), deadline)
    sender = {"from": who.get("maker", house.ketua).account}
    return house.LoanCare.assume(loan, heir, DOCUMENT, list(accepted), signed, sender)


def set_standing_order(
    house: House, member: AnyMember, loan: int, monthly_limit: int, until: int = 2**40 - 1, nonce: int = 1
) -> Any:
    token = house.SavingsSukarela
    order = standing_order(token, member, loan, monthly_limit, until, nonce)
    return token.setStandingOrder(*order, {"from": house.budi.account})


def pledge(member: AnyMember, amount: int, kind: SavingsKind = SavingsKind.SUKARELA) -> tuple[int, int, int]:
    return member.number, int(kind), amount
