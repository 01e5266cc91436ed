"""disburse: exactly the offered terms, accepted by the borrower and the guarantor, paid out once."""

import dataclasses
from typing import Any

import pytest

from rules.receipts import Series
from rules.types import SlipKind
from tests.contracts import actors
from tests.contracts.actors import (
    DAY,
    NEVER,
    House,
    contract_type,
    now,
    person,
    refused,
    today,
    travel,
)
from tests.contracts.lending import product
from tests.contracts.LoanDesk.orders import recover
from tests.contracts.MemberRegistry.orders import change_signer
from tests.contracts.office import (
    BANK,
    KAS,
    STABLECOIN,
    Terms,
    acceptance,
    acceptances,
    deposit,
    disburse,
    exit_member,
    guarantors,
    lend,
    offer,
)

GOOD = Terms(7, 101, pledges=guarantors(103))


@pytest.mark.parametrize("channel", [KAS, BANK])
def test_disburse__accepted__cash_out_and_loan_started(office: House, channel: int) -> None:
    cash = office.Treasury.channelTotal(channel)
    offer(office, GOOD)

    receipt = disburse(office, GOOD, channel)

    assert office.Treasury.channelTotal(channel) == cash - 12_000_000
    assert office.Treasury.isReceiptUsed(Series.LOAN << 56 | 7)
    loan = office.LoanBook.loanOf(7)
    assert (loan["borrower"], loan["principal"]) == (101, 12_000_000)
    assert [tuple(pledge) for pledge in office.LoanBook.pledgesOf(7)] == list(GOOD.pledges)
    (started,) = receipt.events["LoanStarted"]
    assert tuple(started["payout"]) == (12_000_000, 0, channel, today())
    assert office.LoanDesk.offerOf(7)[2] == office.LoanBook.undrawnOf(7) == 0


def test_disburse__fee__kept_back(office: House) -> None:
    cash, terms = office.Treasury.channelTotal(BANK), GOOD.but(fee=120_000)
    lend(office, terms)
    assert office.Treasury.channelTotal(BANK) == cash - 11_880_000
    assert office.LoanBook.outstandingOf(7) == 12_000_000


def test_disburse__product_changed_since__conditions_of_the_offer(office: House) -> None:
    """A meeting that raises the penalty cannot raise it for those who accepted before."""
    offer(office, GOOD)
    raised = product(0, penalty_bps=4_000, penalty_cap_bps=4_000, offered=False)
    office.LoanPolicy.setProduct(1, raised, {"from": office.admin})
    (started,) = disburse(office, GOOD).events["LoanStarted"]
    assert tuple(started["conditions"]) == (0, 0, 0, 0)


def test_disburse__product_with_penalty__conditions_kept_by_the_book(office: House) -> None:
    terms = product(0, penalty_bps=1_200, penalty_cap_bps=500, waterfall=1, rounding_exponent=3)
    office.LoanPolicy.setProduct(1, terms, {"from": office.admin})
    (started,) = lend(office, GOOD).events["LoanStarted"]
    assert tuple(started["conditions"]) == (1_200, 500, 1, 3)


def test_disburse__passkey_borrower_without_guarantor__started(office: House) -> None:
    lend(office, Terms(7, 103))
    assert office.LoanBook.runningLoansOf(103) == 1


def test_disburse__twice__refused(office: House) -> None:
    lend(office, GOOD)
    with refused("DeskNoOffer", 7):
        disburse(office, GOOD)


def test_disburse__never_offered__refused(office: House) -> None:
    with refused("DeskNoOffer", 7):
        disburse(office, GOOD)


@pytest.mark.parametrize(
    "change",
    [
        {"principal": 12_000_001},
        {"rate_bps": 1_201},
        {"months": 13},
        {"method": 1},
        {"fee": 1},
        {"grace_months": 1},
        {"product": 2},
        {"refinances": 6},
        {"pledges": guarantors(104)},
        {"pledges": ((103, 2, 1),)},
        {"pledges": ()},
        {"borrower": 104},
        {"document": b"\x01" * 32},
    ],
)
def test_disburse__other_terms_than_offered__refused(office: House, change: dict[str, object]) -> None:
    offer(office, GOOD)
    with refused("DeskTermsChanged"):
        disburse(office, GOOD.but(**change))


