"""payOut: anyone, in batches; each share once; a bad one is skipped with its reason."""

import brownie
import pytest

from tests.contracts.actors import House, person, refused, today
from tests.contracts.office import events, exit_member, order, storno, withdrawal
from tests.contracts.SurplusDistributor.surplus import (
    ABOVE_UNPAID,
    ALREADY_PAID,
    NO_MEMBER,
    PAYABLE,
    SHARES,
    SUKARELA,
    WRONG_PROOF,
    YEAR,
    ZERO_AMOUNT,
    Surplus,
    allocate,
    mark,
    pay_out,
    saved,
    unpaid,
)


@pytest.fixture
def surplus(office: House) -> Surplus:
    surplus = Surplus()
    allocate(office, surplus)
    return surplus


def refusals(receipt: object) -> list[tuple[int, int, int]]:
    """Member, index and reason."""
    return [(one["member"], one["index"], one["reason"]) for one in events(receipt, "ShareRefused")]


def test_pay_out__all__in_savings(office: House, surplus: Surplus) -> None:
    before = {member: saved(office, member) for member in SHARES}
    receipt = pay_out(office, [surplus.share(member) for member in SHARES])

    assert {member: saved(office, member) - before[member] for member in SHARES} == SHARES
    assert (unpaid(office), office.SurplusDistributor.unpaidTotal()) == (0, 0)
    assert [dict(event) for event in receipt.events["SharePaid"]] == [
        {
            "year": YEAR,
            "member": member,
            "receipt": mark(member),
            "kind": SUKARELA,
            "amount": amount,
            "bookDay": today(),
        }
        for member, amount in SHARES.items()
    ]
    assert refusals(receipt) == []


def test_pay_out__in_parts_and_any_order__each_once(office: House, surplus: Surplus) -> None:
    pay_out(office, [surplus.share(105), surplus.share(101)])
    assert unpaid(office) == 300_000
    assert [office.SurplusDistributor.isPaid(YEAR, member) for member in SHARES] == [1, 0, 0, 0, 1]
    receipt = pay_out(office, [surplus.share(member) for member in (101, 102, 105, 102, 103, 104)])
    assert refusals(receipt) == [(101, 0, ALREADY_PAID), (105, 2, ALREADY_PAID), (102, 3, ALREADY_PAID)]
    assert unpaid(office) == 0


def test_pay_out__members_of_several_words__each_once(office: House) -> None:
    """Back and forth between two words of Treasury's receipts; 511 and 512 are REGISTERED only."""
    people = [person(f"far {number}", number) for number in (511, 512, 513)]
    office.register(people)
    surplus = Surplus(shares={101: 400_000, 511: 100_000, 512: 100_000, 104: 400_000})
    allocate(office, surplus)
    receipt = pay_out(office, [surplus.share(member) for member in (101, 512, 104, 511, 101)])
    assert refusals(receipt) == [(512, 1, NO_MEMBER), (511, 3, NO_MEMBER), (101, 4, ALREADY_PAID)]
    assert unpaid(office) == 200_000


def test_pay_out__a_bad_one__the_others_are_paid(office: House, surplus: Surplus) -> None:
    stolen = (106, SHARES[101], surplus.share(101)[2])
    batch = [surplus.share(101, 300_001), stolen, surplus.share(102, 0), surplus.share(104)]
    receipt = pay_out(office, batch)
    assert refusals(receipt) == [(101, 0, WRONG_PROOF), (106, 1, WRONG_PROOF), (102, 2, ZERO_AMOUNT)]
    assert [event["member"] for event in receipt.events["SharePaid"]] == [104]
    assert unpaid(office) == 900_000


def test_pay_out__member_who_left__payable_to_them(office: House, surplus: Surplus) -> None:
    exit_member(office, office.dewi)
    owed = office.SavingsPayable.balanceOfMember(104)
    receipt = pay_out(office, [surplus.share(104), surplus.share(101)])
    assert [(event["member"], event["kind"]) for event in receipt.events["SharePaid"]] == [
        (104, PAYABLE),
        (101, SUKARELA),
    ]
    assert office.SavingsPayable.balanceOfMember(104) == owed + 100_000
    slip = withdrawal(office.dewi, owed + 100_000)
    signed = order(office.dewi, office.SavingsPayable, slip)
    office.TellerDesk.payPayable(slip.word, signed, {"from": office.teller.account})


