"""Standing orders: what is due is paid out of sukarela, triggered by anyone, as far as the member allowed."""

import pytest

from tests.contracts.actors import DAY, House, now, refused, travel
from tests.contracts.care import set_standing_order
from tests.contracts.office import KAS, Terms, lend

LOAN = 7
INSTALMENT = 112_000


@pytest.fixture
def ordered(office: House) -> House:
    """Alice owes 1,200,000 over 12 months and lets 200,000 a month be taken."""
    lend(office, Terms(LOAN, office.alice.number, principal=1_200_000))
    set_standing_order(office, office.alice, LOAN, 200_000)
    return office


def trigger(house: House, by=None):
    return house.LoanCare.payStanding(LOAN, {"from": (by or house.eko).account})


def test_pay_standing__an_instalment_is_due__exactly_that(ordered: House) -> None:
    cash, before = ordered.Treasury.channelTotal(KAS), ordered.SavingsSukarela.balanceOfMember(101)
    travel(32 * DAY)
    receipt = trigger(ordered)
    (paid,) = receipt.events["LoanPaid"]
    assert (paid["principal"], paid["interest"], paid["channel"]) == (100_000, 12_000, 0)
    assert receipt.events["StandingOrderTaken"]["amount"] == INSTALMENT
    assert before - ordered.SavingsSukarela.balanceOfMember(101) == INSTALMENT
    assert ordered.Treasury.channelTotal(KAS) == cash


def test_pay_standing__nothing_due_yet__nothing(ordered: House) -> None:
    with refused("CareNothingToDo", LOAN):
        trigger(ordered)
    travel(27 * DAY)
    with refused("CareNothingToDo", LOAN):
        trigger(ordered)


def test_pay_standing__twice_a_day__once(ordered: House) -> None:
    travel(32 * DAY)
    trigger(ordered)
    with refused("CareNothingToDo", LOAN):
        trigger(ordered, by=ordered.ketua)


def test_pay_standing__two_due__no_more_than_the_months_limit(ordered: House) -> None:
    travel(62 * DAY)
    receipt = trigger(ordered)
    assert receipt.events["StandingOrderTaken"]["amount"] == 200_000
    with refused("CareNothingToDo", LOAN):
        trigger(ordered)


def test_pay_standing__no_order__nothing(office: House) -> None:
    lend(office, Terms(LOAN, office.alice.number, principal=1_200_000))
    travel(32 * DAY)
    with refused("CareNothingToDo", LOAN):
        trigger(office)


def test_pay_standing__order_ended__nothing(ordered: House) -> None:
    set_standing_order(ordered, ordered.alice, LOAN, 0, nonce=2)
    travel(32 * DAY)
    with refused("CareNothingToDo", LOAN):
        trigger(ordered)


def test_pay_standing__after_until__nothing(ordered: House) -> None:
    set_standing_order(ordered, ordered.alice, LOAN, 200_000, until=now() + 30 * DAY, nonce=2)
    travel(32 * DAY)
    with refused("CareNothingToDo", LOAN):
        trigger(ordered)


def test_pay_standing__order_of_another_loan__not_used(ordered: House) -> None:
    lend(ordered, Terms(8, ordered.alice.number, principal=1_200_000))
    travel(32 * DAY)
    with refused("CareNothingToDo", 8):
        ordered.LoanCare.payStanding(8, {"from": ordered.eko.account})
