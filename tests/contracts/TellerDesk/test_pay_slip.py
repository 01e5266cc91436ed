"""paySlip and payPayable: withdrawals on the member's signed order."""

from typing import Any

import pytest

from rules.types import SlipKind
from tests.contracts.actors import NEVER, House, now, refused
from tests.contracts.office import (
    BANK,
    KAS,
    STABLECOIN,
    Slip,
    exit_member,
    order,
    withdrawal,
)


def pay(office: House, slip: Slip, signed: tuple[int, int, bytes], function: str = "paySlip") -> Any:
    return getattr(office.TellerDesk, function)(slip.word, signed, {"from": office.teller.account})


@pytest.mark.parametrize("who", ["alice", "citra"])
def test_pay_slip__members_order__pays_out(office: House, who: str) -> None:
    member = office.members[who]
    balance, cash = office.SavingsSukarela.balanceOfMember(member.number), office.Treasury.channelTotal(KAS)
    slip = withdrawal(member, 250_000)

    receipt = pay(office, slip, order(member, office.SavingsSukarela, slip))

    assert office.SavingsSukarela.balanceOfMember(member.number) == balance - 250_000
    assert office.Treasury.channelTotal(KAS) == cash - 250_000
    (event,) = receipt.events["Withdrawn"]
    assert dict(event) == {
        "member": member.number,
        "kind": 2,
        "receipt": slip.receipt,
        "channel": KAS,
        "amount": 250_000,
        "bookDay": slip.day,
    }


def test_pay_slip__order_for_another_amount__refused(office: House) -> None:
    slip = withdrawal(office.alice, 250_000)
    signed = order(office.alice, office.SavingsSukarela, slip)
    with refused("SavingsOrderInvalid"):
        pay(office, slip.but(amount=250_001), signed)


def test_pay_slip__order_for_another_channel__refused(office: House) -> None:
    slip = withdrawal(office.alice, 250_000)
    signed = order(office.alice, office.SavingsSukarela, slip)
    with refused("SavingsOrderInvalid"):
        pay(office, slip.but(channel=BANK), signed)


def test_pay_slip__order_of_another_member__refused(office: House) -> None:
    slip = withdrawal(office.alice, 250_000)
    with refused("SavingsOrderInvalid"):
        pay(office, slip, order(office.budi, office.SavingsSukarela, slip))


def test_pay_slip__order_twice__refused(office: House) -> None:
    slip = withdrawal(office.alice, 250_000)
    signed = order(office.alice, office.SavingsSukarela, slip)
    pay(office, slip, signed)
    with refused("SavingsOrderSpent"):
        pay(office, withdrawal(office.alice, 250_000), signed)


def test_pay_slip__order_expired__refused(office: House) -> None:
    slip = withdrawal(office.alice, 250_000)
    with refused("SavingsOrderExpired"):
        pay(office, slip, order(office.alice, office.SavingsSukarela, slip, deadline=now() - 1))


def test_pay_slip__more_than_saved__refused(office: House) -> None:
    slip = withdrawal(office.alice, 1_000_001)
    with refused("SavingsInsufficient", 101, 1_000_000, 1_000_001):
        pay(office, slip, order(office.alice, office.SavingsSukarela, slip))


def test_pay_slip__used_receipt__refused(office: House) -> None:
    slip = withdrawal(office.alice, 1_000)
    pay(office, slip, order(office.alice, office.SavingsSukarela, slip))
    with refused("TreasuryReceiptUsed", slip.receipt):
        pay(office, slip, order(office.alice, office.SavingsSukarela, slip, nonce=5))


def test_pay_slip__no_withdrawal__refused(office: House) -> None:
    slip = withdrawal(office.alice, 1_000)
    signed = order(office.alice, office.SavingsSukarela, slip)
    with refused("TellerWrongKind", int(SlipKind.SETOR_SUKARELA)):
        pay(office, slip.but(kind=SlipKind.SETOR_SUKARELA), signed)


def test_pay_slip__stablecoin__refused(office: House) -> None:
    slip = withdrawal(office.alice, 1_000, channel=STABLECOIN)
    with refused("TellerWrongChannel", int(STABLECOIN)):
        pay(office, slip, order(office.alice, office.SavingsSukarela, slip))


def test_pay_slip__number_of_another_series__refused(office: House) -> None:
    slip = withdrawal(office.alice, 1_000, receipt=3 << 56 | 1)
    with refused("TellerReceiptInvalid", slip.receipt):
        pay(office, slip, order(office.alice, office.SavingsSukarela, slip))


def test_pay_slip__above_daily_limit__refused(office: House) -> None:
    office.Treasury.setTellerLimit(999_999, {"from": office.admin})
    slip = withdrawal(office.alice, 1_000_000)
    with refused("TreasuryTellerLimit", KAS, 0, 1_000_000, 999_999):
        pay(office, slip, order(office.alice, office.SavingsSukarela, slip))


def test_pay_slip__not_a_teller__refused(office: House) -> None:
    slip = withdrawal(office.alice, 1_000)
    signed = order(office.alice, office.SavingsSukarela, slip)
    with refused("AccessManagedUnauthorized"):
        office.TellerDesk.paySlip(slip.word, signed, {"from": office.alice.account})


def test_pay_payable__member_left__collects_all_once(office: House) -> None:
    exit_member(office, office.alice)
    due = office.SavingsPayable.balanceOfMember(101)
    slip = withdrawal(office.alice, due)

    receipt = pay(office, slip, order(office.alice, office.SavingsPayable, slip), "payPayable")

    assert due == 100_000 + 50_000 + 1_000_000
    assert office.SavingsPayable.balanceOfMember(101) == 0
    assert receipt.events["Withdrawn"]["kind"] == 3
    again = withdrawal(office.alice, 1)
    with refused("SavingsInsufficient", 101, 0, 1):
        pay(office, again, order(office.alice, office.SavingsPayable, again), "payPayable")


def test_pay_payable__order_for_sukarela__refused(office: House) -> None:
    exit_member(office, office.alice)
    slip = withdrawal(office.alice, 1_000)
    with refused("SavingsOrderInvalid"):
        pay(office, slip, order(office.alice, office.SavingsSukarela, slip, deadline=NEVER), "payPayable")


def test_pay_payable__not_a_teller__refused(office: House) -> None:
    exit_member(office, office.alice)
    slip = withdrawal(office.alice, 1_000)
    signed = order(office.alice, office.SavingsPayable, slip)
    with refused("AccessManagedUnauthorized"):
        office.TellerDesk.payPayable(slip.word, signed, {"from": office.alice.account})
