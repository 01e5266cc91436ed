"""deposit and depositBatch: who may be credited, and what it changes."""

import brownie
import pytest

from tests.contracts.actors import House, person, refused
from tests.contracts.MemberRegistry.orders import leave
from tests.contracts.SavingsToken.savings import (
    ACTIVE,
    LEFT,
    MAX,
    NONE,
    PAYABLE_KIND,
    REGISTERED,
    deposit,
    receipt_number,
    suspend,
    transfers,
    word,
)

NOBODY = 999_999


@pytest.fixture(scope="module")
def marta():
    return person("marta", 201)


def test_deposit__known_member__credited(house: House) -> None:
    token = house.SavingsWajib
    deposit(house, token, house.alice, 50_000)
    tx = deposit(house, token, house.alice, 25_000)
    assert transfers(tx) == [(brownie.ZERO_ADDRESS, house.alice.signer, 25_000)]
    assert token.balanceOfMember(house.alice.number) == token.balanceOf(house.alice.signer) == 75_000
    assert token.availableOf(house.alice.number) == token.totalSupply() == 75_000


def test_deposit__no_writer__refused(house: House) -> None:
    for sender in (house.teller.account, house.admin, house.deployer):
        with refused("WriterRefused", sender.address):
            house.SavingsWajib.deposit(house.alice.number, 1, receipt_number(), {"from": sender})


def test_deposit__zero__refused(house: House) -> None:
    with refused("SavingsZeroAmount"):
        deposit(house, house.SavingsWajib, house.alice, 0)


def test_deposit__payable__refused(house: House) -> None:
    with refused("SavingsWrongKind", PAYABLE_KIND):
        deposit(house, house.SavingsPayable, house.alice, 1)
    with refused("SavingsWrongKind", PAYABLE_KIND):
        house.SavingsPayable.depositBatch([word(house.alice.number, 1)], {"from": house.writer})


def test_deposit__suspended_member__credited(house: House) -> None:
    suspend(house, house.alice)
    deposit(house, house.SavingsSukarela, house.alice, 1_000)
    assert house.SavingsSukarela.balanceOfMember(house.alice.number) == 1_000


def test_deposit__pokok__registered_members_only(house: House, marta) -> None:
    with refused("SavingsMemberStatus", house.alice.number, ACTIVE):
        deposit(house, house.SavingsPokok, house.alice, 100_000)
    house.register([marta])
    deposit(house, house.SavingsPokok, marta, 100_000)
    assert house.SavingsPokok.balanceOfMember(marta.number) == 100_000


def test_deposit__wrong_status__refused(house: House, marta) -> None:
    house.register([marta])
    leave(house, house.budi)
    for token in (house.SavingsWajib, house.SavingsSukarela):
        for number, status in ((marta.number, REGISTERED), (house.budi.number, LEFT), (NOBODY, NONE)):
            with refused("SavingsMemberStatus", number, status):
                token.deposit(number, 1, receipt_number(), {"from": house.writer})
            with refused("SavingsMemberStatus", number, status):
                token.depositBatch([word(number, 1)], {"from": house.writer})


def test_deposit__to_the_bound__one_more_refused(house: House) -> None:
    token = house.SavingsWajib
    with refused("SavingsOverflow", house.alice.number, MAX + 1):
        deposit(house, token, house.alice, MAX + 1)
    deposit(house, token, house.alice, MAX)
    assert token.totalSupply() == token.balanceOfMember(house.alice.number) == MAX
    with refused("SavingsOverflow", house.budi.number, 1):
        deposit(house, token, house.budi, 1)


@pytest.mark.parametrize("name", ["SavingsWajib", "SavingsSukarela"])
def test_deposit_batch__members_twice_and_apart__each_credited(house: House, name: str) -> None:
    token = house.contracts[name]
    numbers = [101, 102, 103, 104, 105, 1, 2, 3, 112, 104, 101]
    tx = token.depositBatch([word(number, 1_000 + number) for number in numbers], {"from": house.writer})
    for number in {*numbers}:
        assert token.balanceOfMember(number) == numbers.count(number) * (1_000 + number)
    for number in (4, 100, 106, 107, 111, 113):
        assert token.balanceOfMember(number) == 0
    assert token.totalSupply() == sum(1_000 + number for number in numbers)
    accounts = [house.MemberRegistry.memberOf(number).dict()["account"] for number in numbers]
    assert transfers(tx) == [
        (brownie.ZERO_ADDRESS, account, 1_000 + number)
        for account, number in zip(accounts, numbers, strict=True)
    ]


def test_deposit_batch__one_bad_row__nothing_credited(house: House) -> None:
    token, alice = house.SavingsWajib, house.alice.number
    for bad, error in (
        (word(alice, 0), "SavingsZeroAmount"),
        (word(alice, MAX), "SavingsOverflow"),
        (word(alice, 1 << 64 | 5), "SavingsOverflow"),
        (word(alice, 1 << 223), "SavingsOverflow"),
        (word(NOBODY, 5), "SavingsMemberStatus"),
    ):
        with refused(error):
            token.depositBatch([word(house.budi.number, 7), bad], {"from": house.writer})
    assert token.totalSupply() == token.balanceOfMember(house.budi.number) == 0


def test_deposit_batch__no_writer__refused(house: House) -> None:
    with refused("WriterRefused", house.teller.signer):
        house.SavingsWajib.depositBatch([word(101, 1)], {"from": house.teller.account})


def test_deposit_batch__empty__nothing(house: House) -> None:
    assert transfers(house.SavingsWajib.depositBatch([], {"from": house.writer})) == []
