"""Offices take care of running loans by command, on real contracts: every act with its document, refusals in
both languages, and nothing twice.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from eth_account.messages import encode_typed_data

from backend.documents.cid import Cid
from backend.keyring import Keyring
from backend.loans.papers import papers_in_books
from backend.office.agreements import Agreement
from backend.office.daybooks import LoanRow
from backend.office.outbox import Outbox, Planned
from backend.typed_data import typed_digest
from indexer.reports.agreements import act_documents, agreed_documents
from indexer.reports.instalment_card import InstalmentCard, instalment_card
from indexer.reports.loan_position import LoanPosition, loan_position
from indexer.reports.trial_balance import trial_balance
from koperasi.books import open_ledger
from koperasi.localchain import LocalChain
from rules.calendar import parse_day
from rules.loans import arrears, outstanding
from rules.receipts import slip_receipt
from rules.types import Channel, LoanNumber, MemberNumber, WibDay
from tests.year.loan_house import DECLINING_WITH_PENALTY, PENALTY, LoanHouse

LENT = "2025-01-06"
AMENDED, LOST, CLAIMED, STANDING, INHERITED, TRANCHES = 1, 2, 3, 4, 5, 6
FIRST_TRANCHE = 500_000
TERMS = "1200000,1200,DECLINING,12,KAS,,"
LOANS = [
    f"{AMENDED},3,{LENT},{TERMS},{PENALTY},,12000,3:SUKARELA:100000;2:SUKARELA:0,",
    f"{LOST},4,{LENT},{TERMS},{PENALTY},1,,,",
    f"{CLAIMED},5,{LENT},{TERMS},{PENALTY},,,6:SUKARELA:300000,",
    f"{STANDING},1,{LENT},{TERMS},,,,,",
    f"{INHERITED},2,{LENT},{TERMS},,,,6:SUKARELA:120000,",
    f"{TRANCHES},6,{LENT},{TERMS},,,,6:SUKARELA:60000,",
]
SLIPS = [
    *(f"2025-01-03,P{n},{n},SETOR_POKOK,100000,KAS," for n in range(1, 7)),
    *(f"2025-01-03,S{n},{n},SETOR_SUKARELA,1100000,KAS," for n in range(1, 7)),
    "2025-02-06,A1,3,ANGSURAN,112000,KAS,1",
    "2025-02-06,H1,2,ANGSURAN,112000,KAS,5",
    "2025-03-05,H2,2,ANGSURAN,545000,KAS,5",
    "2025-06-18,A2,3,ANGSURAN,50000,KAS,1",
    "2025-09-11,R1,4,ANGSURAN,70000,KAS,2",
]
HEIR = 3


class CareHouse(LoanHouse):
    """The house whose officers use commands."""

    def until(self, day: str) -> None:
        self.write(6, [row for row in LOANS if row.split(",")[2] <= day], [s for s in SLIPS if s[:10] <= day])
        report = self.import_()
        assert (report.refused, report.waiting) == (0, 0), self.workspace.office().rejects()
        self.arrive(day)

    def position(self, loan: int) -> LoanPosition:
        with self.workspace.ledger().connect() as connection:
            return loan_position(connection, LoanNumber(loan))

    def card(self, loan: int) -> InstalmentCard:
        with self.workspace.ledger().connect() as connection:
            return instalment_card(connection, LoanNumber(loan))

    def order_standing(self, member: int, loan: int, limit: int) -> None:
        """The member signs a standing order; anyone relays it."""
        kinds = {"member": 32, "loan": 32, "monthlyLimit": 64, "until": 40, "nonce": 256, "deadline": 256}
        values = (member, loan, limit, 2**40 - 1, 1, self.signatures.deadline)
        message = dict(zip(kinds, values, strict=True))
        signature = self.order("SavingsSukarela", "Simpanan Sukarela", "StandingOrder", kinds, message)
        self.send("SavingsSukarela", "setStandingOrder", (*values, signature))

    def draw(self, member: int, loan: int, amount: int, day: str) -> None:
        """A further tranche in cash on the borrower's order."""
        kinds = {"member": 32, "loan": 32, "amount": 64, "channel": 8, "nonce": 256, "deadline": 256}
        values = (member, loan, amount, int(Channel.KAS), 1, self.signatures.deadline)
        message = dict(zip(kinds, values, strict=True))
        signature = self.order("LoanDesk", "Koperasi LoanDesk", "Drawdown", kinds, message)
        receipt = slip_receipt("SLIP-2025-00044")
        self.send("LoanDesk", "draw", (values[1:], receipt, parse_day(day), signature))

    def order(
        self, contract: str, name: str, struct: str, kinds: dict[str, int], message: dict[str, int]
    ) -> bytes:
        fields = [(field, f"uint{bits}") for field, bits in kinds.items()]
        domain = name, self.chain.chain_id, self.chain.address(contract)
        digest = typed_digest(domain, struct, fields, message)
        signer = self.signatures.member(MemberNumber(message["member"]))
        return bytes(signer.unsafe_sign_hash(digest).signature)

    def send(self, contract: str, function: str, arguments: tuple[Any, ...]) -> None:
        """As the teller, in a block of its own."""
        data = self.chain.encode(contract, function, arguments)
        (sent,) = self.chain.send(self.keyring.officer("TELLER"), [(contract, data, 2_000_000)])
        assert sent.succeeded, function

    def signed(self, signer: int, data: Any, member: int = 0) -> str:
        """A line of a file of signatures: what a wallet makes of typed data."""
        signable = encode_typed_data(full_message=data)
        signature = self.signatures.member(MemberNumber(signer)).sign_message(signable).signature
        message = data["message"]
        told = {"member": member or signer, "deadline": int(message["deadline"])}
        return json.dumps({**told, "signature": f"0x{bytes(signature).hex()}"})

    def told(self) -> dict[tuple[int, str], bytes]:
        """By loan and cause, the hash of every document but the agreements'."""
        found: dict[tuple[int, str], bytes] = {}
        with self.workspace.ledger().connect() as connection:
            for loan in map(LoanNumber, range(1, len(LOANS) + 1)):
                acts = [*agreed_documents(connection, loan), *act_documents(connection, loan)]
                found |= {(loan, each.cause): each.document_hash for each in acts if each.cause != "STARTED"}
        return found


