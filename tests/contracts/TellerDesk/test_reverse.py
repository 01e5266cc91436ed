"""reverse: storno of a deposit slip by two persons, as far as the token allows."""

import pytest

from rules.types import SavingsKind, SlipKind
from tests.contracts.actors import DAY, POKOK, House, person, refused, travel
from tests.contracts.office import (
    BANK,
    KAS,
    STABLECOIN,
    deposit,
    order,
    receive,
    slip_number,
    storno,
    storno_signatures,
    token,
    withdrawal,
)


@pytest.mark.parametrize(
    ("kind", "savings"),
    [(SlipKind.SETOR_WAJIB, SavingsKind.WAJIB), (SlipKind.SETOR_SUKARELA, SavingsKind.SUKARELA)],
)
def test_reverse__whole_slip__takes_it_back(office: House, kind: SlipKind, savings: SavingsKind) -> None:
    balance, cash = token(office, savings).balanceOfMember(101), office.Treasury.channelTotal(KAS)
    slip = deposit(office.alice, kind, 75_000)
    receive(office, slip)
    back = slip.but(receipt=slip_number())

    receipt = storno(office, back, slip.receipt)

    assert token(office, savings).balanceOfMember(101) == balance
    assert office.Treasury.channelTotal(KAS) == cash
    (event,) = receipt.events["DepositReversed"]
    assert dict(event) == {
        "member": 101,
        "kind": savings,
        "receipt": back.receipt,
        "original": slip.receipt,
        "channel": KAS,
        "amount": 75_000,
        "bookDay": back.day,
    }


def test_reverse__part_and_part__no_more_than_the_slip(office: House) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 75_000)
    receive(office, slip)
    storno(office, slip.but(receipt=slip_number(), amount=50_000), slip.receipt)
    with refused("SavingsNotReversible", 101, slip.receipt, 25_000, 25_001):
        storno(office, slip.but(receipt=slip_number(), amount=25_001), slip.receipt)
    storno(office, slip.but(receipt=slip_number(), amount=25_000), slip.receipt)


def test_reverse__after_seven_days__refused(office: House) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 75_000)
    receive(office, slip)
    travel(8 * DAY)
    with refused("SavingsNotReversible", 101, slip.receipt, 0, 75_000):
        storno(office, deposit(office.alice, SlipKind.SETOR_WAJIB, 75_000), slip.receipt)


def test_reverse__slip_of_another_member__refused(office: House) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 75_000)
    receive(office, slip)
    with refused("SavingsNotReversible"):
        storno(office, deposit(office.budi, SlipKind.SETOR_WAJIB, 75_000), slip.receipt)


def test_reverse__slip_of_another_kind__refused(office: House) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 75_000)
    receive(office, slip)
    with refused("SavingsNotReversible"):
        storno(office, deposit(office.alice, SlipKind.SETOR_SUKARELA, 75_000), slip.receipt)


def test_reverse__withdrawn_since__never_below_zero(office: House) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_SUKARELA, 75_000)
    receive(office, slip)
    out = withdrawal(office.alice, 1_075_000)
    signed = order(office.alice, office.SavingsSukarela, out)
    office.TellerDesk.paySlip(out.word, signed, {"from": office.teller.account})
    with refused("SavingsInsufficient"):
        storno(office, slip.but(receipt=slip_number()), slip.receipt)


@pytest.mark.parametrize("kind", [SlipKind.SETOR_POKOK, SlipKind.TARIK_SUKARELA, SlipKind.ANGSURAN])
def test_reverse__no_reversible_kind__refused(office: House, kind: SlipKind) -> None:
    newcomer = person("newcomer", 900)
    office.register([newcomer])
    slip = deposit(newcomer, SlipKind.SETOR_POKOK, POKOK)
    receive(office, slip)
    with refused("TellerWrongKind", int(kind)):
        storno(office, slip.but(receipt=slip_number(), kind=kind), slip.receipt)


def test_reverse__stablecoin__refused(office: House) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 75_000)
    receive(office, slip)
    with refused("TellerWrongChannel", int(STABLECOIN)):
        storno(office, slip.but(receipt=slip_number(), channel=STABLECOIN), slip.receipt)


def test_reverse__number_used_before__refused(office: House) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 75_000)
    receive(office, slip)
    with refused("TreasuryReceiptUsed", slip.receipt):
        storno(office, slip, slip.receipt)


def test_reverse__other_slip_than_signed__refused(office: House) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 75_000)
    receive(office, slip)
    back = slip.but(receipt=slip_number())
    signed = storno_signatures(office, back, slip.receipt)
    with refused("AuthoritySignatureInvalid"):
        office.TellerDesk.reverse(
            back.but(channel=BANK).word, slip.receipt, *signed, {"from": office.teller.account}
        )


def test_reverse__not_a_teller__refused(office: House) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 75_000)
    receive(office, slip)
    back = slip.but(receipt=slip_number())
    signed = storno_signatures(office, back, slip.receipt)
    with refused("AccessManagedUnauthorized"):
        office.TellerDesk.reverse(back.word, slip.receipt, *signed, {"from": office.bendahara.account})
