"""Every way by which money is booked, with a day that is closed: none of them goes.

The day is the last of the month that was closed, and today is the day after it: nothing but the close stands
in the way, as the same calls with today's day show.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from rules.types import SlipKind
from tests.contracts.actors import DAY, House, action, refused, today, travel
from tests.contracts.Books.closing import close_month
from tests.contracts.care import (
    Amendment,
    accept_amendment,
    amend,
    pledge,
    propose,
    set_standing_order,
    waive,
    write_off,
)
from tests.contracts.LoanDesk.orders import draw
from tests.contracts.office import (
    BANK,
    JOURNAL_TYPE,
    KAS,
    Slip,
    Terms,
    disburse,
    error,
    events,
    exit_member,
    journal_number,
    lend,
    line,
    offer,
    order,
    payroll,
    post,
    post_journals,
    receive,
    row,
    slip_number,
    storno,
)

LOAN, TRANCHES, FRESH, TOP_UP, WHOLE = 7, 8, 9, 10, 11
RECEIVED: Final = (SlipKind.SETOR_WAJIB, SlipKind.SETOR_SUKARELA, SlipKind.ANGSURAN, SlipKind.ANGSURAN_LEBIH)
SLIP, JOURNAL = slip_number(), journal_number()
BOOKED: Final = ("Deposited", "Withdrawn", "LoanPaid", "LoanClosed", "CashMoved", "Transfer")
Way = Callable[[House, int], Any]


@pytest.fixture(scope="module")
def shut(office: House) -> House:
    """Everything is ready to be booked, and the month before today is closed."""
    office.SavingsSukarela.setInterestRate(today() + 1, 300, {"from": office.admin})
    alice, budi = office.alice.number, office.budi.number
    office.Books.adoptChart(b"\x01" * 32, today(), [5110, 5120, 2410], {"from": office.admin})
    lend(office, Terms(LOAN, alice, pledges=(pledge(office.budi, 300_000),)))
    offer(office, Terms(TRANCHES, budi))
    disburse(office, Terms(TRANCHES, budi), drawn=5_000_000)
    propose(office, Amendment(LOAN))
    day = close_month(office)
    assert today() == day + 1
    receive(office, Slip(103, SlipKind.SETOR_SUKARELA, 40_000, receipt=SLIP))
    post_journals(office, [(JOURNAL, today(), [line(5110, 0, 7), line(2410, 1, 7)])])
    return office


def _slip(house: House, kind: SlipKind, day: int) -> Slip:
    loan = LOAN if kind in (SlipKind.ANGSURAN, SlipKind.ANGSURAN_LEBIH, SlipKind.PELUNASAN) else 0
    amount = sum(house.LoanBook.payoffOf(LOAN, day)) if kind == SlipKind.PELUNASAN else 150_000
    to_channel = BANK if kind == SlipKind.PINDAH else 0
    member = 0 if kind == SlipKind.PINDAH else 101
    return Slip(member, kind, amount, to_channel=to_channel, loan=loan, day=day)


def _received(kind: SlipKind) -> Way:
    return lambda house, day: receive(house, _slip(house, kind, day))


def _posted(kind: SlipKind) -> Way:
    def way(house: House, day: int) -> Any:
        slip = _slip(house, kind, day)
        orders = [order(house.alice, house.SavingsSukarela, slip)] if kind == SlipKind.TARIK_SUKARELA else []
        return post(house, [slip], orders)

    return way


def _reversed(house: House, day: int) -> Any:
    back = Slip(103, SlipKind.SETOR_SUKARELA, 40_000, receipt=slip_number(), day=day)
    return storno(house, back, SLIP)


def _disbursed(terms: Terms) -> Way:
    def way(house: House, day: int) -> Any:
        wanted = terms
        if terms.loan == WHOLE:
            wanted = terms.but(principal=sum(house.LoanBook.payoffOf(LOAN, day)), fee=0)
        offer(house, wanted)
        return disburse(house, wanted, day=day)

    return way


def _amended(house: House, day: int) -> Any:
    accepted = [accept_amendment(house, member, Amendment(LOAN)) for member in (house.alice, house.budi)]
    return amend(house, Amendment(LOAN), accepted, day)


def _corrected(house: House, day: int) -> Any:
    journal = (journal_number(), day, [line(5120, 0, 7), line(5110, 1, 7)])
    signed = house.countersign(
        house.ketua,
        house.Books,
        action("correction", [JOURNAL_TYPE, "uint64"], [journal, JOURNAL]),
    )
    return house.Books.correct(journal, JOURNAL, signed, {"from": house.bendahara.account})


WAYS: Final[Mapping[str, Way]] = {
    **{f"received {kind.name}": _received(kind) for kind in RECEIVED},
    **{f"posted {kind.name}": _posted(kind) for kind in SlipKind if kind != SlipKind.SETOR_POKOK},
    "payroll of savings": lambda house, day: payroll(house, 202_501, [row(1, 101, wajib=50_000)], day=day),
    "payroll of instalments": lambda house, day: payroll(
        house, 202_502, [row(1, 101, loan=LOAN, angsuran=150_000)], day=day
    ),
    "storno": _reversed,
    "exit": lambda house, day: exit_member(house, house.member(104), day),
    "loan": _disbursed(Terms(FRESH, 103)),
    "loan that pays off another": _disbursed(Terms(TOP_UP, 101, principal=15_000_000, refinances=LOAN)),
    "loan that pays off another whole": _disbursed(Terms(WHOLE, 101, refinances=LOAN)),
    "tranche": lambda house, day: draw(
        house, 1_000_000, loan=TRANCHES, member=102, signer=house.budi, day=day
    ),
    "amendment": _amended,
    "journal": lambda house, day: post_journals(
        house, [(journal_number(), day, [line(5110, 0, 7), line(2410, 1, 7)])]
    ),
    "journal of cash": lambda house, day: post_journals(
        house, [(journal_number(), day, [line(5110, 0, 7), line(1110, 1, 7, KAS)])]
    ),
    "correction": _corrected,
}
NEVER_TODAY: Final[Mapping[str, Way]] = {
    "penalty waived": lambda house, day: waive(house, LOAN, 1, day=day),
    "write-off": lambda house, day: write_off(house, LOAN, day=day),
}
"""What a loan that is not in arrears refuses on every day, after it looked at the day."""


@pytest.mark.parametrize("name", [*WAYS, *NEVER_TODAY])
def test_closed_day__every_way__refused(shut: House, name: str) -> None:
    day = shut.Treasury.closedThrough()
    way = WAYS.get(name) or NEVER_TODAY[name]
    if not name.startswith("posted"):
        with refused("TreasuryDayClosed", day, day):
            way(shut, day)
        return
    receipt = way(shut, day)
    (slip,) = events(receipt, "SlipRefused")
    assert error(shut.Treasury, slip["reason"]) == f"TreasuryDayClosed: {day}, {day}"
    assert not [name for name in BOOKED if name in receipt.events]


@pytest.mark.parametrize("name", WAYS)
def test_open_day__the_same_ways__booked(shut: House, name: str) -> None:
    receipt = WAYS[name](shut, today())
    assert "SlipRefused" not in receipt.events
    assert "PayrollRowRefused" not in receipt.events


def test_without_a_day__interest_and_standing_order__booked_today(shut: House) -> None:
    """No caller says the day: it is the block's, which no close reaches."""
    set_standing_order(shut, shut.alice, LOAN, 200_000)
    travel(40 * DAY)
    close_month(shut)
    paid = shut.LoanCare.payStanding(LOAN, {"from": shut.eko.account})
    assert [event["bookDay"] for event in events(paid, "LoanPaid")] == [today()]
    credited = shut.SavingsSukarela.creditInterest([102], {"from": shut.eko.account})
    assert {event["bookDay"] for event in events(credited, "InterestCredited")} == {today()}
    with refused("TreasuryDayNotOver", today(), today()):
        shut.Treasury.closeThrough(today(), {"from": shut.writer})


def test_closed_month__ended_again__refused(shut: House) -> None:
    month = shut.Books.lastEndedMonth()
    with refused("BooksMonthInvalid", month, month + 1):
        shut.Books.endMonth(month, {"from": shut.eko.account})
