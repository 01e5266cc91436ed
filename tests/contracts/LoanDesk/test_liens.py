"""disburse with savings behind the loan: liens by the member's own order, in the token pledged."""

import pytest

from rules.types import SavingsKind
from tests.contracts.actors import House, refused
from tests.contracts.lending import product
from tests.contracts.office import NO_ORDER, Terms, acceptances, disburse, lend, offer
from tests.contracts.SavingsToken.savings import lien

WAJIB, SUKARELA = int(SavingsKind.WAJIB), int(SavingsKind.SUKARELA)
GOOD = Terms(7, 101, pledges=((101, SUKARELA, 600_000), (103, WAJIB, 50_000), (103, SUKARELA, 1_000_000)))


def test_disburse__pledged_savings__held_in_their_tokens(office: House) -> None:
    lend(office, GOOD)
    assert office.SavingsSukarela.lienOf(101, 7)[0] == 600_000
    assert office.SavingsWajib.lienOf(103, 7)[0] == 50_000
    assert office.SavingsSukarela.lienOf(103, 7)[0] == 1_000_000
    assert office.SavingsWajib.lienOf(101, 7)[0] == 0
    assert office.SavingsSukarela.availableOf(101) == 400_000
    assert office.SavingsSukarela.availableOf(103) == office.SavingsWajib.availableOf(103) == 0


def test_disburse__own_pledge__needs_the_lien_order_only(office: House) -> None:
    """The borrower signed the terms once; a guarantor's pledge needs a signature of its own for each."""
    terms = GOOD.but(pledges=((101, SUKARELA, 600_000),))
    offer(office, terms)
    borrower, own = acceptances(office, terms)
    disburse(office, terms, accepted=[borrower, (0, b"", *own[2:])])
    assert office.SavingsSukarela.lienOf(101, 7)[0] == 600_000


def test_disburse__guarantor_orders_the_lien_but_accepts_nothing__refused(office: House) -> None:
    offer(office, GOOD)
    accepted = acceptances(office, GOOD)
    accepted[2] = (0, b"", *accepted[2][2:])
    with refused("DeskAcceptanceExpired", 0):
        disburse(office, GOOD, accepted=accepted)


@pytest.mark.parametrize(
    ("pledge", "available"), [((101, SUKARELA, 1_000_001), 1_000_000), ((103, WAJIB, 50_001), 50_000)]
)
def test_disburse__lien_beyond_the_balance__refused(
    office: House, pledge: tuple[int, int, int], available: int
) -> None:
    terms = GOOD.but(pledges=(pledge,))
    offer(office, terms)
    with refused("SavingsInsufficient", pledge[0], available, pledge[2]):
        disburse(office, terms)
    assert office.LoanBook.runningLoansOf(101) == 0


def test_disburse__savings_pledged_twice__only_what_is_free(office: House) -> None:
    lend(office, GOOD)
    again = GOOD.but(loan=8, pledges=((101, SUKARELA, 400_001),))
    offer(office, again)
    with refused("SavingsInsufficient", 101, 400_000, 400_001):
        disburse(office, again)


@pytest.mark.parametrize(
    "wrong", ["another amount", "another loan", "another member", "another token", "none"]
)
def test_disburse__lien_not_ordered_as_pledged__refused(office: House, wrong: str) -> None:
    terms = GOOD.but(pledges=((103, SUKARELA, 1_000),))
    token, citra = office.SavingsSukarela, office.citra
    order = {
        "another amount": lien(token, citra, 7, 999)[3:],
        "another loan": lien(token, citra, 8, 1_000)[3:],
        "another member": lien(token, office.dewi, 7, 1_000)[3:],
        "another token": lien(office.SavingsWajib, citra, 7, 1_000)[3:],
        "none": NO_ORDER,
    }[wrong]
    offer(office, terms)
    accepted = acceptances(office, terms)
    accepted[1] = (*accepted[1][:2], *order)
    with refused("SavingsOrderExpired" if wrong == "none" else "SavingsOrderInvalid"):
        disburse(office, terms, accepted=accepted)


@pytest.mark.parametrize(("allowed", "used"), [(1, 6), (2, 6), (4, 6), (8, 6)])
def test_offer__security_that_the_product_does_not_take__refused(
    office: House, allowed: int, used: int
) -> None:
    office.LoanPolicy.setProduct(1, product(0, collateral=allowed), {"from": office.admin})
    field = b"collateral".ljust(32, b"\0")
    with refused("PolicyTermsRefused", 1, field, used):
        offer(office, GOOD)
