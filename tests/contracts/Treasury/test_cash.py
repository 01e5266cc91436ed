"""Cash in, out and between channels, never below zero; the teller's limit; opening and attesting."""

import brownie
import pytest

from tests.contracts.actors import DAY, House, refused, today, travel
from tests.contracts.office import slip_number
from tests.contracts.SavingsToken.savings import MAX

KAS, BANK, STABLECOIN = 1, 2, 3
LIMIT = 10_000
NOBODY = brownie.ZERO_ADDRESS


@pytest.fixture(scope="module")
def funded(house: House) -> House:
    """The till holds 1,000,000; tellers alone may move 10,000 a channel and day."""
    house.Treasury.setTellerLimit(LIMIT, {"from": house.admin})
    receive(house, KAS, 1_000_000)
    return house


def receive(house: House, channel: int, amount: int, receipt: int | None = None, alone: bool = False):
    receipt = slip_number() if receipt is None else receipt
    return house.Treasury.receiveCash(channel, amount, receipt, today(), alone, {"from": house.writer})


def pay(house: House, channel: int, amount: int, receipt: int | None = None, alone: bool = False):
    receipt = slip_number() if receipt is None else receipt
    return house.Treasury.payCash(channel, amount, receipt, today(), alone, NOBODY, {"from": house.writer})


def move(house: House, source: int, target: int, amount: int):
    return house.Treasury.moveCash(source, target, amount, slip_number(), today(), {"from": house.writer})


def totals(house: House) -> list[int]:
    return [int(house.Treasury.channelTotal(channel)) for channel in (KAS, BANK, STABLECOIN)]


def moved_alone(house: House) -> list[int]:
    return [int(house.Treasury.movedAlone(channel, today())) for channel in (KAS, BANK, STABLECOIN)]


def test_receive_and_pay__channel_follows(funded: House) -> None:
    receive(funded, BANK, 300)
    pay(funded, KAS, 400_000)
    pay(funded, KAS, 600_000)
    assert totals(funded) == [0, 300, 0]


def test_pay__more_than_there_is__refused(funded: House) -> None:
    with refused("TreasuryInsufficientCash", KAS, 1_000_000, 1_000_001):
        pay(funded, KAS, 1_000_001)
    with refused("TreasuryInsufficientCash", BANK, 0, 1):
        pay(funded, BANK, 1)


def test_cash__zero__refused(funded: House) -> None:
    with refused("TreasuryZeroAmount"):
        receive(funded, KAS, 0)
    with refused("TreasuryZeroAmount"):
        pay(funded, KAS, 0)
    with refused("TreasuryZeroAmount"):
        move(funded, KAS, BANK, 0)
    with refused("TreasuryZeroAmount"):
        funded.Treasury.receiveBatch(KAS, 0, today(), {"from": funded.writer})


def test_receive__to_the_bound__one_more_refused(funded: House) -> None:
    receive(funded, BANK, MAX)
    with refused("TreasuryOverflow", BANK, MAX, 1):
        receive(funded, BANK, 1)
    with refused("TreasuryOverflow", KAS, 1_000_000, MAX):
        receive(funded, KAS, MAX)
    with refused("TreasuryOverflow", BANK, MAX, 1):
        move(funded, KAS, BANK, 1)


@pytest.mark.parametrize("channel", [0, 4, 255])
def test_cash__unknown_channel__refused(funded: House, channel: int) -> None:
    with refused("TreasuryUnknownChannel", channel):
        receive(funded, channel, 1)
    with refused("TreasuryUnknownChannel", channel):
        pay(funded, channel, 1)
    with refused("TreasuryUnknownChannel", channel):
        move(funded, KAS, channel, 1)
    with refused("TreasuryUnknownChannel", channel):
        funded.Treasury.channelTotal(channel)


def test_cash__stablecoin_has_its_own_way_in(funded: House) -> None:
    treasury, writer = funded.Treasury, {"from": funded.writer}
    with refused("TreasuryFiatOnly", STABLECOIN):
        receive(funded, STABLECOIN, 1)
    with refused("TreasuryFiatOnly", STABLECOIN):
        move(funded, KAS, STABLECOIN, 1)
    with refused("TreasuryFiatOnly", STABLECOIN):
        move(funded, STABLECOIN, KAS, 1)
    with refused("TreasuryFiatOnly", STABLECOIN):
        treasury.receiveBatch(STABLECOIN, 1, today(), writer)
    with refused("TreasuryFiatOnly", STABLECOIN):
        treasury.settle(STABLECOIN, 1, 0, today(), writer)
    with refused("TreasuryFiatOnly", STABLECOIN):
        treasury.open(STABLECOIN, 1, {"from": funded.admin})


