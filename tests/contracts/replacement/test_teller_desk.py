"""A new TellerDesk after 30 days: nothing is forgotten, nothing can be done twice, the old one stops."""

from typing import Any

import pytest

from rules.types import SavingsKind, SlipKind
from scripts.deployment_plan import WRITERS
from tests.contracts.actors import (
    DAY,
    NEVER,
    POKOK,
    House,
    contract_type,
    now,
    refused,
    today,
    travel,
    typed_digest,
)
from tests.contracts.office import (
    Slip,
    Terms,
    deposit,
    exit_member,
    lend,
    order,
    payroll,
    payroll_receipt,
    post,
    receive,
    row,
    slip_number,
    storno,
    token,
    withdrawal,
)

NOTICE = 30 * DAY


@pytest.fixture
def slips(office: House) -> dict[str, Any]:
    """What happened at the old desk: deposits, a withdrawal, a loan with a payment, a payroll, a lien."""
    done = {
        "deposit": deposit(office.alice, SlipKind.SETOR_SUKARELA, 70_000),
        "withdrawal": withdrawal(office.alice, 20_000),
        "instalment": Slip(102, SlipKind.ANGSURAN, 500_000, loan=7),
    }
    lend(office, Terms(7, 102))
    receive(office, done["deposit"])
    done["order"] = order(office.alice, office.SavingsSukarela, done["withdrawal"])
    office.TellerDesk.paySlip(done["withdrawal"].word, done["order"], {"from": office.teller.account})
    receive(office, done["instalment"])
    done["rows"] = [row(1, 101, wajib=50_000), row(2, 102, loan=7, angsuran=1_000)]
    payroll(office, 202501, done["rows"])
    digest = typed_digest(
        "Simpanan Sukarela",
        office.SavingsSukarela.address,
        "Lien(uint32 member,uint32 loan,uint64 amount,uint256 nonce,uint256 deadline)",
        {"member": 102, "loan": 7, "amount": 400_000, "nonce": 9, "deadline": NEVER},
    )
    signature = office.budi.sign(digest)
    office.SavingsSukarela.placeLien(102, 7, 400_000, 9, NEVER, signature, {"from": office.writer})
    return done


@pytest.fixture
def new_desk(office: House, slips: dict[str, Any]) -> Any:
    """Decided by ADMIN: writes from 30 days on, when the old one's term ends."""
    send = {"from": office.admin}
    old = office.TellerDesk
    tokens = [token(office, SavingsKind(kind)) for kind in range(4)]
    desk = contract_type("TellerDesk").deploy(
        office.Authority, office.MemberRegistry, office.Treasury, tokens, POKOK, {"from": office.deployer}
    )
    office.schedule("TellerDesk", desk)
    change = now() + NOTICE + DAY
    for target, writers in WRITERS.items():
        if "TellerDesk" in writers:
            contract = office.contracts[target]
            contract.setWriter(desk, change, 0, send)
            contract.setWriter(old, contract.writerTerm(old)[0], change, send)
    return desk


def replace_desk(office: House, desk: Any, monkeypatch: pytest.MonkeyPatch, wait: int = NOTICE + DAY) -> Any:
    """The day comes: the house works with the new desk. Returns the old one."""
    travel(wait)
    office.enact("TellerDesk")
    old = office.TellerDesk
    monkeypatch.setitem(office.contracts, "TellerDesk", desk)
    return old


def test_new_desk__before_its_time__cannot_write_and_old_can(office: House, new_desk: Any) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 5)
    with refused("WriterRefused", new_desk.address):
        new_desk.receiveSlip(slip.word, {"from": office.teller.account})
    receive(office, slip)


def test_new_desk__sooner_than_30_days__refused(office: House, new_desk: Any) -> None:
    with refused("WriterTermTooSoon"):
        office.Treasury.setWriter(new_desk, now() + NOTICE - DAY, 0, {"from": office.admin})


def test_old_desk__term_over__stops(office: House, new_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    old = replace_desk(office, new_desk, monkeypatch)
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 5)
    with refused("WriterRefused", old.address):
        old.receiveSlip(slip.word, {"from": office.teller.account})
    out = withdrawal(office.alice, 5)
    with refused("WriterRefused", old.address):
        signed = order(office.alice, office.SavingsSukarela, out)
        old.paySlip(out.word, signed, {"from": office.teller.account})
    receipt = post(office, [slip], desk=old)
    assert receipt.events["SlipRefused"]["receipt"] == slip.receipt
    receive(office, slip)


def test_new_desk__knows_balances_and_used_numbers(
    office: House, new_desk: Any, slips: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_desk(office, new_desk, monkeypatch)
    assert office.SavingsSukarela.balanceOfMember(101) == 1_050_000
    for name in ("deposit", "instalment"):
        with refused("TreasuryReceiptUsed", slips[name].receipt):
            receive(office, slips[name].but(day=None))
    receipt = payroll(office, 202501, slips["rows"])
    assert len(receipt.events["PayrollRowRefused"]) == 2
    assert "PayrollPosted" not in receipt.events
    assert office.Treasury.isReceiptUsed(payroll_receipt(202501, 2))


def test_new_desk__knows_spent_orders(
    office: House, new_desk: Any, slips: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_desk(office, new_desk, monkeypatch)
    again = slips["withdrawal"].but(receipt=slip_number(), day=None)
    with refused("SavingsOrderSpent"):
        office.TellerDesk.paySlip(again.word, slips["order"], {"from": office.teller.account})


def test_new_desk__knows_liens(
    office: House, new_desk: Any, slips: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_desk(office, new_desk, monkeypatch)
    slip = withdrawal(office.budi, 600_001)
    with refused("SavingsInsufficient", 102, 600_000, 600_001):
        signed = order(office.budi, office.SavingsSukarela, slip)
        office.TellerDesk.paySlip(slip.word, signed, {"from": office.teller.account})


def test_new_desk__knows_loans(
    office: House, new_desk: Any, slips: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_desk(office, new_desk, monkeypatch)
    before = office.LoanBook.loanOf(7)
    assert before["principalPaid"] + before["interestPaid"] == 501_000
    with refused("TellerHasLoans", 102):
        exit_member(office, office.budi)
    due = sum(office.LoanBook.payoffOf(7, today()))
    receive(office, Slip(102, SlipKind.PELUNASAN, due, loan=7))
    assert office.LoanBook.loanOf(7)["closed"]


def test_new_desk__takes_back_a_slip_of_the_old_one(
    office: House, new_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    travel(NOTICE)
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 75_000)
    receive(office, slip)
    replace_desk(office, new_desk, monkeypatch, DAY)
    storno(office, slip.but(receipt=slip_number(), day=None), slip.receipt)
    assert office.SavingsWajib.balanceOfMember(101) == 100_000
