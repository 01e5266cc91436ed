"""The member's own deposits and withdrawals in a rupiah stablecoin."""

import dataclasses
from functools import cache
from typing import Any

import brownie
import pytest

from rules.types import SavingsKind, SlipKind
from tests.contracts.actors import DAY, House, person, refused, today, travel
from tests.contracts.MemberRegistry.orders import change_signer, propose
from tests.contracts.office import STABLECOIN, Slip, Terms, deposit, lend, order, token, withdrawal

UNIT = 10**6


@cache
def coin_type() -> Any:
    source = """
        // SPDX-License-Identifier: Apache-2.0
        pragma solidity 0.8.37;
        contract Coin {
            uint8 public constant decimals = 6;
            mapping(address => uint256) public balanceOf;
            mapping(address => mapping(address => uint256)) public allowance;
            function mint(address to, uint256 amount) external { balanceOf[to] += amount; }
            function approve(address spender, uint256 amount) external returns (bool) {
                allowance[msg.sender][spender] = amount;
                return true;
            }
            function transfer(address to, uint256 amount) external returns (bool) {
                balanceOf[msg.sender] -= amount;
                balanceOf[to] += amount;
                return true;
            }
            function transferFrom(address from, address to, uint256 amount) external returns (bool) {
                allowance[from][msg.sender] -= amount;
                balanceOf[from] -= amount;
                balanceOf[to] += amount;
                return true;
            }
        }
    """
    return brownie.compile_source(source, solc_version="0.8.37", evm_version="prague").Coin


@pytest.fixture
def coin(office: House) -> Any:
    """Turned on, and alice has approved 1,000,000 rupiah of it."""
    token = coin_type().deploy({"from": office.deployer})
    office.Treasury.setStablecoin(token, {"from": office.admin})
    token.mint(office.alice.signer, 1_000_000 * UNIT, {"from": office.deployer})
    token.approve(office.Treasury, 1_000_000 * UNIT, {"from": office.alice.account})
    return token


def pay_in(office: House, slip: Slip) -> Any:
    return office.TellerDesk.depositStablecoin(slip.word, {"from": office.alice.account})


@pytest.mark.parametrize(
    ("kind", "savings"),
    [(SlipKind.SETOR_WAJIB, SavingsKind.WAJIB), (SlipKind.SETOR_SUKARELA, SavingsKind.SUKARELA)],
)
def test_deposit_stablecoin__own_account__credited_and_backed(
    office: House, coin: Any, kind: SlipKind, savings: SavingsKind
) -> None:
    balance = token(office, savings).balanceOfMember(101)

    receipt = pay_in(office, deposit(office.alice, kind, 75_000, receipt=1, day=1))

    assert token(office, savings).balanceOfMember(101) == balance + 75_000
    assert coin.balanceOf(office.Treasury) == 75_000 * UNIT
    assert office.Treasury.channelTotal(STABLECOIN) == 75_000
    (event,) = receipt.events["Deposited"]
    assert event["receipt"] >> 55 == 5 << 1 | 1
    assert (event["channel"], event["bookDay"], event["amount"]) == (STABLECOIN, today(), 75_000)


def test_deposit_stablecoin__instalment__paid(office: House, coin: Any) -> None:
    lend(office, Terms(7, 101, principal=1_000_000))
    receipt = pay_in(office, Slip(101, SlipKind.ANGSURAN, 90_000, loan=7))
    assert receipt.events["LoanPaid"]["channel"] == STABLECOIN
    assert office.LoanBook.loanOf(7)["principalPaid"] == 80_000


def test_deposit_stablecoin__same_number__refused(office: House, coin: Any) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 75_000, receipt=1)
    pay_in(office, slip)
    with refused("TreasuryReceiptUsed"):
        pay_in(office, slip.but(amount=5))
    pay_in(office, slip.but(receipt=2))


def test_deposit_stablecoin__office_number__does_not_use_it(office: House, coin: Any) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 75_000)
    pay_in(office, slip)
    assert not office.Treasury.isReceiptUsed(slip.receipt)


@pytest.mark.parametrize(
    "kind", [SlipKind.SETOR_POKOK, SlipKind.TARIK_SUKARELA, SlipKind.PELUNASAN, SlipKind.PINDAH]
)
def test_deposit_stablecoin__other_kind__refused(office: House, coin: Any, kind: SlipKind) -> None:
    with refused("TellerWrongKind", int(kind)):
        pay_in(office, Slip(101, kind, 75_000))


def test_deposit_stablecoin__from_another_account__refused(office: House, coin: Any) -> None:
    with refused("TellerWrongAccount", office.alice.signer, 102):
        pay_in(office, deposit(office.budi, SlipKind.SETOR_WAJIB, 75_000))


def test_deposit_stablecoin__unknown_member__refused(office: House, coin: Any) -> None:
    with refused("TellerWrongAccount", office.alice.signer, 900):
        pay_in(office, Slip(900, SlipKind.SETOR_WAJIB, 75_000))