def test_move__between_channels__sum_stays(funded: House) -> None:
    move(funded, KAS, BANK, 250_000)
    assert totals(funded) == [750_000, 250_000, 0]
    with refused("TreasuryInsufficientCash", BANK, 250_000, 250_001):
        move(funded, BANK, KAS, 250_001)
    for channel in (KAS, BANK):
        with refused("TreasurySameChannel", channel):
            move(funded, channel, channel, 1)


def test_settle__in_first_then_out(funded: House) -> None:
    treasury, writer = funded.Treasury, {"from": funded.writer}
    treasury.settle(BANK, 500, 500, today(), writer)
    treasury.settle(BANK, 70, 0, today(), writer)
    treasury.settle(BANK, 0, 30, today(), writer)
    assert totals(funded) == [1_000_000, 40, 0]
    with refused("TreasuryInsufficientCash", BANK, 50, 51):
        treasury.settle(BANK, 10, 51, today(), writer)
    with refused("TreasuryZeroAmount"):
        treasury.settle(BANK, 0, 0, today(), writer)


def test_receive_batch__total_at_once(funded: House) -> None:
    funded.Treasury.receiveBatch(BANK, 12_345, today(), {"from": funded.writer})
    assert totals(funded)[1] == 12_345


def test_teller_limit__in_and_out_together_a_channel_and_day(funded: House) -> None:
    receive(funded, KAS, 6_000, alone=True)
    pay(funded, KAS, 3_999, alone=True)
    with refused("TreasuryTellerLimit", KAS, 9_999, 2, LIMIT):
        receive(funded, KAS, 2, alone=True)
    with refused("TreasuryTellerLimit", KAS, 9_999, 2, LIMIT):
        pay(funded, KAS, 2, alone=True)
    receive(funded, KAS, 1, alone=True)
    assert moved_alone(funded) == [LIMIT, 0, 0]
    receive(funded, BANK, LIMIT, alone=True)
    with refused("TreasuryTellerLimit", BANK, LIMIT, 1, LIMIT):
        pay(funded, BANK, 1, alone=True)
    receive(funded, KAS, 500_000)
    assert moved_alone(funded) == [LIMIT, LIMIT, 0]
    travel(DAY)
    assert moved_alone(funded) == [0, 0, 0]
    receive(funded, KAS, LIMIT, alone=True)
    with refused("TreasuryTellerLimit", KAS, LIMIT, 1, LIMIT):
        receive(funded, KAS, 1, alone=True)
    assert funded.Treasury.movedAlone(KAS, today() - 1) == 0


def test_teller_limit__lowered_during_the_day__nothing_more(funded: House) -> None:
    receive(funded, KAS, 5_000, alone=True)
    funded.Treasury.setTellerLimit(4_000, {"from": funded.admin})
    with refused("TreasuryTellerLimit", KAS, 5_000, 1, 4_000):
        receive(funded, KAS, 1, alone=True)


def test_channel_word__every_part_at_its_most__none_touches_another(funded: House) -> None:
    """Total, limit, days back, closed through, moved alone and the seal lie in one word."""
    treasury, admin, day = funded.Treasury, {"from": funded.admin}, today()
    treasury.setTellerLimit(2**64 - 1, admin)
    treasury.setBackdatingLimit(2**16 - 1, admin)
    treasury.seal(admin)
    treasury.closeThrough(day - 1, {"from": funded.writer})
    receive(funded, BANK, MAX, alone=True)
    pay(funded, BANK, MAX, alone=True)
    receive(funded, BANK, 1, alone=True)
    with refused("TreasuryTellerLimit", BANK, 2**64 - 1, 1, 2**64 - 1):
        pay(funded, BANK, 1, alone=True)
    assert totals(funded) == [1_000_000, 1, 0]
    assert moved_alone(funded) == [0, 2**64 - 1, 0]
    assert (treasury.tellerLimit(), treasury.backdatingLimit()) == (2**64 - 1, 2**16 - 1)
    assert (treasury.closedThrough(), treasury.isSealed()) == (day - 1, True)
    treasury.setTellerLimit(0, admin)
    treasury.setBackdatingLimit(0, admin)
    assert moved_alone(funded) == [0, 2**64 - 1, 0]
    assert totals(funded) == [1_000_000, 1, 0]
    assert (treasury.closedThrough(), treasury.isSealed()) == (day - 1, True)


