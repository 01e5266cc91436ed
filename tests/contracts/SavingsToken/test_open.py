"""open and seal: balances from paper books, once, before the seal; and what ERC-20 readers see."""

import brownie
import pytest

from rules.calendar import first_day, month_of_day, timestamp_of_day
from rules.interest import InterestRules, RateHistory, SukarelaAccount
from rules.types import BasisPoints, Rupiah, WibDay
from tests.contracts.actors import DAY, House, now, person, refused, today, travel
from tests.contracts.SavingsToken.savings import (
    MAX,
    PAYABLE_KIND,
    REGISTERED,
    WAJIB_KIND,
    deposit,
    events_of,
    suspend,
    transfers,
    withdrawal,
    word,
)

TOKENS = {
    "SavingsPokok": ("Simpanan Pokok", "SPK", 0),
    "SavingsWajib": ("Simpanan Wajib", "SWJ", 1),
    "SavingsSukarela": ("Simpanan Sukarela", "SSK", 2),
    "SavingsPayable": ("Hak Anggota Keluar", "HAK", 3),
}


@pytest.mark.parametrize("name", list(TOKENS)[:3])
def test_open__active_members__their_balances(house: House, name: str) -> None:
    token = house.contracts[name]
    rows = [word(101, 100_000), word(103, 250_000)]
    tx = token.open(rows, {"from": house.admin})
    assert [(e["member"], e["amount"]) for e in tx.events["SavingsOpened"]] == [
        (101, 100_000),
        (103, 250_000),
    ]
    assert len(transfers(tx)) == 2
    assert (token.balanceOfMember(101), token.balanceOfMember(103)) == (100_000, 250_000)
    assert token.totalSupply() == 350_000


def test_open__not_admin__refused(house: House) -> None:
    for sender in (house.writer, house.ketua.account, house.deployer):
        with refused("AccessManagedUnauthorized", sender.address):
            house.SavingsPokok.open([word(101, 1)], {"from": sender})
        with refused("AccessManagedUnauthorized", sender.address):
            house.SavingsPokok.seal({"from": sender})


def test_open__twice_or_after_a_deposit__refused(house: House) -> None:
    deposit(house, house.SavingsWajib, house.budi, 5)
    for rows in ([word(101, 1), word(101, 1)], [word(house.budi.number, 1)]):
        with refused("SavingsAlreadyOpen"):
            house.SavingsWajib.open(rows, {"from": house.admin})
    house.SavingsWajib.open([word(101, 1)], {"from": house.admin})
    with refused("SavingsAlreadyOpen", 101):
        house.SavingsWajib.open([word(101, 1)], {"from": house.admin})


def test_open__bad_row__refused(house: House) -> None:
    house.register([person("marta", 201)])
    suspend(house, house.budi)
    for row, error in (
        (word(101, 0), "SavingsZeroAmount"),
        (word(101, MAX + 1), "SavingsOverflow"),
        (word(999_999, 1), "SavingsMemberStatus"),
        (word(201, 1), "SavingsMemberStatus"),
        (word(house.budi.number, 1), "SavingsMemberStatus"),
    ):
        with refused(error):
            house.SavingsWajib.open([word(103, 1), row], {"from": house.admin})
    with refused("SavingsMemberStatus", 201, REGISTERED):
        house.SavingsPokok.open([word(201, 1)], {"from": house.admin})
    with refused("SavingsWrongKind", PAYABLE_KIND):
        house.SavingsPayable.open([word(101, 1)], {"from": house.admin})


def since(member: int, day: int, amount: int) -> int:
    """A credit that earns from `day` on."""
    return member << 224 | day << 200 | amount


