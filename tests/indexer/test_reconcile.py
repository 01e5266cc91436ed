"""Books of real contracts on a local chain, reconciled with them; and everything tampered with is found."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from backend.surplus.tree import ShareTree
from indexer.chain.fetch import fetch_headers
from indexer.chain.hashing import mapping_slot
from indexer.chain.prove import ProofError
from indexer.chain.rpc import Endpoint, Endpoints
from indexer.config import load_networks
from indexer.ledger.database import open_engine, writing
from indexer.ledger.journal import Ledger
from indexer.reconcile import ReconcileError, Reconciler, Reconciliation
from indexer.state import PROOFS, proven_words
from indexer.sync import Sync
from koperasi.localchain import LocalChain
from rules.calendar import day_of_timestamp, parse_month
from rules.types import MemberNumber, Rupiah
from scripts.compilation import load_artifacts
from scripts.deploy import deploy
from scripts.networks import load_network
from tests.indexer.ledger.test_savings_interest import held as held_of_members

GENESIS_TIME = 1_735_700_000
MEMBERS = range(1, 8)


class House:
    """A cooperative that comes from paper books: opened by its RAT, then a few slips by a teller."""

    def __init__(self, chain: LocalChain, deployment: dict[str, Any]) -> None:
        self.chain = chain
        self.deployment = deployment
        self.addresses = {name: each["address"] for name, each in deployment["contracts"].items()}
        self.artifacts = load_artifacts()
        self.day = day_of_timestamp(chain.timestamp)
        self.papers = 1 << 56

    def send(self, sender: str, name: str, function: str, *arguments: Any) -> None:
        source = self.deployment["contracts"][name]["contract"]
        data = "0x" + self.artifacts[source].call(function, *arguments).hex()
        self.chain.rpc("anvil_impersonateAccount", sender)
        self.chain.fund([sender])
        fields = {
            "from": sender,
            "to": self.addresses[name],
            "data": data,
            "gas": hex(8_000_000),
            "gasPrice": "0x0",
        }
        sent = self.chain.rpc("eth_sendTransaction", fields)
        while (receipt := self.chain.rpc("eth_getTransactionReceipt", sent)) is None:
            time.sleep(0.01)
        assert receipt["status"] == "0x1", (name, function)

    def open(self) -> None:
        rat = self.addresses["RAT"]
        people = [(member, f"0x{member + 0x1000:040x}", 0, self.day) for member in MEMBERS]
        self.send(rat, "MemberRegistry", "open", people)
        for name, amount in (("SavingsPokok", 100_000), ("SavingsWajib", 50_000), ("SavingsSukarela", 7_777)):
            words = [member << 224 | amount * (1 if name == "SavingsPokok" else member) for member in MEMBERS]
            self.send(rat, name, "open", words)
        self.send(rat, "Treasury", "open", 1, 5_000_000)
        self.send(rat, "Treasury", "open", 2, 90_000_000)
        for loan, paid in ((11, 0), (12, 400_000)):
            terms = (loan, loan - 9, 1, 12_000_000, 0, 0, 30, 0, 1, 0, [], bytes(32))
            self.send(rat, "LoanBook", "open", terms, (0, 0, 0, 0), self.day, paid, 0)

    def slips(self) -> None:
        officers = self.deployment["parameters"]["officers"]
        teller = next(each["account"] for each in officers if each["office"] == "TELLER")
        for member, kind, channel, amount, loan in (
            (1, 1, 1, 50_000, 0),
            (2, 2, 2, 123_456, 0),
            (2, 4, 1, 450_000, 11),
            (3, 2, 1, 1, 0),
        ):
            self.papers += 1
            slip = (self.papers, self.day, member, kind, channel, 0, amount, loan)
            self.send(teller, "TellerDesk", "receiveSlip", slip)

    def share_out(self) -> None:
        """The surplus of 2024: members 1 to 3 have shares, two of them are paid.

        No Books closed the day, so the RAT opens it again: of what is then closed the ledger knows.
        """
        self.send(self.addresses["TellerDesk"], "Treasury", "closeThrough", self.day - 1)
        tree = ShareTree(2024, {MemberNumber(member): Rupiah(1_000 * member) for member in (1, 2, 3)})
        pots = [(2310, 6_000), (2320, 500), (3200, 1_500)]
        rat = self.addresses["RAT"]
        self.send(rat, "SurplusDistributor", "allocate", 2024, 8_000, pots, tree.root, bytes(32))
        paid = [(member, tree.shares[member], list(tree.proof_of(member))) for member in tree.shares]
        self.send(rat, "SurplusDistributor", "payOut", 2024, paid[:2])
        self.send(rat, "Treasury", "reopenAfter", self.day - 2)


@dataclass
class Synced:
    """A house, and the file of its books."""

    house: House
    file: Path
    endpoint: str

    def endpoints(self) -> Endpoints:
        return Endpoints([Endpoint(self.endpoint)], 31_337)


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synced]:
    folder = tmp_path_factory.mktemp("reconcile")
    with LocalChain.start(timestamp=GENESIS_TIME) as chain, pytest.MonkeyPatch.context() as patch:
        patch.setattr("scripts.deployment_plan.SEALED", ())
        patch.setattr("scripts.self_check.SEALED", ())
        outcome = deploy(load_network("anvil", chain.url), folder)
        deployment = {"contracts": outcome.state.contracts, "parameters": outcome.state.parameters}
        house = House(chain, deployment)
        house.open()
        chain.mine_empty(80)
        house.slips()
        house.share_out()
        made = Synced(house, folder / "books.sqlite", chain.url)
        engine = open_engine(f"sqlite:///{made.file}")
        sync(made, engine)
        engine.dispose()
        yield made


def sync(made: Synced, engine: Engine) -> None:
    authority = made.house.deployment["contracts"]["Authority"]
    address, first = bytes.fromhex(authority["address"][2:]), authority["block"]
    network = load_networks()["anvil"]
    Sync(Ledger(engine), engine, made.endpoints(), network, address, first).run()


@pytest.fixture
def books(synced: Synced, tmp_path: Path) -> Iterator[Engine]:
    """A copy of the books, without the database's guards: what an attacker with the file has."""
    shutil.copy(synced.file, tmp_path / "books.sqlite")
    engine = open_engine(f"sqlite:///{tmp_path / 'books.sqlite'}")
    with writing(engine).begin() as connection:
        names = (
            connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        )
        for name in names:
            connection.execute(text(f"DROP TRIGGER {name}"))
    yield engine
    engine.dispose()


