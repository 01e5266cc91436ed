"""exitMember: on their order, all savings of a member without running loans become payable to them."""

import pytest

from rules.types import LoanMethod, SlipKind
from tests.contracts.actors import NEVER, House, action, refused, today, typed_digest
from tests.contracts.MemberRegistry.orders import exit_order
from tests.contracts.office import BANK, Slip, Terms, exit_member, lend, receive


def test_exit_member__no_loans__everything_payable(office: House) -> None:
    before = office.Treasury.channelTotal(BANK)

    receipt = exit_member(office, office.alice)

    (event,) = receipt.events["MemberExited"]
    assert dict(event) == {
        "member": 101,
        "pokok": 100_000,
        "wajib": 50_000,
        "sukarela": 1_000_000,
        "bookDay": today(),
    }
    assert office.SavingsPayable.balanceOfMember(101) == 1_150_000
    assert not any(
        office.contracts[name].balanceOfMember(101)
        for name in ("SavingsPokok", "SavingsWajib", "SavingsSukarela")
    )
    assert office.MemberRegistry.memberOf(101)["status"] == 4
    assert office.Treasury.channelTotal(BANK) == before


def test_exit_member__twice__refused(office: House) -> None:
    exit_member(office, office.alice)
    with refused("AuthorityActionSpent"):
        exit_member(office, office.alice)
    ordered = exit_order(office, office.alice)
    signed = office.countersign(
        office.bendahara, office.TellerDesk, action("exit", ["uint32", "uint32"], [101, today()]), NEVER - 1
    )
    with refused("RegistryWrongStatus"):
        office.TellerDesk.exitMember(101, today(), ordered, signed, {"from": office.teller.account})


def test_exit_member__running_loan__refused_until_paid(office: House) -> None:
    lend(office, Terms(7, 101, principal=1_000_000, method=LoanMethod.DECLINING))
    with refused("TellerHasLoans", 101):
        exit_member(office, office.alice)
    receive(office, Slip(101, SlipKind.PELUNASAN, 1_010_000, loan=7))
    exit_member(office, office.alice)


def test_exit_member__savings_under_lien__refused(office: House) -> None:
    digest = typed_digest(
        "Simpanan Wajib",
        office.SavingsWajib.address,
        "Lien(uint32 member,uint32 loan,uint64 amount,uint256 nonce,uint256 deadline)",
        {"member": 101, "loan": 7, "amount": 30_000, "nonce": 1, "deadline": NEVER},
    )
    writer = {"from": office.writer}
    office.SavingsWajib.placeLien(101, 7, 30_000, 1, NEVER, office.alice.sign(digest), writer)
    with refused("TellerSavingsHeld", 101, 1, 30_000):
        exit_member(office, office.alice)
    office.SavingsWajib.releaseLien(101, 7, 30_000, writer)
    exit_member(office, office.alice)


def test_exit_member__future_day__refused(office: House) -> None:
    with refused("TreasuryDayInFuture"):
        exit_member(office, office.alice, today() + 1)


def test_exit_member__another_member_than_signed__refused(office: House) -> None:
    ordered = exit_order(office, office.budi)
    signed = office.countersign(
        office.ketua, office.TellerDesk, action("exit", ["uint32", "uint32"], [101, today()])
    )
    with refused("AuthoritySignatureInvalid"):
        office.TellerDesk.exitMember(102, today(), ordered, signed, {"from": office.teller.account})


def test_exit_member__not_a_teller__refused(office: House) -> None:
    ordered = exit_order(office, office.alice)
    signed = office.countersign(
        office.ketua, office.TellerDesk, action("exit", ["uint32", "uint32"], [101, today()])
    )
    with refused("AccessManagedUnauthorized"):
        office.TellerDesk.exitMember(101, today(), ordered, signed, {"from": office.sekretaris.account})


@pytest.mark.parametrize("signer", ["ketua", "teller", "budi"])
def test_exit_member__without_the_members_order__refused(office: House, signer: str) -> None:
    """Two officers alone take no vote away."""
    with refused("RegistryOrderInvalid"):
        exit_member(office, office.alice, signer=getattr(office, signer))
    assert office.MemberRegistry.memberOf(101)["status"] == 2
    assert office.SavingsSukarela.balanceOfMember(101) == 1_000_000


def test_exit_member__passkey__on_its_order(office: House) -> None:
    exit_member(office, office.citra)
    assert office.MemberRegistry.memberOf(103)["status"] == 4
