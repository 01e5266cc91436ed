"""reverse (storno): two persons, at most what the slip credited, in 7 days, never what a lien holds."""

import brownie
import pytest

from rules.calendar import day_of_timestamp, timestamp_of_day
from tests.contracts.actors import DAY, KETUA, PENGURUS, TELLER, House, now, refused, travel
from tests.contracts.SavingsToken.savings import (
    UNSIGNED,
    deposit,
    lien,
    receipt_number,
    signed_storno,
    storno,
    transfers,
    withdrawal,
    word,
)

SLIP = 1 << 56 | 2025 << 40 | 44


@pytest.fixture
def sukarela(house: House):
    return house.SavingsSukarela


def reverse(house: House, token, member, amount: int, receipt: int = SLIP):
    """TellerDesk with the signatures of TELLER and KETUA."""
    wanted = storno(member.number, amount, receipt)
    return token.reverse(wanted, *signed_storno(house, token, wanted), {"from": house.writer})


def test_reverse__whole_slip__taken_back(house: House) -> None:
    for token in (house.SavingsWajib, house.SavingsSukarela):
        deposit(house, token, house.alice, 50_000, SLIP)
        tx = reverse(house, token, house.alice, 50_000)
        assert transfers(tx) == [(house.alice.signer, brownie.ZERO_ADDRESS, 50_000)]
        assert token.balanceOfMember(house.alice.number) == token.totalSupply() == 0


def test_reverse__in_parts__at_most_what_it_credited(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 700)
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    with refused("SavingsNotReversible", house.alice.number, SLIP, 1_000, 1_001):
        reverse(house, sukarela, house.alice, 1_001)
    reverse(house, sukarela, house.alice, 400)
    with refused("SavingsNotReversible", house.alice.number, SLIP, 600, 601):
        reverse(house, sukarela, house.alice, 601)
    reverse(house, sukarela, house.alice, 600)
    with refused("SavingsNotReversible", house.alice.number, SLIP, 0, 1):
        reverse(house, sukarela, house.alice, 1)
    assert sukarela.balanceOfMember(house.alice.number) == 700