def test_setters__admin_only(funded: House) -> None:
    treasury = funded.Treasury
    for sender in (funded.writer, funded.ketua.account, funded.deployer):
        for call in (
            lambda s: treasury.setTellerLimit(1, s),
            lambda s: treasury.setBackdatingLimit(1, s),
            lambda s: treasury.setStablecoin(brownie.ZERO_ADDRESS, s),
            lambda s: treasury.open(KAS, 1, s),
            lambda s: treasury.seal(s),
        ):
            with refused("AccessManagedUnauthorized", sender.address):
                call({"from": sender})
    tx = treasury.setTellerLimit(7, {"from": funded.admin})
    assert (tx.events["TellerLimitSet"], treasury.tellerLimit()) == ({"limit": 7}, 7)
    tx = treasury.setBackdatingLimit(9, {"from": funded.admin})
    assert (tx.events["BackdatingLimitSet"], treasury.backdatingLimit()) == ({"numDays": 9}, 9)


def test_writers_only(funded: House) -> None:
    treasury, day = funded.Treasury, today()
    for sender in (funded.teller.account, funded.admin, funded.ketua.account):
        for call in (
            lambda s: treasury.receiveCash(KAS, 1, slip_number(), day, False, s),
            lambda s: treasury.payCash(KAS, 1, slip_number(), day, False, NOBODY, s),
            lambda s: treasury.moveCash(KAS, BANK, 1, slip_number(), day, s),
            lambda s: treasury.useReceipt(slip_number(), day, s),
            lambda s: treasury.useReceiptWord(1, 1, s),
            lambda s: treasury.receiveBatch(KAS, 1, day, s),
            lambda s: treasury.settle(KAS, 1, 0, day, s),
            lambda s: treasury.receiveStablecoin(funded.alice.signer, 1, slip_number(), day, s),
            lambda s: treasury.closeThrough(day - 1, s),
        ):
            with refused("WriterRefused", sender.address):
                call({"from": sender})


def test_open__once_a_channel_before_the_seal(funded: House) -> None:
    treasury, admin = funded.Treasury, {"from": funded.admin}
    with refused("TreasuryAlreadyOpen", KAS, 1_000_000):
        treasury.open(KAS, 1, admin)
    with refused("TreasuryZeroAmount"):
        treasury.open(BANK, 0, admin)
    with refused("TreasuryUnknownChannel", 9):
        treasury.open(9, 1, admin)
    tx = treasury.open(BANK, 5_000, admin)
    assert tx.events["ChannelOpened"] == {"channel": BANK, "total": 5_000}
    with refused("TreasuryAlreadyOpen", BANK, 5_000):
        treasury.open(BANK, 1, admin)
    pay(funded, BANK, 5_000)
    assert not treasury.isSealed()
    assert "TreasurySealed" in treasury.seal(admin).events
    assert treasury.isSealed()
    with refused("TreasuryIsSealed"):
        treasury.open(BANK, 1, admin)
    with refused("TreasuryIsSealed"):
        treasury.seal(admin)


def test_attest__pengawas_of_a_day_that_has_begun(funded: House) -> None:
    treasury, day, document = funded.Treasury, today(), b"\7" * 32
    for sender in (funded.ketua.account, funded.writer, funded.admin):
        with refused("AccessManagedUnauthorized", sender.address):
            treasury.attest(KAS, day, 1, document, {"from": sender})
    pengawas = {"from": funded.pengawas.account}
    with refused("TreasuryDayInFuture", day + 1, day):
        treasury.attest(KAS, day + 1, 1, document, pengawas)
    with refused("TreasuryUnknownChannel", 4):
        treasury.attest(4, day, 1, document, pengawas)
    tx = treasury.attest(KAS, day, 999_999, document, pengawas)
    assert tx.events["ChannelAttested"] == {
        "channel": KAS,
        "day": day,
        "counted": 999_999,
        "documentHash": "0x" + document.hex(),
        "attestedBy": funded.pengawas.number,
    }
    assert totals(funded)[0] == 1_000_000
