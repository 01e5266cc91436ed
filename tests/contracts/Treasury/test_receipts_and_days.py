"""Receipts are used once, whatever for; book days are not in the future, not closed, not too old."""

import random

import brownie
import pytest

from tests.contracts.actors import DAY, House, account_at, now, refused, today, travel

KAS, BANK = 1, 2
NOBODY = brownie.ZERO_ADDRESS
SLIP = 1 << 56 | 2025 << 40 | 44


@pytest.fixture(scope="module")
def funded(house: House) -> House:
    house.Treasury.open(KAS, 10**6, {"from": house.admin})
    house.Treasury.setBackdatingLimit(7, {"from": house.admin})
    return house


def receive(house: House, receipt: int, day: int | None = None):
    day = today() if day is None else day
    return house.Treasury.receiveCash(KAS, 1, receipt, day, False, {"from": house.writer})


def uses(house: House) -> list:
    """Every way in which a receipt is used up."""
    treasury, day, writer = house.Treasury, today(), {"from": house.writer}
    return [
        lambda receipt: treasury.receiveCash(KAS, 1, receipt, day, False, writer),
        lambda receipt: treasury.payCash(KAS, 1, receipt, day, False, NOBODY, writer),
        lambda receipt: treasury.moveCash(KAS, BANK, 1, receipt, day, writer),
        lambda receipt: treasury.useReceipt(receipt, day, writer),
        lambda receipt: treasury.useReceiptWord(receipt >> 8, 1 << (receipt & 0xFF), writer),
    ]


@pytest.mark.parametrize("first", range(5))
@pytest.mark.parametrize("second", range(5))
def test_receipt__used_once__never_again(funded: House, first: int, second: int) -> None:
    uses(funded)[first](SLIP)
    assert funded.Treasury.isReceiptUsed(SLIP)
    with refused("TreasuryReceiptUsed", SLIP):
        uses(funded)[second](SLIP)
    uses(funded)[second](SLIP + 1)


def test_receipts__many_in_a_word__each_its_own(funded: House) -> None:
    rng, treasury = random.Random(7), funded.Treasury
    used = (
        {rng.randrange(2**64) for _ in range(15)} | {SLIP + 3 * step for step in range(40)} | {0, 2**64 - 1}
    )
    for receipt in used:
        receive(funded, receipt)
    for receipt in sorted(used)[:30]:
        for other in (receipt, receipt ^ 1, receipt ^ 256, receipt ^ 1 << 63):
            assert treasury.isReceiptUsed(other) == (other in used)
    word = SLIP >> 8
    assert treasury.receiptWord(word) == sum(1 << (receipt & 255) for receipt in used if receipt >> 8 == word)


def test_receipt_word__one_used_before__names_it(funded: House) -> None:
    receive(funded, SLIP + 5)
    bits = 1 << (SLIP + 4 & 255) | 1 << (SLIP + 5 & 255)
    with refused("TreasuryReceiptUsed", SLIP + 5):
        funded.Treasury.useReceiptWord(SLIP >> 8, bits, {"from": funded.writer})
    assert not funded.Treasury.isReceiptUsed(SLIP + 4)


def test_receipt__failed_use__stays_unused(funded: House) -> None:
    with refused("TreasuryInsufficientCash"):
        funded.Treasury.payCash(BANK, 1, SLIP, today(), False, NOBODY, {"from": funded.writer})
    assert not funded.Treasury.isReceiptUsed(SLIP)
    receive(funded, SLIP)


def test_receipts__another_writer_after_thirty_days__knows_them_all(funded: House) -> None:
    treasury, desk = funded.Treasury, account_at(funded.budi.signer)
    receive(funded, SLIP)
    total = treasury.channelTotal(KAS)
    since = now() + 30 * DAY + 60
    treasury.setWriter(desk, since, 0, {"from": funded.admin})
    with refused("WriterRefused", desk.address):
        treasury.useReceipt(SLIP + 1, today(), {"from": desk})
    brownie.chain.sleep(since - now())
    brownie.chain.mine()
    with refused("TreasuryReceiptUsed", SLIP):
        treasury.useReceipt(SLIP, today(), {"from": desk})
    treasury.useReceipt(SLIP + 1, today(), {"from": desk})
    with refused("TreasuryReceiptUsed", SLIP + 1):
        receive(funded, SLIP + 1)
    assert treasury.channelTotal(KAS) == total


def day_checks(house: House) -> list:
    """Every entry that carries a book day."""
    treasury, writer = house.Treasury, {"from": house.writer}
    return [
        lambda day: treasury.checkBookDay(day),
        lambda day: treasury.receiveCash(KAS, 1, SLIP, day, False, writer),
        lambda day: treasury.payCash(KAS, 1, SLIP, day, False, NOBODY, writer),
        lambda day: treasury.moveCash(KAS, BANK, 1, SLIP, day, writer),
        lambda day: treasury.useReceipt(SLIP, day, writer),
        lambda day: treasury.receiveBatch(KAS, 1, day, writer),
        lambda day: treasury.settle(KAS, 1, 0, day, writer),
        lambda day: treasury.receiveStablecoin(house.alice.signer, 1, SLIP, day, writer),
    ]


@pytest.mark.parametrize("entry", range(8))
def test_book_day__future_closed_or_too_old__refused(funded: House, entry: int) -> None:
    treasury, day = funded.Treasury, today()
    check = day_checks(funded)[entry]
    with refused("TreasuryDayInFuture", day + 1, day):
        check(day + 1)
    treasury.seal({"from": funded.admin})
    with refused("TreasuryDayTooOld", day - 8, day - 7):
        check(day - 8)
    treasury.closeThrough(day - 3, {"from": funded.writer})
    with refused("TreasuryDayClosed", day - 3, day - 3):
        check(day - 3)


@pytest.mark.parametrize("age", [0, 7])
@pytest.mark.parametrize("entry", range(7))
def test_book_day__oldest_open_day_and_today__taken(funded: House, entry: int, age: int) -> None:
    funded.Treasury.seal({"from": funded.admin})
    day_checks(funded)[entry](today() - age)


def test_book_day__before_the_seal__older_days_are_taken(funded: House) -> None:
    receive(funded, SLIP, today() - 2_000)
    funded.Treasury.seal({"from": funded.admin})
    with refused("TreasuryDayTooOld"):
        receive(funded, SLIP + 1, today() - 2_000)


def test_book_day__midnight_is_in_wib(funded: House) -> None:
    """17:00 UTC is the next day's midnight."""
    brownie.chain.sleep((today() + 1) * DAY - 25_200 - now() - 30)
    brownie.chain.mine()
    day = today()
    with refused("TreasuryDayInFuture", day + 1, day):
        funded.Treasury.checkBookDay(day + 1)
    travel(60)
    funded.Treasury.checkBookDay(day + 1)


def test_close__only_days_that_are_over__and_never_back(funded: House) -> None:
    treasury, writer, day = funded.Treasury, {"from": funded.writer}, today()
    for future in (day, day + 1):
        with refused("TreasuryDayNotOver", future, day):
            treasury.closeThrough(future, writer)
    assert treasury.closeThrough(day - 1, writer).events["ClosedThrough"] == {"day": day - 1}
    assert treasury.closedThrough() == day - 1
    for back in (day - 1, day - 2):
        with refused("TreasuryDayClosed", back, day - 1):
            treasury.closeThrough(back, writer)
    receive(funded, SLIP, day)
