"""What the office does all day, as calls on a house: slips, payroll, loans, journals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final

import pytest
from eth_abi import decode, encode
from eth_utils import keccak

from rules.amortization import LoanTerms
from rules.receipts import Series
from rules.types import BasisPoints, Channel, LoanMethod, Rupiah, SavingsKind, SlipKind, WibDay
from tests.contracts.actors import (
    NEVER,
    POKOK,
    AnyMember,
    House,
    Person,
    action,
    today,
    typed_digest,
)
from tests.contracts.lending import lending_by_laws, product_of
from tests.contracts.MemberRegistry.orders import exit_order
from tests.contracts.SavingsToken.savings import lien, signed_storno

KAS, BANK, STABLECOIN = Channel.KAS, Channel.BANK, Channel.STABLECOIN
SLIP_TYPE: Final = "(uint64,uint32,uint32,uint8,uint8,uint8,uint64,uint32)"
PLEDGE_TYPE: Final = "(uint32,uint8,uint64)"
TERMS_TYPE: Final = (
    "(uint32,uint32,uint16,uint64,uint64,uint16,uint16,uint16,uint8,uint32," + PLEDGE_TYPE + "[],bytes32)"
)
JOURNAL_TYPE: Final = "(uint64,uint32,uint256[])"
NO_ORDER: Final = (0, 0, b"")
NO_PENALTY: Final = (0, 0, 0, 0)
"""ILoanBook.Conditions."""
DOCUMENT: Final = keccak(text="agreement")
TELLER_LIMIT: Final = 50_000_000
NO_PENALTY: Final = (0, 0, 0, 0)
"""ILoanBook.Conditions: no penalty, no rounding unit."""
_numbers = count(1)


def slip_number(body: int | None = None) -> int:
    """A receipt number of the slips' series, another at every call."""
    return Series.SLIP << 56 | (next(_numbers) if body is None else body)


def payroll_receipt(period: int, row: int) -> int:
    return Series.PAYROLL << 56 | period << 32 | row


@dataclass(frozen=True)
class Slip:
    """A slip of today on KAS, with a number of its own."""

    member: int
    kind: SlipKind
    amount: int
    channel: int = KAS
    to_channel: int = 0
    loan: int = 0
    receipt: int = 0
    day: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "receipt", self.receipt or slip_number())
        object.__setattr__(self, "day", today() if self.day is None else self.day)

    @property
    def word(self) -> tuple[Any, ...]:
        """As the contract's struct."""
        return (
            self.receipt,
            self.day,
            self.member,
            int(self.kind),
            int(self.channel),
            int(self.to_channel),
            self.amount,
            self.loan,
        )

    def but(self, **changes: Any) -> "Slip":
        return replace(self, **changes)


def deposit(member: AnyMember, kind: SlipKind, amount: int, **more: Any) -> Slip:
    return Slip(member.number, kind, amount, **more)


def withdrawal(member: AnyMember, amount: int, **more: Any) -> Slip:
    return Slip(member.number, SlipKind.TARIK_SUKARELA, amount, **more)


def order(
    member: AnyMember, token: Any, slip: Slip, nonce: int | None = None, deadline: int = NEVER
) -> tuple[int, int, bytes]:
    """The member's signed order for what `slip` pays out."""
    nonce = slip.receipt if nonce is None else nonce
    digest = typed_digest(
        token.name(),
        token.address,
        "Withdrawal(uint32 member,uint64 amount,uint8 channel,uint256 nonce,uint256 deadline)",
        {
            "member": member.number,
            "amount": slip.amount,
            "channel": int(slip.channel),
            "nonce": nonce,
            "deadline": deadline,
        },
    )
    return nonce, deadline, member.sign(digest)


def receive(house: House, slip: Slip, teller: Person | None = None) -> Any:
    return house.TellerDesk.receiveSlip(slip.word, {"from": (teller or house.teller).account})


def post_action(slips: Sequence[Slip]) -> bytes:
    return action("post", [f"{SLIP_TYPE}[]"], [[slip.word for slip in slips]])


def post(
    house: House,
    slips: Sequence[Slip],
    orders: Sequence[tuple[int, int, bytes]] = (),
    desk: Any = None,
    **transaction: Any,
) -> Any:
    desk = desk or house.TellerDesk
    signed = house.countersign(house.ketua, desk, post_action(slips))
    sender = {"from": house.teller.account, **transaction}
    return desk.post([slip.word for slip in slips], list(orders), signed, sender)


def row(number: int, member: int, wajib: int = 0, sukarela: int = 0, loan: int = 0, angsuran: int = 0) -> int:
    """A payroll row in its word."""
    return member << 224 | wajib << 168 | sukarela << 112 | loan << 80 | angsuran << 24 | number