def test_disburse__offer_expired__refused(office: House) -> None:
    offer(office, GOOD)
    travel(30 * DAY + 1)
    with refused("DeskOfferExpired"):
        disburse(office, GOOD)


def test_disburse__acceptance_expired__refused(office: House) -> None:
    offer(office, GOOD)
    deadline = now() - 1
    with refused("DeskAcceptanceExpired", deadline):
        disburse(office, GOOD, deadline=deadline)


@pytest.mark.parametrize("number", [101, 103])
def test_disburse__signed_by_another__refused(office: House, number: int) -> None:
    offer(office, GOOD)
    with refused("DeskAcceptanceInvalid"):
        disburse(office, GOOD, signed={number: acceptance(office, office.dewi, GOOD)})
    with refused("DeskAcceptanceInvalid"):
        disburse(office, GOOD, signed={number: (NEVER, b"\x00")})


@pytest.mark.parametrize("count", [0, 1, 3])
def test_disburse__acceptances_of_others_than_the_parties__refused(office: House, count: int) -> None:
    offer(office, GOOD)
    accepted = (acceptances(office, GOOD) * 2)[:count]
    with refused("DeskAcceptancesMissing", 2, count):
        disburse(office, GOOD, accepted=accepted)


def test_disburse__guarantor_in_the_borrowers_place__refused(office: House) -> None:
    offer(office, GOOD)
    with refused("DeskAcceptanceInvalid"):
        disburse(office, GOOD, accepted=acceptances(office, GOOD)[::-1])


@pytest.mark.parametrize("number", [101, 103])
def test_disburse__accepted_other_terms__refused(office: House, number: int) -> None:
    """Terms that change after an acceptance lapse it."""
    offer(office, GOOD)
    other = GOOD.but(document=b"\x01" * 32)
    with refused("DeskAcceptanceInvalid"):
        disburse(office, GOOD, signed={number: acceptance(office, office.member(number), other)})


def test_disburse__acceptance_of_another_loan__refused(office: House) -> None:
    lend(office, GOOD)
    other = GOOD.but(loan=8)
    offer(office, other)
    with refused("DeskAcceptanceInvalid"):
        disburse(office, other, accepted=acceptances(office, GOOD))


def test_disburse__acceptance_for_another_contract__refused(office: House) -> None:
    offer(office, GOOD)
    signed = acceptance(office, office.alice, GOOD, desk=office.TellerDesk)
    with refused("DeskAcceptanceInvalid"):
        disburse(office, GOOD, signed={101: signed})