@contextmanager
def first_tranche_only() -> Iterator[None]:
    """The import pays loans out whole: of one, only the first tranche."""
    whole = Outbox._disbursement

    def part(self: Outbox, row: LoanRow, agreement: Agreement) -> Planned:
        is_one = row.loan == TRANCHES
        return whole(self, replace(row, principal=FIRST_TRANCHE) if is_one else row, agreement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Outbox, "_disbursement", part)
        yield


@pytest.fixture(scope="module")
def house(deployed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CareHouse]:
    """From January to September; what each act told is in `said`."""
    folder = tmp_path_factory.mktemp("care")
    state = shutil.copy(deployed / "chain.json", folder / "chain.json")
    shutil.copytree(deployed / "home" / "deployments", folder / "deployments")
    with (
        LocalChain.start(state=state, slots_in_an_epoch=1, mining=False) as chain,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("KOPERASI_HOME", str(folder))
        patch.setenv("KOPERASI_RPC_ANVIL", chain.url)
        chain.rpc("evm_setTime", chain.timestamp)
        made = CareHouse(chain, folder / "data")
        made.set_product(PENALTY, DECLINING_WITH_PENALTY)
        with first_tranche_only():
            made.until("2025-02-06")
        yield made


def test_pay_standing__takes_what_is_due_once(house: CareHouse) -> None:
    house.order_standing(1, STANDING, 200_000)
    assert house.run("pay-standing", STANDING, "--check")["transaction"] is None
    assert house.run("pay-standing", STANDING)["transaction"]
    again = house.run("pay-standing", STANDING)
    assert again["transaction"] is None
    assert "Nothing is to be done" in again["note"]["en"]
    house.sync()
    assert [(each.channel, each.principal, each.interest) for each in house.card(STANDING).payments] == [
        (0, 100_000, 12_000)
    ]


def test_assume_loan__heir_owes_it__once(house: CareHouse) -> None:
    house.until("2025-03-05")
    blocks = house.blocks()
    assert "cannot be the heir" in house.refused("assume-loan", INHERITED, 2)
    assert "Loan 77 is not in the books" in house.refused("assume-loan", 77, HEIR)
    assert house.blocks() == blocks
    done = house.run("assume-loan", INHERITED, HEIR, "--as-of", "2025-03-05")
    assert done["transaction"]
    again = house.run("assume-loan", INHERITED, HEIR)
    assert (again["transaction"], again["document"]) == (None, done["document"])
    house.sync()
    assert house.card(INHERITED).member == HEIR


def test_release_liens__what_principal_no_longer_needs(house: CareHouse) -> None:
    """Six instalments are paid, five of them ahead: half of 1,200,000 is outstanding, half of 120,000
    stays."""
    house.run("release-liens", INHERITED)
    assert (house.card(INHERITED).outstanding, house.lien(6, INHERITED)) == (600_000, 60_000)
    assert house.run("release-liens", INHERITED)["transaction"] is None


def test_draw__further_tranche__then_an_heir_and_the_rest_lapses(house: CareHouse) -> None:
    """The second tranche is a version of its own; of the 300,000 left an heir can draw nothing."""
    house.draw(6, TRANCHES, 400_000, "2025-03-05")
    house.sync()
    card = house.card(TRANCHES)
    assert [(each.cause, each.drawn) for each in card.versions] == [
        ("STARTED", FIRST_TRANCHE),
        ("DRAWN", 400_000),
    ]
    assert (
        house.position(TRANCHES).loan.undrawn == house.call("LoanBook", "undrawnOf", TRANCHES)[0] == 300_000
    )
    assert house.run("assume-loan", TRANCHES, 4)["transaction"]
    house.sync()
    assert house.position(TRANCHES).borrower == house.card(TRANCHES).member == 4
    assert house.position(TRANCHES).loan.undrawn == house.call("LoanBook", "undrawnOf", TRANCHES)[0] == 0


def test_waive_penalty__recorded__once(house: CareHouse) -> None:
    house.until("2025-05-12")
    assert "were asked for" in house.refused("waive-penalty", AMENDED, 10_000_000)
    before = house.blocks()
    checked = house.run("waive-penalty", AMENDED, 300, "--reason", "DISASTER", "--check")
    assert (checked["transaction"], house.blocks()) == (None, before)
    done = house.run("waive-penalty", AMENDED, 300, "--reason", "DISASTER")
    assert done["document"] == checked["document"]
    again = house.run("waive-penalty", AMENDED, 300, "--reason", "DISASTER")
    assert (again["transaction"], again["document"]) == (None, done["document"])
    house.sync()
    assert house.card(AMENDED).penalty_waived == 300


def test_notice_claim__then_claim_after_the_notice(house: CareHouse) -> None:
    assert "overdue for" in house.refused("notice-claim", INHERITED, 1, 1_000)
    assert "has no pledge 2" in house.refused("notice-claim", CLAIMED, 2, 1_000)
    assert "no notice was given" in house.refused("claim-lien", CLAIMED, 1)
    assert house.run("notice-claim", CLAIMED, 1, 300_000)["transaction"]
    assert house.run("notice-claim", CLAIMED, 1, 300_000)["transaction"] is None
    assert "wait until 2025-06-11" in house.refused("claim-lien", CLAIMED, 1)
    house.until("2025-06-16")
    assert house.run("claim-lien", CLAIMED, 1)["transaction"]
    assert "no notice was given" in house.refused("claim-lien", CLAIMED, 1)
    assert house.lien(6, CLAIMED) == 0


AMEND = ("amend-loan", AMENDED, "--months", 18, "--waive-interest", 1_000, "--reason", "HARDSHIP")


def test_amend_loan__refused_before_anything_is_sent(house: CareHouse) -> None:
    before = house.blocks()
    assert "cannot be made" in house.refused(*AMEND[:3], 18, "--rate-bps", 2_500)
    assert "cannot be made" in house.refused(*AMEND[:3], 18, "--waive-interest", 10_000_000)
    assert house.run(*AMEND, "--check")["state"] == "CHECKED"
    assert house.blocks() == before


def test_amend_loan__step_by_step__days_and_a_payment_between(house: CareHouse) -> None:
    proposed = house.run(*AMEND, "--upto", "PROPOSE")
    assert (proposed["state"], len(proposed["transactions"])) == ("PROPOSED", 1)
    assert house.run(*AMEND, "--upto", "PROPOSE")["transactions"] == []
    assert "is proposed" in house.refused("amend-loan", AMENDED, "--months", 20)
    approved = house.run(*AMEND, "--upto", "APPROVE")
    assert len(approved["transactions"]) >= 1
    assert house.run(*AMEND, "--upto", "APPROVE")["transactions"] == []
    house.until("2025-06-18")
    house.arrive("2025-06-20")
    done = house.run(*AMEND)
    assert (done["state"], len(done["transactions"])) == ("ENACTED", 1)
    assert {done["document"]["hash"], approved["document"]["hash"]} == {proposed["document"]["hash"]}
    again = house.run(*AMEND)
    assert (again["state"], again["transactions"], again["document"]) == ("IN_FORCE", [], done["document"])
    house.sync()
    card = house.card(AMENDED)
    assert [each.cause for each in card.versions] == ["STARTED", "RESCHEDULE"]
    assert (card.versions[1].months, card.versions[1].interest_waived) == (18, 1_000)


class MembersSignElsewhere:
    """The officers' keys, and no member's: as on a real network."""

    def __init__(self, keyring: Keyring) -> None:
        self.officers, self.officer, self.office = keyring.officers, keyring.officer, keyring.office

    def member(self, number: MemberNumber) -> None:
        return None


def test_amend_loan__members_sign_elsewhere__waits_then_reads_what_they_signed(
    house: CareHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interest freeze: the heir and the guarantor sign typed data on devices of their own."""
    monkeypatch.setattr("koperasi.care.keyring", lambda *_: MembersSignElsewhere(house.keyring))
    freeze = ("amend-loan", INHERITED, "--kind", "FREEZE", "--months", 9, "--freeze", 2)
    waiting = house.run(*freeze)
    assert [each["message"]["member"] for each in waiting["to_sign"]] == [HEIR, 6]
    file, wrong = tmp_path / "signed.jsonl", tmp_path / "wrong.jsonl"
    lines = [house.signed(each["message"]["member"], each) for each in waiting["to_sign"]]
    file.write_text("\n".join(lines))
    wrong.write_text(
        "\n".join(house.signed(HEIR, each, each["message"]["member"]) for each in waiting["to_sign"])
    )
    assert "is not over this document" in house.refused(*freeze, "--signatures", wrong)
    done = house.run(*freeze, "--signatures", file)
    assert (done["state"], done["document"]) == ("ENACTED", waiting["document"])
    house.sync()
    card = house.card(INHERITED)
    assert card.versions[-1].cause == "FREEZE"
    assert [each.interest for each in card.instalments[:2]] == [0, 0]


def test_write_off_loan__macet_only__recovered_later(house: CareHouse) -> None:
    assert "not macet" in house.refused("write-off-loan", LOST)
    house.until("2025-09-08")
    done = house.run("write-off-loan", LOST)
    again = house.run("write-off-loan", LOST)
    assert (again["transaction"], again["document"]) == (None, done["document"])
    assert "not running" in house.refused("amend-loan", LOST, "--months", 12)
    house.until("2025-09-11")
    house.sync()
    card = house.card(LOST)
    assert (card.state, card.payments[0].recovered) == ("WRITTEN_OFF", True)
    with house.workspace.ledger().connect() as connection:
        balance = trial_balance(connection, parse_day("2025-09-11"))
    assert {row.account: row.credit - row.debit for row in balance.rows}[4140] == 70_000


def test_afterwards__books_are_the_chains_and_documents_come_back_by_their_hash(house: CareHouse) -> None:
    house.sync()
    assert house.reconcile().differences == ()
    assert house.rebuilt() == open_ledger(house.workspace).digest()
    told = house.told()
    assert set(told) == {
        (AMENDED, "PENALTY_WAIVED"),
        (AMENDED, "RESCHEDULE"),
        (LOST, "WRITTEN_OFF"),
        (INHERITED, "ASSUMED"),
        (INHERITED, "FREEZE"),
        (TRANCHES, "ASSUMED"),
    }
    store = house.workspace.documents()
    for document_hash in told.values():
        assert sha256(store.read(Cid.of_block(document_hash))).digest() == document_hash


def test_afterwards__positions_that_documents_are_made_from__are_the_contracts(house: CareHouse) -> None:
    """Outstanding, arrears and penalty of every loan on a later day."""
    day = WibDay(parse_day("2025-10-07"))
    for number in range(1, len(LOANS) + 1):
        found = house.position(number)
        (owed,) = house.call("LoanBook", "outstandingOf", number)
        (late,) = house.call("LoanBook", "arrearsOf", number, day)
        assert outstanding(found.loan) == owed
        assert tuple(value or 0 for value in arrears(found.loan, day)) == tuple(late), number
        assert found.liens == sum(house.lien(each.member, number) for each in found.pledges)


def test_afterwards__lost_documents_are_made_again_from_the_books(house: CareHouse) -> None:
    for (loan, _), document_hash in house.told().items():
        cid = str(Cid.of_block(document_hash))
        (path,) = (house.workspace._server.documents).rglob(cid)
        kept = path.read_bytes()
        path.unlink()
        with house.workspace.ledger().connect() as connection:
            papers = papers_in_books(connection, LoanNumber(loan), document_hash)
            assert house.workspace.papers().read(document_hash, papers) == kept
        assert path.read_bytes() == kept