def payroll_action(period: int, channel: int, day: int, rows: Sequence[int]) -> bytes:
    types = ["uint32", "uint8", "uint32", "uint256[]"]
    return action("payroll", types, [period, int(channel), day, list(rows)])


def payroll(
    house: House, period: int, rows: Sequence[int], channel: int = BANK, desk: Any = None, **more: Any
) -> Any:
    desk = desk or house.TellerDesk
    day = more.pop("day", None) or today()
    signed = house.countersign(house.ketua, desk, payroll_action(period, channel, day, rows), **more)
    return desk.payroll(period, channel, day, list(rows), signed, {"from": house.teller.account})


def storno(house: House, slip: Slip, original: int, desk: Any = None) -> Any:
    """A TELLER takes back (part of) the slip `original`, with the signatures that the token asks for."""
    desk = desk or house.TellerDesk
    return desk.reverse(
        slip.word, original, *storno_signatures(house, slip, original), {"from": house.teller.account}
    )


def storno_signatures(house: House, slip: Slip, original: int) -> tuple[Any, Any]:
    kind = SavingsKind.WAJIB if slip.kind == SlipKind.SETOR_WAJIB else SavingsKind.SUKARELA
    wanted = (slip.member, slip.amount, original, slip.receipt, int(slip.channel), slip.day)
    return signed_storno(house, token(house, kind), wanted)


def exit_member(house: House, member: AnyMember, day: int | None = None, **order: Any) -> Any:
    """A TELLER and KETUA book the exit that the member ordered."""
    day = today() if day is None else day
    ordered = exit_order(house, member, **order)
    signed = house.countersign(
        house.ketua, house.TellerDesk, action("exit", ["uint32", "uint32"], [member.number, day])
    )
    return house.TellerDesk.exitMember(member.number, day, ordered, signed, {"from": house.teller.account})


@dataclass(frozen=True)
class Terms:
    """Terms of a loan as offered: 12,000,000 at 1% a month over 12 months.

    product: the one of the method (`lending_by_laws`) unless said; pledges: member, kind, rupiah.
    """

    loan: int
    borrower: int
    principal: int = 12_000_000
    rate_bps: int = 1_200
    months: int = 12
    method: LoanMethod = LoanMethod.FLAT
    document: bytes = DOCUMENT
    fee: int = 0
    grace_months: int = 0
    refinances: int = 0
    pledges: tuple[tuple[int, int, int], ...] = ()
    product: int | None = None

    @property
    def word(self) -> tuple[Any, ...]:
        """As the contract's struct."""
        return (
            self.loan,
            self.borrower,
            product_of(self.method) if self.product is None else self.product,
            self.principal,
            self.fee,
            self.rate_bps,
            self.months,
            self.grace_months,
            int(self.method),
            self.refinances,
            list(self.pledges),
            self.document,
        )

    @property
    def hash(self) -> bytes:
        return keccak(encode([TERMS_TYPE], [self.word]))

    def payout(self, channel: int = BANK, day: int | None = None) -> tuple[int, int, int, int]:
        """ILoanBook.Payout of the whole principal, today."""
        return self.principal, 0, int(channel), today() if day is None else day

    def model(self, day: int) -> LoanTerms:
        """The same for rules.amortization, paid out on `day`."""
        return LoanTerms(
            Rupiah(self.principal),
            BasisPoints(self.rate_bps),
            self.months,
            self.method,
            WibDay(day),
            self.grace_months,
        )

    def but(self, **changes: Any) -> "Terms":
        return replace(self, **changes)


def guarantors(*numbers: int) -> tuple[tuple[int, int, int], ...]:
    """Pledges of members who answer with their signature only."""
    return tuple((number, int(SavingsKind.SUKARELA), 0) for number in numbers)


def offer_action(terms: Terms) -> bytes:
    return action("offer", ["bytes32"], [terms.hash])


def offer(
    house: House,
    terms: Terms,
    maker: Person | None = None,
    approvers: Sequence[Person] | None = None,
    application: int = 0,
) -> Any:
    """KETUA offers `terms` and SEKRETARIS has signed, or others in their places."""
    signed = [
        house.countersign(approver, house.LoanDesk, offer_action(terms))
        for approver in ([house.sekretaris] if approvers is None else approvers)
    ]
    return house.LoanDesk.offer(terms.word, application, signed, {"from": (maker or house.ketua).account})


def approve(house: House, terms: Terms, approver: Person) -> Any:
    return house.LoanDesk.approve(terms.word, {"from": approver.account})


def acceptance(
    house: House, member: AnyMember, terms: Terms, deadline: int = NEVER, desk: Any = None
) -> tuple[int, bytes]:
    """What `member` signs who answers for the loan: deadline and signature."""
    digest = typed_digest(
        "Koperasi LoanDesk",
        str(desk or house.LoanDesk),
        "Acceptance(uint32 member,uint32 loan,bytes32 termsHash,uint256 deadline)",
        {"member": member.number, "loan": terms.loan, "termsHash": terms.hash, "deadline": deadline},
    )
    return deadline, member.sign(digest)


