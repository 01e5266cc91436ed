"""The STABLECOIN channel: off by default, whole and exact, paid out by pulling."""

import brownie
import pytest
from brownie.exceptions import VirtualMachineError
from eth_utils import keccak

from tests.contracts.actors import House, contract_type, refused, today
from tests.contracts.office import slip_number

STABLECOIN = 3
NOBODY = brownie.ZERO_ADDRESS
UNIT = 10**6


@pytest.fixture(scope="module")
def coin(house: House):
    """A stablecoin with 6 decimals; alice has a million rupiah of it and approved the treasury."""
    coin = contract_type("MockStablecoin").deploy(6, {"from": house.deployer})
    coin.mint(house.alice.signer, 10**6 * UNIT, {"from": house.deployer})
    coin.approve(house.Treasury, 2**256 - 1, {"from": house.alice.account})
    return coin


@pytest.fixture
def on(house: House, coin) -> House:
    house.Treasury.setStablecoin(coin, {"from": house.admin})
    return house


def receive(house: House, amount: int, receipt: int | None = None):
    receipt = slip_number() if receipt is None else receipt
    return house.Treasury.receiveStablecoin(
        house.alice.signer, amount, receipt, today(), {"from": house.writer}
    )


def pay(house: House, amount: int, payee: str, receipt: int | None = None):
    receipt = slip_number() if receipt is None else receipt
    return house.Treasury.payCash(STABLECOIN, amount, receipt, today(), False, payee, {"from": house.writer})


def state(house: House) -> tuple[int, ...]:
    """The channel's total and what is owed."""
    return int(house.Treasury.channelTotal(STABLECOIN)), int(house.Treasury.stablecoin()[2])


def test_off__by_default__nothing_comes_in(house: House, coin) -> None:
    assert tuple(house.Treasury.stablecoin()) == (brownie.ZERO_ADDRESS, 0, 0)
    with refused("TreasuryStablecoinOff"):
        receive(house, 1)


def test_receive_and_pull__whole_rupiah(on: House, coin) -> None:
    treasury, alice, budi = on.Treasury, on.alice, on.budi
    tx = receive(on, 700)
    assert tx.events["StablecoinReceived"] == {"from": alice.signer, "amount": 700}
    assert coin.balanceOf(treasury) == 700 * UNIT
    pay(on, 200, budi.signer)
    pay(on, 300, budi.signer)
    assert state(on) == (200, 500)
    assert treasury.payoutOf(budi.signer) == 500
    assert coin.balanceOf(budi.signer) == 0
    tx = treasury.pullPayout({"from": budi.account})
    assert tx.events["PayoutPulled"] == {"account": budi.signer, "amount": 500}
    assert (coin.balanceOf(budi.signer), coin.balanceOf(treasury)) == (500 * UNIT, 200 * UNIT)
    assert state(on) == (200, 0)
    for account in (budi, alice):
        with refused("TreasuryNothingToPull", account.signer):
            treasury.pullPayout({"from": account.account})


def test_receive__amounts_and_receipts(on: House) -> None:
    with refused("TreasuryZeroAmount"):
        receive(on, 0)
    receipt = slip_number()
    receive(on, 5, receipt)
    with refused("TreasuryReceiptUsed", receipt):
        receive(on, 5, receipt)
    with refused("ERC20InsufficientBalance"):
        receive(on, 10**6)
    assert state(on) == (5, 0)


def test_receive__fee_token__refused(on: House, coin) -> None:
    coin.setFee(1, {"from": on.deployer})
    with refused("TreasuryTransferInexact", 10_000 * UNIT, 9_999 * UNIT):
        receive(on, 10_000)
    assert state(on) == (0, 0)


def test_pay__more_than_there_is_or_to_nobody__refused(on: House) -> None:
    receive(on, 100)
    with refused("TreasuryInsufficientCash", STABLECOIN, 100, 101):
        pay(on, 101, on.budi.signer)
    with refused("TreasuryPayeeMissing"):
        pay(on, 1, NOBODY)


def test_set__not_while_it_holds_or_owes(on: House, coin) -> None:
    treasury, admin = on.Treasury, {"from": on.admin}
    receive(on, 100)
    with refused("TreasuryStablecoinHeld", 100):
        treasury.setStablecoin(NOBODY, admin)
    pay(on, 100, on.budi.signer)
    with refused("TreasuryStablecoinHeld", 100):
        treasury.setStablecoin(NOBODY, admin)
    treasury.pullPayout({"from": on.budi.account})
    tx = treasury.setStablecoin(NOBODY, admin)
    assert tx.events["StablecoinSet"] == {"token": NOBODY, "unit": 1}
    with refused("TreasuryStablecoinOff"):
        receive(on, 1)


@pytest.mark.parametrize("decimals", [0, 2, 18])
def test_set__decimals__a_rupiah_is_so_many_units(house: House, decimals: int) -> None:
    coin = contract_type("MockStablecoin").deploy(decimals, {"from": house.deployer})
    coin.mint(house.alice.signer, 50 * 10**decimals, {"from": house.deployer})
    coin.approve(house.Treasury, 2**256 - 1, {"from": house.alice.account})
    tx = house.Treasury.setStablecoin(coin, {"from": house.admin})
    assert tx.events["StablecoinSet"] == {"token": coin.address, "unit": 10**decimals}
    receive(house, 50)
    assert coin.balanceOf(house.Treasury) == 50 * 10**decimals


def test_set__no_token__refused(house: House) -> None:
    nineteen = contract_type("MockStablecoin").deploy(19, {"from": house.deployer})
    for token in (nineteen.address, house.alice.signer, house.Authority.address):
        with refused("TreasuryStablecoinInvalid", token):
            house.Treasury.setStablecoin(token, {"from": house.admin})


def test_pull__payee_that_pulls_again__is_paid_once(on: House, coin) -> None:
    payee = contract_type("GreedyPayee").deploy(on.Treasury, {"from": on.deployer})
    receive(on, 1_000)
    pay(on, 400, payee.address)
    coin.setListener(payee, {"from": on.deployer})
    payee.pull({"from": on.deployer})
    assert coin.balanceOf(payee) == 400 * UNIT
    assert state(on) == (600, 0)
    assert bytes(payee.answer()) == keccak(text="ReentrancyGuardReentrantCall()")[:4]


def test_pull__token_that_refuses__keeps_the_claim(on: House, coin) -> None:
    """A payee whom the token's issuer blocks loses nothing and stops nobody else."""
    receive(on, 1_000)
    pay(on, 400, on.budi.signer)
    coin.setListener(on.Authority, {"from": on.deployer})
    with pytest.raises(VirtualMachineError):
        on.Treasury.pullPayout({"from": on.budi.account})
    assert on.Treasury.payoutOf(on.budi.signer) == 400
    coin.setListener(NOBODY, {"from": on.deployer})
    on.Treasury.pullPayout({"from": on.budi.account})
    assert coin.balanceOf(on.budi.signer) == 400 * UNIT