def reconcile(synced: Synced, engine: Engine, block: int | None = None) -> Reconciliation:
    return Reconciler(engine, synced.endpoints(), synced.house.deployment).run(block)


def subjects(result: Reconciliation) -> set[str]:
    return {difference.subject for difference in result.differences}


def head_of(books: Engine) -> int:
    cursor = Ledger(books).cursor()
    assert cursor is not None
    return cursor.block_number


def test_reconcile__final_and_head__everything_agrees(synced: Synced, books: Engine) -> None:
    cursor = Ledger(books).cursor()
    assert cursor is not None
    final, head = reconcile(synced, books), reconcile(synced, books, cursor.block_number)
    assert final.differences == head.differences == ()
    assert (final.block, final.final, head.block, head.final) == (
        cursor.floor,
        True,
        cursor.block_number,
        False,
    )
    held = {control.account: control.book for control in final.controls}
    assert held == {
        1110: 5_000_000,
        1120: 90_000_000,
        1130: 0,
        1210: 23_600_000,
        2110: 7_777 * 28,
        2140: 0,
        2130: 0,
        2310: 0,
        3110: 700_000,
        3120: 50_000 * 28,
    }
    later = {control.account: control.chain for control in head.controls}
    assert later == held | {
        1110: 5_500_001,
        1120: 90_123_456,
        1210: 23_150_000,
        2110: 7_777 * 28 + 123_457 + 3_000,
        2310: 3_000,
        3120: 50_000 * 29,
    }
    assert (head.members, head.loans) == (7, 2)
    assert head.entries == cursor.entries == final.entries + 7
    assert head.logs > final.logs > 60


