"""open and seal: balances from paper books, once, before the seal; and what ERC-20 readers see."""

import brownie
import pytest

from tests.contracts.actors import House, person, refused
from tests.contracts.SavingsToken.savings import (
    MAX,
    PAYABLE_KIND,
    REGISTERED,
    deposit,
    suspend,
    transfers,
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
