"""Standing orders: instalments out of sukarela, as far as the member signed, month by month."""

import pytest

from tests.contracts.actors import DAY, NEVER, House, account_at, now, person, refused, travel
from tests.contracts.SavingsToken.savings import deposit, lien, recover, standing_order, transfers

LOAN = 7
BALANCE = 1_000
LIMIT = 300
YEAR = 365 * DAY
FOR_EVER = 2**40 - 1


@pytest.fixture(scope="module")
def token(house: House):
    return house.SavingsSukarela


@pytest.fixture(scope="module")
def saved(house: House, token) -> House:
    """Alice has savings, and lets 300 a month be taken for a year."""
    deposit(house, token, house.alice, BALANCE)
    set_order(house, token, LIMIT, now() + YEAR)
    return house


def set_order(house: House, token, limit: int, until: int, nonce: int = 1):
    return token.setStandingOrder(
        *standing_order(token, house.alice, LOAN, limit, until, nonce), {"from": house.budi.account}
    )


def take(house: House, token, amount: int, loan: int = LOAN):
    return token.takeStanding(house.alice.number, loan, amount, {"from": house.writer})


def left(house: House, token) -> int:
    return token.standingOrderOf(house.alice.number, LOAN)[2]


def next_month() -> None:
    travel(31 * DAY)


def test_take__within_the_limit__debits_and_counts(saved: House, token) -> None:
    tx = take(saved, token, 200)
    alice = saved.alice
    assert tx.events["StandingOrderTaken"] == {"member": alice.number, "loan": LOAN, "amount": 200}
    assert [(party, amount) for party, _, amount in transfers(tx)] == [(alice.signer, 200)]
    assert token.balanceOfMember(alice.number) == BALANCE - 200
    assert left(saved, token) == LIMIT - 200


def test_take__above_what_is_left_of_the_month__refused(saved: House, token) -> None:
    take(saved, token, 200)
    with refused("SavingsStandingOrderExceeded", saved.alice.number, LOAN, 100, 101):
        take(saved, token, 101)
    take(saved, token, 100)
    with refused("SavingsStandingOrderExceeded", saved.alice.number, LOAN, 0, 1):
        take(saved, token, 1)


def test_take__another_month__the_limit_anew_and_no_more(saved: House, token) -> None:
    take(saved, token, 100)
    next_month()
    assert left(saved, token) == LIMIT
    with refused("SavingsStandingOrderExceeded", saved.alice.number, LOAN, LIMIT, LIMIT + 1):
        take(saved, token, LIMIT + 1)
    take(saved, token, LIMIT)


def test_take__another_loan_or_member__nothing_allowed(saved: House, token) -> None:
    with refused("SavingsStandingOrderExceeded", saved.alice.number, LOAN + 1, 0, 1):
        take(saved, token, 1, loan=LOAN + 1)
    with refused("SavingsStandingOrderExceeded", saved.budi.number, LOAN, 0, 1):
        token.takeStanding(saved.budi.number, LOAN, 1, {"from": saved.writer})


def test_take__after_its_end__refused(saved: House, token) -> None:
    travel(YEAR + DAY)
    with refused("SavingsStandingOrderExceeded", saved.alice.number, LOAN, 0, 1):
        take(saved, token, 1)


def test_take__nothing__refused(saved: House, token) -> None:
    with refused("SavingsZeroAmount"):
        take(saved, token, 0)


def test_take__more_than_is_free__refused(saved: House, token) -> None:
    token.placeLien(*lien(token, saved.alice, 9, BALANCE - 50, nonce=2), {"from": saved.writer})
    with refused("SavingsInsufficient", saved.alice.number, 50, 51):
        take(saved, token, 51)
    take(saved, token, 50)


def test_take__no_writer__refused(saved: House, token) -> None:
    for sender in (saved.alice.account, saved.ketua.account, saved.admin):
        with refused("WriterRefused", sender.address):
            token.takeStanding(saved.alice.number, LOAN, 1, {"from": sender})


def test_take__recovered_signer__waits_thirty_days(saved: House, token) -> None:
    recover(saved, saved.alice, person("heir", 902))
    with refused("SavingsRecentlyRecovered"):
        take(saved, token, 1)
    travel(30 * DAY)
    take(saved, token, 1)


def test_set__again__replaces_but_forgets_nothing_taken(saved: House, token) -> None:
    take(saved, token, 200)
    tx = set_order(saved, token, 250, FOR_EVER, nonce=2)
    assert dict(tx.events["StandingOrderSet"]) == {
        "member": saved.alice.number,
        "loan": LOAN,
        "monthlyLimit": 250,
        "until": FOR_EVER,
    }
    assert tuple(token.standingOrderOf(saved.alice.number, LOAN)) == (250, FOR_EVER, 50)


def test_set__limit_of_zero__ends_it(saved: House, token) -> None:
    set_order(saved, token, 0, FOR_EVER, nonce=2)
    with refused("SavingsStandingOrderExceeded", saved.alice.number, LOAN, 0, 1):
        take(saved, token, 1)


def test_set__same_order_again__refused(saved: House, token) -> None:
    with refused("SavingsOrderSpent", saved.alice.number, 1):
        set_order(saved, token, LIMIT, FOR_EVER)


@pytest.mark.parametrize("changed", range(6))
def test_set__one_field_changed_after_signing__refused(saved: House, token, changed: int) -> None:
    order = list(standing_order(token, saved.alice, LOAN, LIMIT, FOR_EVER - 2, nonce=2, deadline=NEVER - 2))
    order[changed] = saved.budi.number if changed == 0 else order[changed] + 1
    with refused("SavingsOrderInvalid"):
        token.setStandingOrder(*order, {"from": account_at(saved.alice.signer)})


def test_set__signed_by_another__refused(saved: House, token) -> None:
    order = standing_order(token, saved.alice, LOAN, LIMIT, FOR_EVER, nonce=2, signer=saved.budi)
    with refused("SavingsOrderInvalid"):
        token.setStandingOrder(*order, {"from": saved.budi.account})


def test_set__after_its_deadline__refused(saved: House, token) -> None:
    deadline = now() - 1
    order = standing_order(token, saved.alice, LOAN, LIMIT, FOR_EVER, nonce=2, deadline=deadline)
    with refused("SavingsOrderExpired", deadline):
        token.setStandingOrder(*order, {"from": saved.budi.account})


def test_set__wajib__not_its_kind(saved: House) -> None:
    wajib = saved.SavingsWajib
    with refused("SavingsWrongKind"):
        wajib.setStandingOrder(
            *standing_order(wajib, saved.alice, LOAN, LIMIT, FOR_EVER), {"from": saved.budi.account}
        )