TAMPERED = {
    "a rupiah in a line": (
        "UPDATE line SET amount = amount - 1 WHERE account = 3120 AND member = 4",
        {"books", "line"},
    ),
    "a rupiah in a kept month": (
        "UPDATE account_month SET credit_low = credit_low + 1 WHERE account = 3110",
        {"account", "books"},
    ),
    "a rupiah of a member": (
        "UPDATE member_balance SET credit_low = credit_low + 1 WHERE account = 2110 AND member = 5",
        {"member_balance", "books"},
    ),
    "what weighs of a member's savings": (
        "INSERT INTO savings_weight VALUES (1, 5, 2110, 0, 0, 0, 1)",
        {"savings_interest", "books"},
    ),
    "a rupiah of the members' surplus": (
        "UPDATE account_month SET credit_low = credit_low + 1 WHERE account = 2310",
        {"account", "books"},
    ),
    "a share that was not paid": ("UPDATE share_payment SET member = 3 WHERE member = 2", {"share_payment"}),
    "a surplus of another size": (
        "UPDATE surplus_allocation SET members_total = members_total + 1",
        {"surplus_allocation"},
    ),
    "a rupiah of a loan": (
        "UPDATE loan_balance SET credit_low = credit_low + 1 WHERE loan = 12",
        {"loan_balance", "books"},
    ),
    "a log missing": ("DELETE FROM raw_log WHERE block_number = {block} AND log_index = 0", {"raw_log"}),
    "a log changed": ("UPDATE raw_log SET data = x'00' WHERE block_number = {block}", {"raw_log"}),
    "a block of logs missing": ("DELETE FROM raw_log WHERE block_number = {block}", {"raw_log"}),
    "a log made up": (
        "INSERT INTO raw_log SELECT cooperative_id, block_number, 999, tx_index, tx_hash, address, topics, "
        "data FROM raw_log WHERE block_number = {block} LIMIT 1",
        {"raw_log"},
    ),
    "a block and its logs missing": (
        "DELETE FROM block WHERE block_number = {block}",
        {"block", "books"},
    ),
    "an entry's hash": ("UPDATE entry SET hash = zeroblob(32) WHERE number = 5", {"entry", "books"}),
    "an entry made up": (
        "INSERT INTO entry SELECT cooperative_id, 999, block_number, log_index, rule, 7, book_day, receipt, "
        "prev_hash, hash FROM entry WHERE number = 5",
        {"entry", "books"},
    ),
    "the last entries gone": ("DELETE FROM entry WHERE number > 20", {"entry", "books"}),
    "a loan's rate": ("UPDATE loan_version SET rate_bps = 1 WHERE loan = 11", {"loan_version"}),
    "a loan's version": ("UPDATE loan_version SET version = 2 WHERE loan = 11", {"loan_version"}),
    "a loan written off that was not": (
        "INSERT INTO loan_change VALUES (1, 1, 999, 11, 'WRITTEN_OFF', 5, NULL, 20000, zeroblob(32))",
        {"loan_change", "loan_balance", "written_off", "books"},
    ),
    "a payment of a loan": (
        "UPDATE loan_payment SET principal = principal - 1 WHERE loan = 11",
        {"loan_payment", "books"},
    ),
    "a loan's book": ("UPDATE loan SET book = zeroblob(20) WHERE loan = 11", {"loan"}),
    "a member's number": ("UPDATE member SET member = 1 << 40 WHERE member = 5", {"member"}),
    "a contract's address": (
        "UPDATE contract SET address = zeroblob(20) WHERE name = 'LoanBook'",
        {"contract"},
    ),
    "a row above the head": (
        "INSERT INTO loan_closure VALUES (1, 999999999, 0, 11, 20000)",
        {"loan_closure"},
    ),
}


@pytest.mark.parametrize(("statement", "found"), TAMPERED.values(), ids=TAMPERED.keys())
def test_reconcile__tampered_books__found(
    synced: Synced, books: Engine, statement: str, found: set[str]
) -> None:
    with writing(books).begin() as connection:
        query = "SELECT max(block_number) FROM entry WHERE rule = 'savings-opening'"
        block = connection.execute(text(query)).scalar_one()
        assert connection.execute(text(statement.format(block=block))).rowcount > 0
    result = reconcile(synced, books)
    assert not result.agrees
    assert found <= subjects(result), result.differences


def test_reconcile__books_rewritten_whole__entries_differ(synced: Synced, books: Engine) -> None:
    """Who rewrites lines, hashes and kept balances alike is still found: the chain says otherwise."""
    with writing(books).begin() as connection:
        connection.execute(text("UPDATE line SET member = 3 WHERE member = 2 AND account = 3110"))
        connection.execute(text("DELETE FROM member_balance WHERE member = 2 AND account = 3110"))
        moved = "UPDATE member_balance SET credit_low = 200000 WHERE member = 3 AND account = 3110"
        connection.execute(text(moved))
    result = reconcile(synced, books)
    told = {(each.subject, each.key): (each.book, each.chain) for each in result.differences}
    assert told["member_balance", "2 3110"] == ("0", "100000")
    assert told["member_balance", "3 3110"] == ("200000", "100000")