def test_deposit_stablecoin__off__refused(office: House) -> None:
    with refused("TreasuryStablecoinOff"):
        pay_in(office, deposit(office.alice, SlipKind.SETOR_WAJIB, 75_000))


def test_withdraw_stablecoin__relayed_order__owed_to_the_members_account(office: House, coin: Any) -> None:
    pay_in(office, deposit(office.alice, SlipKind.SETOR_SUKARELA, 75_000))
    slip = withdrawal(office.alice, 50_000, channel=STABLECOIN)
    signed = order(office.alice, office.SavingsSukarela, slip)

    receipt = office.TellerDesk.withdrawStablecoin(slip.word, signed, {"from": brownie.accounts[7]})

    assert receipt.events["Withdrawn"]["receipt"] >> 56 == 5
    assert office.Treasury.payoutOf(office.alice.signer) == 50_000
    office.Treasury.pullPayout({"from": office.alice.account})
    assert coin.balanceOf(office.alice.signer) == (1_000_000 - 25_000) * UNIT


def test_withdraw_stablecoin__order_for_the_till__refused(office: House, coin: Any) -> None:
    pay_in(office, deposit(office.alice, SlipKind.SETOR_SUKARELA, 75_000))
    slip = withdrawal(office.alice, 50_000)
    signed = order(office.alice, office.SavingsSukarela, slip)
    with refused("SavingsOrderInvalid"):
        office.TellerDesk.withdrawStablecoin(slip.word, signed, {"from": brownie.accounts[7]})


def test_withdraw_stablecoin__twice__refused(office: House, coin: Any) -> None:
    pay_in(office, deposit(office.alice, SlipKind.SETOR_SUKARELA, 75_000))
    slip = withdrawal(office.alice, 10_000, channel=STABLECOIN)
    signed = order(office.alice, office.SavingsSukarela, slip)
    office.TellerDesk.withdrawStablecoin(slip.word, signed, {"from": brownie.accounts[7]})
    with refused("SavingsOrderSpent"):
        office.TellerDesk.withdrawStablecoin(slip.word, signed, {"from": brownie.accounts[7]})


def test_withdraw_stablecoin__more_than_the_channel_holds__refused(office: House, coin: Any) -> None:
    slip = withdrawal(office.alice, 10_000, channel=STABLECOIN)
    with refused("TreasuryInsufficientCash", int(STABLECOIN), 0, 10_000):
        office.TellerDesk.withdrawStablecoin(
            slip.word, order(office.alice, office.SavingsSukarela, slip), {"from": brownie.accounts[7]}
        )


def test_withdraw_stablecoin__deposit_kind__refused(office: House, coin: Any) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_SUKARELA, 10_000, channel=STABLECOIN)
    with refused("TellerWrongKind", int(SlipKind.SETOR_SUKARELA)):
        office.TellerDesk.withdrawStablecoin(
            slip.word, order(office.alice, office.SavingsSukarela, slip), {"from": brownie.accounts[7]}
        )


def withdraw(office: House, member: Any, signer: Any, amount: int = 10_000) -> Any:
    slip = withdrawal(member, amount, channel=STABLECOIN)
    signed = order(dataclasses.replace(signer, number=member.number), office.SavingsSukarela, slip)
    return office.TellerDesk.withdrawStablecoin(slip.word, signed, {"from": brownie.accounts[7]})


@pytest.fixture
def channel(office: House, coin: Any) -> None:
    """Holds what is asked for, so that it is not for want of it."""
    pay_in(office, deposit(office.alice, SlipKind.SETOR_SUKARELA, 75_000))


def test_withdraw_stablecoin__passkey__refused(office: House, channel: None) -> None:
    """Nobody has a key to the account of a passkey's member."""
    with refused("TellerNoPayee", office.citra.number):
        withdraw(office, office.citra, office.citra)


def test_withdraw_stablecoin__signer_changed__refused_until_changed_back(
    office: House, channel: None
) -> None:
    new_key = person("alice's new key", 901)
    change_signer(office, 101, office.alice, new_key)
    with refused("TellerNoPayee", 101):
        withdraw(office, office.alice, new_key)
    change_signer(office, 101, new_key, office.alice, nonce=2)
    withdraw(office, office.alice, office.alice)
    assert office.Treasury.payoutOf(office.alice.signer) == 10_000


def test_withdraw_stablecoin__signer_recovered__refused(office: House, channel: None) -> None:
    new_key = person("alice's new key", 901)
    propose(office, 101, new_key)
    travel(14 * DAY)
    office.MemberRegistry.completeRecovery(101, {"from": office.deployer})
    travel(31 * DAY)
    with refused("TellerNoPayee", 101):
        withdraw(office, office.alice, new_key)


def test_withdraw_stablecoin__unknown_member__refused(office: House, channel: None) -> None:
    with refused("TellerNoPayee", 900):
        withdraw(office, person("nobody", 900), office.alice)
