"""Loans with everything that can happen to them, on real contracts: pledges, fees, penalty, a top-up, a
waiver, an amendment, a claim on a lien, a write-off and what is recovered after it. Through the import and
the contracts' own calls into the books: reconciled, rebuilt, reorganised, found out if a rupiah is changed.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_account.messages import encode_typed_data
from sqlalchemy import text

from indexer.ledger.database import open_engine, writing
from indexer.reports.instalment_card import InstalmentCard, instalment_card
from indexer.reports.trial_balance import trial_balance
from koperasi.books import open_ledger
from koperasi.localchain import LocalChain
from rules.calendar import day_text, parse_day
from rules.types import LoanNumber, WibDay
from tests.year.loan_house import DECLINING_WITH_PENALTY, PENALTY, LoanHouse

DOCUMENT = b"\x11" * 32
LENT = "2025-01-06"
PLAIN, AMENDED, LOST, CLAIMED, TOP_UP = 1, 2, 3, 4, 6
TERMS = "1200000,1200,DECLINING,12,KAS,,"
LOANS = [
    f"{PLAIN},1,{LENT},{TERMS},,,,1:SUKARELA:600001;2:SUKARELA:300000,",
    f"{AMENDED},3,{LENT},{TERMS},{PENALTY},,12000,3:SUKARELA:100000,",
    f"{LOST},4,{LENT},{TERMS},{PENALTY},1,,,",
    f"{CLAIMED},5,{LENT},{TERMS},{PENALTY},,,6:SUKARELA:300000,",
    f"{TOP_UP},1,2025-05-20,2000000,1200,DECLINING,24,BANK,,,{PENALTY},,20000,2:SUKARELA:300000,{PLAIN}",
]
SLIPS = [
    *(f"2025-01-03,P{n},{n},SETOR_POKOK,100000,KAS," for n in range(1, 7)),
    *(f"2025-01-03,S{n},{n},SETOR_SUKARELA,900000,KAS," for n in range(1, 7)),
    "2025-01-05,M1,,PINDAH,1000000,KAS>BANK,",
    "2025-02-06,B1,1,ANGSURAN,112000,KAS,1",
    "2025-03-20,C1,3,ANGSURAN,112000,KAS,2",
    "2025-05-06,B2,1,ANGSURAN,330000,BANK,1",
    "2025-05-09,C2,3,ANGSURAN,200000,KAS,2",
    "2025-06-20,T1,1,ANGSURAN,103334,KAS,6",
    "2025-07-10,C3,3,ANGSURAN,150000,KAS,2",
    "2025-09-11,R1,4,ANGSURAN,70000,KAS,3",
    "2025-09-11,C4,3,ANGSURAN,90001,KAS,2",
]
"""Loan 2 pays its fine at last, loan 3 nothing at all until it is written off."""


class Life(LoanHouse):
    """The house from January to September, step by step."""

    def until(self, day: str) -> None:
        """Import what was written by `day`."""
        loans = [row for row in LOANS if row.split(",")[2] <= day]
        self.write(6, loans, [row for row in SLIPS if row[:10] <= day])
        report = self.import_()
        assert (report.refused, report.waiting) == (0, 0), self.workspace.office().rejects()

    def waive(self, loan: int, amount: int, day: str) -> None:
        self.follow(day)
        values = (loan, amount, parse_day(day), DOCUMENT)
        signed = self.two("waive", ("uint32", "uint64", "uint32", "bytes32"), values)
        self.act("KETUA", "waivePenalty", *values, signed)

    def notice(self, loan: int, amount: int, day: str) -> None:
        self.follow(day)
        signed = self.two("claim", ("uint32", "uint256", "uint64"), (loan, 0, amount))
        self.act("KETUA", "noticeClaim", loan, 0, amount, signed)

    def claim(self, loan: int, day: str) -> None:
        self.follow(day)
        self.act("TELLER", "claim", loan, 0)

    def write_off(self, loan: int, day: str) -> None:
        self.follow(day)
        values = (loan, parse_day(day), DOCUMENT)
        signed = self.two("writeOff", ("uint32", "uint32", "bytes32"), values)
        self.act("KETUA", "writeOff", *values, signed)

    def reschedule(self, loan: int, member: int, day: str) -> None:
        """To 18 months from the next instalment, 1,000 rupiah of interest waived. The borrower's own pledge
        needs no signature."""
        self.follow(day)
        amendment = (loan, 0, 1_200, 18, 0, 0, 1, 1_000, DOCUMENT)
        (agreed,) = self.call("LoanCare", "amendmentHashOf", amendment)
        approved = self.two("amendment", ("bytes32",), (agreed,), "SEKRETARIS")
        self.act("KETUA", "proposeAmendment", amendment, [approved])
        accepted = [self.accepted(loan, member, agreed), (0, b"")]
        self.act("TELLER", "amend", amendment, parse_day(day), accepted)

    def accepted(self, loan: int, member: int, agreed: bytes) -> tuple[int, bytes]:
        deadline = self.signatures.deadline
        kinds = {"member": "uint32", "loan": "uint32", "amendmentHash": "bytes32", "deadline": "uint256"}
        fields = [{"name": name, "type": kind} for name, kind in kinds.items()]
        at = self.chain.address("LoanCare")
        domain = {"name": "Koperasi LoanCare", "version": "1", "chainId": 31_337, "verifyingContract": at}
        message = {"member": member, "loan": loan, "amendmentHash": agreed, "deadline": deadline}
        signable = encode_typed_data(domain, {"AmendmentAcceptance": fields}, message)
        return deadline, bytes(self.signatures.member(member).sign_message(signable).signature)  # type: ignore[arg-type]

    def live(self) -> None:
        """All of it but what is recovered in the end."""
        self.until("2025-05-10")
        self.waive(AMENDED, 300, "2025-05-12")
        self.notice(CLAIMED, 300_000, "2025-05-12")
        self.until("2025-06-10")
        self.claim(CLAIMED, "2025-06-12")
        self.reschedule(AMENDED, 3, "2025-06-16")
        self.until("2025-09-05")
        self.write_off(LOST, "2025-09-08")

    def card(self, loan: int) -> InstalmentCard:
        with self.workspace.ledger().connect() as connection:
            return instalment_card(connection, LoanNumber(loan))


@pytest.fixture(scope="module")
def life(deployed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("life")
    state = shutil.copy(deployed / "chain.json", folder / "chain.json")
    shutil.copytree(deployed / "home" / "deployments", folder / "deployments")
    with (
        LocalChain.start(state=state, slots_in_an_epoch=1, mining=False) as chain,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("KOPERASI_HOME", str(folder))
        chain.rpc("evm_setTime", chain.timestamp)
        made = Life(chain, folder / "data")
        made.set_product(PENALTY, DECLINING_WITH_PENALTY)
        made.live()
        made.until("2025-09-11")
        made.sync()
        yield made


def test_life__books__are_the_chains(life: Life) -> None:
    result = life.reconcile()
    assert result.differences == ()
    assert result.loans == len(LOANS)
    assert life.rebuilt() == open_ledger(life.workspace).digest()


def test_life__topped_up__pays_the_older_off_without_cash_turning_twice(life: Life) -> None:
    """What was outstanding after the last payment, and interest, fall away against the new loan."""
    older, newer = life.card(PLAIN), life.card(TOP_UP)
    assert (older.state, older.outstanding, older.payments[-1].channel) == ("CLOSED", 0, 0)
    assert older.payments[-1].principal == older.payments[-2].outstanding
    assert (newer.state, newer.versions[0].drawn) == ("RUNNING", 2_000_000)
    assert life.lien(1, PLAIN) == life.lien(2, PLAIN) == 0
    # 2,000,000 less the first instalment's 83,333 of principal: ceil(300,000 x 1,916,667 / 2,000,000).
    assert newer.outstanding == 1_916_667
    assert life.lien(2, TOP_UP) == 287_501


def test_life__amended__old_terms_kept_interest_waived_penalty_waived(life: Life) -> None:
    card = life.card(AMENDED)
    assert [(each.cause, day_text(WibDay(each.book_day))) for each in card.versions] == [
        ("STARTED", LENT),
        ("RESCHEDULE", "2025-06-16"),
    ]
    assert (card.penalty_waived, card.versions[1].interest_waived) == (300, 1_000)
    assert card.versions[1].interest_carried > 0
    assert card.penalty_paid > 0
    assert card.versions[0].effective_rate_bps != card.versions[1].effective_rate_bps


def test_life__claimed__savings_of_the_guarantor_pay(life: Life) -> None:
    card = life.card(CLAIMED)
    assert [(each.channel, each.principal + each.interest + each.penalty) for each in card.payments] == [
        (0, 300_000)
    ]
    assert life.lien(6, CLAIMED) == 0


def test_life__written_off__what_comes_in_later_is_recovered(life: Life) -> None:
    card = life.card(LOST)
    (payment,) = card.payments
    assert (card.state, payment.recovered) == ("WRITTEN_OFF", True)
    assert payment.principal + payment.interest + payment.penalty == 70_000
    with life.workspace.ledger().connect() as connection:
        balance = trial_balance(connection, parse_day("2025-09-11"))
    held = {row.account: row.credit - row.debit for row in balance.rows}
    assert held[4140] == 70_000
    assert held[4130] == 12_000 + 20_000
    assert held.get(2140, 0) == 0
    assert balance.debit == balance.credit


TAMPERED = {
    "a rupiah of penalty paid": (
        f"UPDATE loan_payment SET penalty = penalty - 1, interest = interest + 1 WHERE loan = {AMENDED} "
        "AND penalty > 0",
        {"loan_payment", "loan_penalty"},
    ),
    "a rupiah of penalty waived": (
        f"UPDATE loan_change SET amount = amount + 1 WHERE change = 'PENALTY_WAIVED' AND loan = {AMENDED}",
        {"loan_change", "loan_penalty"},
    ),
    "the day of a late payment": (
        f"UPDATE loan_payment SET book_day = book_day - 1 WHERE loan = {AMENDED} AND penalty > 0",
        {"loan_payment", "loan_penalty"},
    ),
    "a rupiah of a lien": (
        f"UPDATE lien_change SET amount = amount + 1 WHERE loan = {TOP_UP} AND change = 'PLACED'",
        {"lien_change", "lien"},
    ),
    "a lien that is not in the books": (f"DELETE FROM lien_change WHERE loan = {TOP_UP}", {"lien"}),
    "a rupiah of a pledge": (
        f"UPDATE loan_pledge SET amount = amount - 1 WHERE loan = {PLAIN} AND member = 2",
        {"loan_pledge"},
    ),
}


@pytest.mark.parametrize(("statement", "found"), TAMPERED.values(), ids=TAMPERED.keys())
def test_reconcile__a_rupiah_changed__found(
    life: Life, statement: str, found: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(life.workspace.ledger().url.database or "", tmp_path / "books.sqlite")
    url = f"sqlite:///{tmp_path / 'books.sqlite'}"
    engine = open_engine(url)
    with writing(engine).begin() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
        for name in names.all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        assert connection.execute(text(statement)).rowcount > 0
    engine.dispose()
    monkeypatch.setenv("KOPERASI_LEDGER_URL", url)
    assert found <= {each.subject for each in life.reconcile().differences}


def test_reconcile__penalty_in_the_contract_changed__found(life: Life) -> None:
    """A rupiah for a day at a basis point a year more than the logs tell: 1/3,650,000 of a rupiah."""
    snapshot = life.local.rpc("evm_snapshot")
    (word,) = life.chain.stored("LoanBook", "_penalties", [AMENDED])
    try:
        life.store("LoanBook", "_penalties", AMENDED, word + (1 << 160))
        life.local.mine(life.local.timestamp + 1)
        life.sync()
        told = [(each.subject, each.key) for each in life.reconcile().differences]
    finally:
        life.local.rpc("evm_revert", snapshot)
    assert ("loan_penalty", f"{AMENDED} in full") in told
    assert {subject for subject, _ in told} == {"loan_penalty"}


def test_life__last_blocks_reorganised__imported_again_and_the_books_follow(life: Life) -> None:
    """The payments of the last day go away with their blocks: the import sends them again."""
    before = life.sync()
    life.local.reorganize(2)
    gone = life.sync()
    assert gone != before
    assert life.card(LOST).payments == ()
    life.until("2025-09-11")
    digest = life.sync()
    assert digest not in (before, gone)
    assert life.card(LOST).payments[0].recovered
    assert life.rebuilt() == digest
    assert life.reconcile().differences == ()