def test_reconcile__contract_state_changed__account_and_member(synced: Synced, books: Engine) -> None:
    """Storage that no log explains: the totals of the books are proven wrong."""
    house = synced.house
    wajib = house.deployment["contracts"]["SavingsWajib"]
    snapshot = house.chain.rpc("evm_snapshot")
    slot = f"0x{wajib['storage_layout']['_totals']['slot']:064x}"
    word = int(house.chain.rpc("eth_getStorageAt", wajib["address"], slot, "latest"), 16)
    house.chain.rpc("anvil_setStorageAt", wajib["address"], slot, f"0x{word + 1:064x}")
    try:
        house.slips()
        sync(synced, books)
        cursor = Ledger(books).cursor()
        assert cursor is not None
        result = reconcile(synced, books, cursor.block_number)
    finally:
        house.chain.rpc("evm_revert", snapshot)
    (difference,) = result.differences
    assert (difference.subject, difference.key) == ("account", "3120")
    assert int(difference.chain) == int(difference.book) + 1


def test_reconcile__months_later__interest_earned_and_due_agrees(synced: Synced, books: Engine) -> None:
    """Members 1 to 3 are credited before January is ended, the others' interest is due."""
    house = synced.house
    snapshot = house.chain.rpc("evm_snapshot")
    rat = house.addresses["RAT"]
    try:
        house.chain.set_next_timestamp(GENESIS_TIME + 40 * 86_400)
        house.send(rat, "SavingsSukarela", "creditInterest", [1, 2, 3])
        house.send(rat, "Books", "endMonth", parse_month("2025-01"))
        house.chain.mine_empty(80)
        sync(synced, books)
        result = reconcile(synced, books, head_of(books))
        due = held_of_members(books, 2120)
        house.send(rat, "SavingsSukarela", "creditInterest", [4, 5, 6, 7])
        sync(synced, books)
        after = reconcile(synced, books, head_of(books))
    finally:
        house.chain.rpc("evm_revert", snapshot)
    assert result.differences == after.differences == ()
    assert due == {member: -(7_777 * member * 600 * 30 // 3_650_000) for member in (4, 5, 6, 7)}
    assert held_of_members(books, 2120) == {}


def test_reconcile__no_books_or_block__says_what_to_do(synced: Synced, tmp_path: Path, books: Engine) -> None:
    empty = open_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    with pytest.raises(ReconcileError, match="books are empty"):
        reconcile(synced, empty)
    empty.dispose()
    with pytest.raises(ReconcileError, match="Block 999999 is not in the books"):
        reconcile(synced, books, 999_999)
    bare = {"contracts": {"Authority": synced.house.deployment["contracts"]["Authority"]}}
    with pytest.raises(ReconcileError, match="no storage layout of"):
        Reconciler(books, synced.endpoints(), bare).run()


def changed_answers(change: Callable[[Any], None]) -> Callable[..., Any]:
    ask = Endpoint.ask

    def lying(self: Endpoint, calls: Any, decoder: Any) -> Any:
        answers = ask(self, calls, decoder)
        if decoder is PROOFS:
            change(answers[0])
        return answers

    return lying


def drop_node(answer: Any) -> None:
    answer.storage_proof[0].proof.pop()


def change_word(answer: Any) -> None:
    leaf = answer.storage_proof[0].proof[-1]
    answer.storage_proof[0].proof[-1] = leaf[:-2] + f"{int(leaf[-2:], 16) ^ 1:02x}"


def drop_account(answer: Any) -> None:
    answer.account_proof.pop()


def not_rlp(answer: Any) -> None:
    answer.storage_proof[0].proof[-1] = "0xc1"


@pytest.mark.parametrize("change", [drop_node, change_word, drop_account, not_rlp])
def test_proven_words__proof_changed__refused(
    synced: Synced, monkeypatch: pytest.MonkeyPatch, change: Callable[[Any], None]
) -> None:
    house, endpoint = synced.house, Endpoint(synced.endpoint)
    header = fetch_headers(endpoint, house.chain.block_number, house.chain.block_number)[0]
    treasury = house.deployment["contracts"]["Treasury"]
    address = bytes.fromhex(treasury["address"][2:])
    slots = [
        mapping_slot(channel, int(treasury["storage_layout"]["_channels"]["slot"])) for channel in (1, 77)
    ]
    words = proven_words(endpoint, header, address, slots)
    assert words[0] & (1 << 64) - 1 == 5_500_001
    assert words[1] == 0
    assert proven_words(endpoint, header, b"\x77" * 20, [1]) == [0]
    monkeypatch.setattr(Endpoint, "ask", changed_answers(change))
    with pytest.raises(ProofError, match="does not hold"):
        proven_words(endpoint, header, address, slots)