def test_reverse__zero__refused(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    with refused("SavingsZeroAmount"):
        reverse(house, sukarela, house.alice, 0)


def test_reverse__no_writer__refused(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    wanted = storno(house.alice.number, 1_000, SLIP)
    for sender in (house.teller.account, house.ketua.account, house.admin):
        with refused("WriterRefused", sender.address):
            sukarela.reverse(wanted, *signed_storno(house, sukarela, wanted), {"from": sender})


def test_reverse__another_members_slip__refused(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    deposit(house, sukarela, house.budi, 1_000)
    with refused("SavingsNotReversible", house.budi.number, SLIP, 0, 1):
        reverse(house, sukarela, house.budi, 1)


def test_reverse__another_receipt_or_token__refused(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    deposit(house, house.SavingsWajib, house.alice, 1_000)
    with refused("SavingsNotReversible", house.alice.number, SLIP + 1, 0, 1):
        reverse(house, sukarela, house.alice, 1, SLIP + 1)
    with refused("SavingsNotReversible", house.alice.number, SLIP, 0, 1):
        reverse(house, house.SavingsWajib, house.alice, 1)


def test_reverse__payroll_credit__refused(house: House, sukarela) -> None:
    sukarela.depositBatch([word(house.alice.number, 1_000)], {"from": house.writer})
    for receipt in (0, SLIP):
        with refused("SavingsNotReversible"):
            reverse(house, sukarela, house.alice, 1, receipt)


def test_reverse__seventh_day__last_chance(house: House, sukarela) -> None:
    day = day_of_timestamp(deposit(house, sukarela, house.alice, 1_000, SLIP).timestamp)
    brownie.chain.sleep(timestamp_of_day(day + 8) - now() - 60)
    reverse(house, sukarela, house.alice, 400)
    travel(120)
    with refused("SavingsNotReversible", house.alice.number, SLIP, 0, 600):
        reverse(house, sukarela, house.alice, 600)
    assert sukarela.balanceOfMember(house.alice.number) == 600


def test_reverse__last_three_slips_only(house: House, sukarela) -> None:
    slips = [receipt_number() for _ in range(4)]
    for amount, slip in enumerate(slips, 1):
        deposit(house, sukarela, house.alice, amount * 1_000, slip)
    with refused("SavingsNotReversible", house.alice.number, slips[0], 0, 1_000):
        reverse(house, sukarela, house.alice, 1_000, slips[0])
    for amount, slip in enumerate(slips[1:], 2):
        reverse(house, sukarela, house.alice, amount * 1_000, slip)
    assert sukarela.balanceOfMember(house.alice.number) == 1_000


def test_reverse__withdrawn_meanwhile__never_below_zero(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    sukarela.withdraw(*withdrawal(sukarela, house.alice, 700), {"from": house.writer})
    with refused("SavingsInsufficient", house.alice.number, 300, 301):
        reverse(house, sukarela, house.alice, 301)
    reverse(house, sukarela, house.alice, 300)
    assert sukarela.balanceOfMember(house.alice.number) == 0


def test_reverse__lien__never_below(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    sukarela.placeLien(*lien(sukarela, house.alice, 7, 800), {"from": house.writer})
    with refused("SavingsInsufficient", house.alice.number, 200, 201):
        reverse(house, sukarela, house.alice, 201)
    reverse(house, sukarela, house.alice, 200)
    assert sukarela.balanceOfMember(house.alice.number) == 800


def test_reverse__greater_than_a_slip_can_remember__in_part(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 2**48, SLIP)
    with refused("SavingsNotReversible", house.alice.number, SLIP, 2**48 - 1, 2**48):
        reverse(house, sukarela, house.alice, 2**48)
    reverse(house, sukarela, house.alice, 2**48 - 1)
    assert sukarela.balanceOfMember(house.alice.number) == 1


def test_reverse__after_months__earlier_slips_stay_closed(house: House, sukarela) -> None:
    """The day of a slip is kept in 16 bits: it does not come back within any time that matters."""
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    for _ in range(20):
        travel(113 * DAY)
        for office, officer in ((TELLER, house.teller), (KETUA, house.ketua)):
            house.Authority.grantOffice(
                office, officer.signer, officer.number, now() + DAY, {"from": house.admin}
            )
        with refused("SavingsNotReversible", house.alice.number, SLIP, 0, 1):
            reverse(house, sukarela, house.alice, 1)


@pytest.fixture
def wanted(house: House, sukarela) -> tuple[int, ...]:
    """The storno of a slip of alice's."""
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    return storno(house.alice.number, 1_000, SLIP)


def send(house: House, token, wanted, signatures):
    return token.reverse(wanted, *signatures, {"from": house.writer})


def test_reverse__signed_by_one__refused(house: House, sukarela, wanted) -> None:
    """The writer itself cannot do without the second person, whichever is missing."""
    by_teller, by_ketua = signed_storno(house, sukarela, wanted)
    with refused("AuthorityNotHeld", TELLER, UNSIGNED[0]):
        send(house, sukarela, wanted, (UNSIGNED, by_ketua))
    with refused("AuthorityNotHeld", PENGURUS, UNSIGNED[0]):
        send(house, sukarela, wanted, (by_teller, UNSIGNED))
    for signatures in ((by_teller, (*by_ketua[:2], by_teller[2])), ((*by_teller[:2], b""), by_ketua)):
        with refused("AuthoritySignatureInvalid"):
            send(house, sukarela, wanted, signatures)


@pytest.mark.parametrize("who", ["ketua", "registrar", "pengawas"])
def test_reverse__first_is_no_teller__refused(house: House, sukarela, wanted, who: str) -> None:
    first = getattr(house, who)
    with refused("AuthorityNotHeld", TELLER, first.signer):
        send(house, sukarela, wanted, signed_storno(house, sukarela, wanted, first=first))


@pytest.mark.parametrize("who", ["teller", "registrar", "pengawas"])
def test_reverse__second_is_no_pengurus__refused(house: House, sukarela, wanted, who: str) -> None:
    second = getattr(house, who)
    with refused("AuthorityNotHeld", PENGURUS, second.signer):
        send(house, sukarela, wanted, signed_storno(house, sukarela, wanted, second=second))


def test_reverse__one_person_with_both_offices__refused(house: House, sukarela, wanted) -> None:
    ketua = house.ketua
    house.Authority.grantOffice(TELLER, ketua.signer, ketua.number, now() + 100, {"from": house.admin})
    with refused("AuthoritySamePerson", ketua.number):
        send(house, sukarela, wanted, signed_storno(house, sukarela, wanted, first=ketua))


def test_reverse__anything_else_than_signed__refused(house: House, sukarela, wanted) -> None:
    """Member, amount, original, receipt, channel, day and token are in what two persons signed."""
    signatures = signed_storno(house, sukarela, wanted)
    deposit(house, house.SavingsWajib, house.alice, 1_000, SLIP)
    for at in range(len(wanted)):
        changed = (*wanted[:at], wanted[at] + 1, *wanted[at + 1 :])
        with refused("AuthoritySignatureInvalid"):
            send(house, sukarela, changed, signatures)
    with refused("AuthoritySignatureInvalid"):
        send(house, house.SavingsWajib, wanted, signatures)
    send(house, sukarela, wanted, signatures)


def test_reverse__signatures_used_before__refused(house: House, sukarela, wanted) -> None:
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    signatures = signed_storno(house, sukarela, wanted)
    send(house, sukarela, wanted, signatures)
    with refused("AuthorityActionSpent"):
        send(house, sukarela, wanted, signatures)
    assert sukarela.balanceOfMember(house.alice.number) == 1_000


def test_reverse__expired_signature__refused(house: House, sukarela, wanted) -> None:
    deadline = now() - 1
    with refused("AuthoritySignatureExpired", deadline):
        send(house, sukarela, wanted, signed_storno(house, sukarela, wanted, deadline=deadline))