def acceptances(
    house: House, terms: Terms, deadline: int = NEVER, signed: dict[int, tuple[int, bytes]] | None = None
) -> list[tuple[Any, ...]]:
    """Everybody's acceptance, the borrower's first, and the liens' orders. signed: others, by member."""
    given = signed or {}
    parts = []
    for number, kind, amount in ((terms.borrower, 0, 0), *terms.pledges):
        accepted = given.get(number) or acceptance(house, house.member(number), terms, deadline)
        order: tuple[Any, ...] = NO_ORDER
        if amount:
            wanted = lien(
                token(house, SavingsKind(kind)), house.member(number), terms.loan, amount, terms.loan
            )
            order = wanted[3:]
        parts.append((*accepted, *order))
    return parts


def disburse(house: House, terms: Terms, channel: int = BANK, **more: Any) -> Any:
    """Pays an offered loan out, whole or `drawn` of it; everybody signs unless `accepted` is given."""
    accepted = more.pop("accepted", None)
    if accepted is None:
        accepted = acceptances(house, terms, more.pop("deadline", NEVER), more.pop("signed", None))
    cash = (more.pop("drawn", terms.principal), int(channel), more.pop("day", None) or today())
    sender = {"from": more.pop("sender", house.teller).account}
    assert not more, more
    return house.LoanDesk.disburse(terms.word, cash, accepted, sender)


def start_loan(house: House, terms: Terms, book: Any = None, day: int | None = None) -> Any:
    """Puts a loan into the book as LoanDesk does, without its committee and its cash; no penalty."""
    book = book or house.LoanBook
    return book.start(terms.word, terms.payout(day=day), NO_PENALTY, {"from": house.writer})


def lend(house: House, terms: Terms, channel: int = BANK) -> Any:
    offer(house, terms)
    return disburse(house, terms, channel)


def line(account: int, side: int, amount: int, channel: int = 0) -> int:
    """A journal line in its word; side 0 debit, 1 credit."""
    return account << 80 | side << 72 | int(channel) << 64 | amount


def journal_number() -> int:
    return Series.JOURNAL << 56 | next(_numbers)


def post_journals(
    house: House,
    journals: Sequence[tuple[int, int, list[int]]],
    maker: Person | None = None,
    checker: Person | None = None,
) -> Any:
    signed = house.countersign(
        checker or house.ketua, house.Books, action("journal", [f"{JOURNAL_TYPE}[]"], [list(journals)])
    )
    return house.Books.post(list(journals), signed, {"from": (maker or house.bendahara).account})


def furnish(house: House, sukarela: int = 1_000_000, bank: int = 500_000_000) -> None:
    """Opening of a house still in genesis: every member's savings, cash, by-laws of the till."""
    send = {"from": house.admin}
    numbers = sorted(member.number for member in house.members.values())
    house.Treasury.setTellerLimit(TELLER_LIMIT, send)
    house.Treasury.setBackdatingLimit(7, send)
    house.SavingsPokok.open([number << 224 | POKOK for number in numbers], send)
    house.SavingsSukarela.open([number << 224 | sukarela for number in numbers], send)
    house.SavingsWajib.open([number << 224 | 50_000 for number in numbers], send)
    house.Treasury.open(KAS, len(numbers) * (POKOK + sukarela + 50_000), send)
    house.Treasury.open(BANK, bank, send)
    lending_by_laws(house)
    for name in ("Treasury", "SavingsPokok", "SavingsWajib", "SavingsSukarela", "SavingsPayable"):
        house.contracts[name].seal(send)


@pytest.fixture(scope="module")
def office(new_house: Callable[[], House]) -> House:
    """A house at work: opened from paper books, sealed, genesis over, everything deployed."""
    house = new_house()
    furnish(house)
    house.Authority.endGenesis(house.RAT, {"from": house.deployer})
    return house


def token(house: House, kind: SavingsKind) -> Any:
    return house.contracts[f"Savings{kind.name.capitalize()}"]


def events(receipt: Any, name: str) -> list[Any]:
    """All events of that name, maybe none."""
    return list(receipt.events[name]) if name in receipt.events else []


def error(contract: Any, data: Any) -> str:
    """The custom error that `data` of an event encodes, with its values, as `contract`'s ABI names it."""
    raw = bytes.fromhex(str(data)[2:]) if str(data).startswith("0x") else bytes(data)
    for entry in contract.abi:
        if entry["type"] != "error":
            continue
        types = [argument["type"] for argument in entry["inputs"]]
        if keccak(text=f"{entry['name']}({','.join(types)})")[:4] == raw[:4]:
            return f"{entry['name']}: {', '.join(map(str, decode(types, raw[4:])))}"
    return raw.hex()