def test_disburse__acceptance_for_another_chain__refused(
    office: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(office, GOOD)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(actors, "CHAIN_ID", 137)
        signed = acceptance(office, office.alice, GOOD)
    with refused("DeskAcceptanceInvalid"):
        disburse(office, GOOD, signed={101: signed})


def test_disburse__accepted_for_another_deadline__refused(office: House) -> None:
    offer(office, GOOD)
    _, signature = acceptance(office, office.alice, GOOD, now() + DAY)
    with refused("DeskAcceptanceInvalid"):
        disburse(office, GOOD, signed={101: (now() + 2 * DAY, signature)})


@pytest.mark.parametrize("drawn", [0, 12_000_001, 120_000, 119_999])
def test_disburse__more_than_agreed_or_nothing_paid_out__refused(office: House, drawn: int) -> None:
    terms = GOOD.but(fee=120_000)
    offer(office, terms)
    with refused("DeskDrawInvalid", 7, 12_000_000, drawn):
        disburse(office, terms, drawn=drawn)


@pytest.mark.parametrize("who", ["alice", "citra"])
def test_disburse__party_left_since__refused(office: House, who: str) -> None:
    offer(office, GOOD)
    member = office.members[who]
    exit_member(office, member)
    with refused("DeskMemberStatus", member.number, 4):
        disburse(office, GOOD)


def test_disburse__more_than_the_channel_holds__refused(office: House) -> None:
    terms = GOOD.but(principal=10**12)
    offer(office, terms, approvers=[office.sekretaris, office.pengawas])
    with refused("TreasuryInsufficientCash"):
        disburse(office, terms)
    assert office.LoanDesk.offerOf(7)[2] != 0


def test_disburse__future_day__refused(office: House) -> None:
    offer(office, GOOD)
    with refused("TreasuryDayInFuture"):
        disburse(office, GOOD, day=today() + 1)


def test_disburse__number_used_before__refused(office: House) -> None:
    """A loan's receipt number cannot be used twice, whatever became of the loan."""
    office.Treasury.useReceipt(Series.LOAN << 56 | 7, today(), {"from": office.writer})
    offer(office, GOOD)
    with refused("TreasuryReceiptUsed"):
        disburse(office, GOOD)


def test_disburse__stablecoin_that_is_not_there__refused(office: House) -> None:
    offer(office, GOOD)
    with refused("TreasuryInsufficientCash"):
        disburse(office, GOOD, STABLECOIN)


def test_disburse__stablecoin__owed_to_the_borrowers_account(office: House) -> None:
    offer(office, GOOD)
    office.Treasury.setStablecoin(coin(office), {"from": office.admin})
    slip = deposit(office.alice, SlipKind.SETOR_SUKARELA, 12_000_000)
    office.TellerDesk.depositStablecoin(slip.word, {"from": office.alice.account})
    disburse(office, GOOD, STABLECOIN)
    assert office.Treasury.payoutOf(office.alice.signer) == 12_000_000


def coin(office: House) -> Any:
    """A stablecoin of which alice has enough for a loan, and has approved it."""
    token = contract_type("MockStablecoin").deploy(18, {"from": office.deployer})
    token.mint(office.alice.signer, 12_000_000 * 10**18, {"from": office.deployer})
    token.approve(office.Treasury, 12_000_000 * 10**18, {"from": office.alice.account})
    return token


def test_disburse__stablecoin_to_a_passkey__refused(office: House) -> None:
    terms = GOOD.but(borrower=103, pledges=())
    offer(office, terms)
    with refused("DeskNoPayee", 103):
        disburse(office, terms, STABLECOIN)
    disburse(office, terms, BANK)


def test_disburse__stablecoin_to_a_changed_signer__refused(office: House) -> None:
    terms, new_key = GOOD.but(pledges=()), person("alice's new key", 901)
    offer(office, terms)
    change_signer(office, 101, office.alice, new_key)
    signed = acceptance(office, dataclasses.replace(new_key, number=101), terms)
    with refused("DeskNoPayee", 101):
        disburse(office, terms, STABLECOIN, signed={101: signed})
    disburse(office, terms, BANK, signed={101: signed})


def test_disburse__stablecoin_to_a_recovered_signer__refused(office: House) -> None:
    terms = GOOD.but(pledges=())
    new_key, _ = recover(office, 101)
    travel(31 * DAY)
    offer(office, terms)
    signed = acceptance(office, new_key, terms)
    with refused("DeskNoPayee", 101):
        disburse(office, terms, STABLECOIN, signed={101: signed})
    disburse(office, terms, BANK, signed={101: signed})


@pytest.mark.parametrize("who", ["ketua", "alice"])
def test_disburse__not_a_teller__refused(office: House, who: str) -> None:
    offer(office, GOOD)
    with refused("AccessManagedUnauthorized"):
        disburse(office, GOOD, sender=getattr(office, who))


@pytest.mark.parametrize("number", [101, 103])
def test_disburse__signer_recovered__not_for_30_days(office: House, number: int) -> None:
    """Two officers who recover a signer cannot borrow, or pledge a guarantee, in a member's name at once."""
    new_key, at = recover(office, number)
    signed = {number: acceptance(office, new_key, GOOD)}
    travel(at + 30 * DAY - now() - 60)
    offer(office, GOOD)
    with refused("DeskRecentlyRecovered", number, at + 30 * DAY):
        disburse(office, GOOD, signed=signed)
    travel(60)
    disburse(office, GOOD, signed=signed)