@pytest.mark.parametrize("back", [0, 1, 20, 70])
def test_open__since_a_day__the_interest_it_would_have(house: House, back: int) -> None:
    token, start = house.SavingsSukarela, today() + 1
    token.setInterestRate(start, 600, {"from": house.admin})
    token.setInterestTax(240_000, 1_000, {"from": house.admin})
    next_month = first_day(month_of_day(WibDay(start)) + 1)
    travel(timestamp_of_day(WibDay(next_month + 75)) + DAY // 2 - now())
    day = today() - back
    tx = token.open([since(101, day, 60_000_000), word(103, 9)], {"from": house.admin})
    rules = InterestRules(RateHistory(((WibDay(start), BasisPoints(600)),)))
    account, credited = SukarelaAccount(Rupiah(60_000_000), 0, WibDay(day)).credit(rules, WibDay(today()))
    assert len(credited) == (2 if back == 70 else 1 if month_of_day(day) != month_of_day(today()) else 0)
    assert [(e["member"], e["month"], e["gross"], e["tax"]) for e in events_of(tx, "InterestCredited")] == [
        (101, credit.month, credit.gross, credit.tax) for credit in credited
    ]
    assert [(e["member"], e["amount"]) for e in tx.events["SavingsOpened"]] == [(101, 60_000_000), (103, 9)]
    assert token.balanceOfMember(101) == account.balance
    assert [int(value) for value in token.accruedOf(101)] == [account.accrued, today()]
    assert token.totalSupply() == account.balance + 9
    travel(40 * DAY)
    account, credited = account.credit(rules, WibDay(today()))
    tx = token.creditInterest([101], {"from": house.deployer})
    assert [e["gross"] for e in events_of(tx, "InterestCredited")] == [credit.gross for credit in credited]
    assert token.balanceOfMember(101) == account.balance


def test_open__since_what_cannot_be__refused(house: House) -> None:
    token, day = house.SavingsSukarela, today()
    deposit(house, token, house.budi, 5)
    house.SavingsSukarela.withdraw(*withdrawal(token, house.budi, 5), {"from": house.writer})
    for row, error in (
        (since(101, day + 1, 1), "SavingsDayInvalid"),
        (since(101, day - 367, 1), "SavingsDayInvalid"),
        (since(house.budi.number, day, 1), "SavingsAlreadyOpen"),
        (since(101, day, 0), "SavingsZeroAmount"),
        (since(101, day, MAX + 1), "SavingsOverflow"),
        (since(101, day, 1 << 64 | 1), "SavingsOverflow"),
    ):
        with refused(error):
            token.open([row], {"from": house.admin})
    with refused("SavingsWrongKind", WAJIB_KIND):
        house.SavingsWajib.open([since(101, day, 1)], {"from": house.admin})
    token.open([since(101, day - 366, 1)], {"from": house.admin})


def test_seal__once__and_open_no_more(house: House) -> None:
    token = house.SavingsPokok
    token.open([word(101, 7)], {"from": house.admin})
    assert not token.isSealed()
    assert token.seal({"from": house.admin}).events["SavingsSealed"] == {"total": 7}
    assert token.isSealed()
    with refused("SavingsIsSealed"):
        token.open([word(103, 1)], {"from": house.admin})
    with refused("SavingsIsSealed"):
        token.seal({"from": house.admin})


@pytest.mark.parametrize("name", TOKENS)
def test_erc20__names_and_figures(house: House, name: str) -> None:
    token = house.contracts[name]
    assert (token.name(), token.symbol(), token.kind()) == TOKENS[name]
    assert (token.decimals(), token.totalSupply()) == (0, 0)
    payable = brownie.ZERO_ADDRESS if name == "SavingsPayable" else house.SavingsPayable.address
    assert token.payableToken() == payable
    assert token.authority() == house.Authority.address


def test_erc20__not_transferable(house: House) -> None:
    token, alice, budi = house.SavingsSukarela, house.alice, house.budi.signer
    deposit(house, token, alice, 1_000)
    for sender in (alice.account, house.writer, house.admin):
        for call, arguments in (
            (token.transfer, (budi, 1)),
            (token.transferFrom, (alice.signer, budi, 1)),
            (token.approve, (budi, 1)),
        ):
            with refused("SavingsNotTransferable"):
                call(*arguments, {"from": sender})
    assert token.allowance(alice.signer, budi) == 0


def test_erc20__balance_of__the_account_whatever_the_signer(house: House) -> None:
    token, citra = house.SavingsSukarela, house.citra
    account = house.MemberRegistry.memberOf(citra.number).dict()["account"]
    deposit(house, token, citra, 1_000)
    assert token.balanceOf(account) == 1_000
    assert token.balanceOf(citra.signer) == token.balanceOf(house.deployer) == 0
    assert token.balanceOf(brownie.ZERO_ADDRESS) == token.balanceOfMember(0) == 0


def test_accrued__kinds_without_interest__nothing(house: House) -> None:
    house.SavingsWajib.depositBatch(
        [word(number, 2**60) for number in (101, 102, 103)], {"from": house.writer}
    )
    assert tuple(map(int, house.SavingsWajib.accruedOf(101))) == (0, 0)
