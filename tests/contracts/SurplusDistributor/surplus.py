"""A year's surplus as a meeting allocates it, and its shares as they are paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import brownie

from backend.surplus.tree import ShareTree
from rules.calendar import parse_day
from rules.receipts import share_receipt
from rules.types import MemberNumber, Rupiah
from tests.contracts.actors import NEVER, AnyMember, House, Person, action, today, typed_digest
from tests.contracts.office import KAS, slip_number

YEAR: Final = 2025
YEAR_END: Final = parse_day(f"{YEAR}-12-31")
FUNDS: Final = (2320, 2330, 2340, 2350, 2360)
MEMBERS_POT, EDUCATION, SOCIAL, RESERVES = 2310, 2320, 2330, 3200
DOCUMENT: Final = b"\x0d" * 32
NO_ROOT: Final = bytes(32)
SHARES: Final = {101: 300_000, 102: 199_999, 103: 1, 104: 100_000, 105: 400_000}
"""Of alice, budi, citra (a passkey), dewi and eko: 1,000,000 together."""
CASH_ORDER: Final = "ShareInCash(uint16 year,uint32 member,uint64 amount,uint8 channel,uint256 deadline)"
SLIP_TYPE: Final = "(uint64,uint32,uint8)"
SUKARELA, PAYABLE = 2, 3
ZERO_AMOUNT, WRONG_PROOF, ALREADY_PAID, NO_MEMBER, ABOVE_UNPAID = range(1, 6)
"""ISurplusDistributor.Refusal."""


@dataclass(frozen=True)
class Surplus:
    """2,000,000 of YEAR: half of it the members', education 100,000, reserves the rest."""

    year: int = YEAR
    shares: Mapping[int, int] = field(default_factory=lambda: dict(SHARES))
    total: int = 2_000_000
    pots: tuple[tuple[int, int], ...] = ((MEMBERS_POT, 1_000_000), (EDUCATION, 100_000), (RESERVES, 900_000))
    root: bytes | None = None

    @property
    def tree(self) -> ShareTree:
        shares = {MemberNumber(member): Rupiah(amount) for member, amount in self.shares.items()}
        return ShareTree(self.year, shares)

    def arguments(self) -> tuple[Any, ...]:
        """Of `allocate`."""
        root = self.tree.root if self.root is None else self.root
        return self.year, self.total, list(self.pots), root, DOCUMENT

    def share(self, member: int, amount: int | None = None) -> tuple[int, int, list[bytes]]:
        """ISurplusDistributor.Share with its proof, whatever amount is claimed."""
        proof = self.tree.proof_of(MemberNumber(member))
        return member, self.shares[member] if amount is None else amount, list(proof)

    def but(self, **changes: Any) -> "Surplus":
        return replace(self, **changes)


def allocate(office: House, surplus: Surplus, desk: Any = None) -> Any:
    desk = desk or office.SurplusDistributor
    return desk.allocate(*surplus.arguments(), {"from": office.admin})


def pay_out(
    office: House, shares: Sequence[tuple[int, int, list[bytes]]], year: int = YEAR, desk: Any = None
) -> Any:
    """A stranger relays."""
    desk = desk or office.SurplusDistributor
    return desk.payOut(year, list(shares), {"from": brownie.accounts[7]})


def saved(office: House, member: int) -> int:
    return int(office.SavingsSukarela.balanceOfMember(member))


def unpaid(office: House, year: int = YEAR, desk: Any = None) -> int:
    return int((desk or office.SurplusDistributor).allocationOf(year)[2])


def mark(member: int, year: int = YEAR) -> int:
    """Treasury's receipt of a share; member 0: of the allocation."""
    return int(share_receipt(year, member))


@dataclass(frozen=True)
class Cash:
    """A share in cash on a slip of today, ordered by `member` and paid by the teller."""

    office: House
    surplus: Surplus
    member: AnyMember
    channel: int = KAS
    receipt: int = field(default_factory=slip_number)
    day: int = field(default_factory=today)
    deadline: int = NEVER
    amount: int | None = None
    ordered: Mapping[str, int] = field(default_factory=dict)
    signer: AnyMember | None = None
    checker: Person | None = None
    teller: Person | None = None
    desk: Any = None

    def pay(self, by_two: bool = False) -> Any:
        desk = self.desk or self.office.SurplusDistributor
        share = self.surplus.share(self.member.number, self.amount)
        slip = (self.receipt, self.day, int(self.channel))
        given = (self.surplus.year, share, slip, self.deadline, self.signature(desk, share[1]))
        sender = {"from": (self.teller or self.office.teller).account}
        if not by_two:
            return desk.payCash(*given, sender)
        types = ["uint16", "uint32", "uint64", SLIP_TYPE]
        wanted = action("shareInCash", types, [self.surplus.year, *share[:2], slip])
        signed = self.office.countersign(self.checker or self.office.ketua, desk, wanted)
        return desk.payCashByTwo(*given, signed, sender)

    def signature(self, desk: Any, amount: int) -> bytes:
        fields = {
            "year": self.surplus.year,
            "member": self.member.number,
            "amount": amount,
            "channel": int(self.channel),
            "deadline": self.deadline,
        }
        digest = typed_digest(
            "Koperasi SurplusDistributor", desk.address, CASH_ORDER, fields | dict(self.ordered)
        )
        return (self.signer or self.member).sign(digest)

    def but(self, **changes: Any) -> "Cash":
        return replace(self, **changes)