def test_pay_out__suspended__in_savings(office: House, surplus: Surplus) -> None:
    office.MemberRegistry.suspend(102, {"from": office.admin})
    before = saved(office, 102)
    pay_out(office, [surplus.share(102)])
    assert saved(office, 102) == before + SHARES[102]


def test_pay_out__number_without_a_member__stays_owed(office: House) -> None:
    surplus = Surplus(shares={9_999: 1_000_000})
    allocate(office, surplus)
    assert refusals(pay_out(office, [surplus.share(9_999)])) == [(9_999, 0, NO_MEMBER)]
    assert unpaid(office) == 1_000_000


def test_pay_out__tree_of_more_than_the_pot__never_more_than_it(office: House) -> None:
    surplus = Surplus(shares={101: 600_000, 102: 600_000, 103: 400_000})
    allocate(office, surplus)
    receipt = pay_out(office, [surplus.share(member) for member in (101, 102, 103)])
    assert refusals(receipt) == [(102, 1, ABOVE_UNPAID)]
    assert unpaid(office) == 0
    assert not office.SurplusDistributor.isPaid(YEAR, 102)


def test_pay_out__tree_of_less_than_the_pot__rest_stays_owed(office: House) -> None:
    surplus = Surplus(shares={101: 600_000})
    allocate(office, surplus)
    pay_out(office, [surplus.share(101)])
    assert office.SurplusDistributor.unpaidTotal() == 400_000


def test_pay_out__only_member__an_empty_proof(office: House) -> None:
    surplus = Surplus(shares={101: 1_000_000})
    allocate(office, surplus)
    assert surplus.share(101)[2] == []
    pay_out(office, [surplus.share(101)])
    assert unpaid(office) == 0


def test_pay_out__year_not_allocated__refused(office: House, surplus: Surplus) -> None:
    with refused("SurplusYearUnknown", YEAR - 1):
        pay_out(office, [surplus.share(101)], YEAR - 1)


def test_pay_out__nothing__nothing(office: House, surplus: Surplus) -> None:
    assert len(pay_out(office, []).events) == 0


def test_pay_out__two_years__apart(office: House, surplus: Surplus) -> None:
    before = saved(office, 101)
    earlier = Surplus(year=YEAR - 1)
    allocate(office, earlier)
    assert office.SurplusDistributor.unpaidTotal() == 2_000_000
    assert refusals(pay_out(office, [surplus.share(101)], YEAR - 1)) == [(101, 0, WRONG_PROOF)]
    pay_out(office, [earlier.share(101)], YEAR - 1)
    assert (unpaid(office), unpaid(office, YEAR - 1)) == (1_000_000, 700_000)
    pay_out(office, [surplus.share(101)])
    assert saved(office, 101) == before + 600_000


def test_pay_out__storno_of_a_share__refused(office: House, surplus: Surplus) -> None:
    """A share is no teller's slip: nobody takes it back."""
    pay_out(office, [surplus.share(101)])
    slip = withdrawal(office.alice, SHARES[101]).but(kind=2)
    with refused("SavingsNotReversible"):
        storno(office, slip, mark(101))


def test_is_share__as_in_the_tree(office: House, surplus: Surplus) -> None:
    desk = office.SurplusDistributor
    pay_out(office, [surplus.share(101)])
    assert desk.isShare(YEAR, surplus.share(101))
    assert desk.isShare(YEAR, surplus.share(102))
    assert not desk.isShare(YEAR, surplus.share(102, 200_000))
    with brownie.reverts():
        desk.isShare(YEAR - 1, surplus.share(101))


def test_is_share__trees_of_every_size__every_member(office: House) -> None:
    """One to nine leaves: also those with an odd one that moves up."""
    desk = office.SurplusDistributor
    for size in range(1, 10):
        shares = {100 + number: 1_000 * number for number in range(1, size + 1)}
        total = sum(shares.values())
        year = YEAR - size
        surplus = Surplus(year=year, shares=shares, total=total, pots=((2310, total),))
        allocate(office, surplus)
        assert all(desk.isShare(year, surplus.share(member)) for member in shares)
        assert not any(desk.isShare(year, surplus.share(member, 999)) for member in shares)
