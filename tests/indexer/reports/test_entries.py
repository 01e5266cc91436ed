"""Entries, proofs, counts of members and the empty books."""

from hashlib import sha256

import pytest
from sqlalchemy import Connection, Engine

from indexer.chain import events as ev
from indexer.chain.events import Event
from indexer.ledger.journal import Ledger
from indexer.ledger.merkle import EMPTY_ROOT, leaf_hash, verify_consistency, verify_inclusion
from indexer.reports.balances import cash, loans, savings
from indexer.reports.entries import UnknownEntryError, entries, entries_after, entry
from indexer.reports.passbook import UnknownMemberError, passbook
from indexer.reports.proofs import NotFinalError, consistency_proof, inclusion_proof, tree_head
from indexer.reports.summary import MemberCounts, member_counts, summary
from indexer.reports.trial_balance import trial_balance
from rules.calendar import parse_month
from rules.types import WibDay
from tests.indexer.ledger.fake_chain import START, account_of, block
from tests.indexer.reports.conftest import Year


def test_entries__pages__every_entry_once(kecil: Year) -> None:
    connection, numbers, before = kecil.connection, [], None
    while page := entries(connection, before=before, limit=97):
        numbers += [each.number for each in page]
        before = page[-1].number
    total = summary(connection).entries
    assert numbers == list(range(total, 0, -1))
    after = entries_after(connection, total - 3)
    assert [each.number for each in after] == [total - 2, total - 1, total]
    assert entry(connection, total) == after[-1]
    with pytest.raises(ValueError, match="0 is not 1 to 500"):
        entries(connection, limit=0)


def test_entry__deposit__with_its_place_in_the_chain(kecil: Year) -> None:
    first = next(each for each in entries_after(kecil.connection, 0) if each.rule == "deposit")
    day, logs = kecil.cooperative.days[first.block_number - 1]
    event = logs[first.log_index][1]
    assert isinstance(event, ev.Deposited)
    assert (first.book_day, first.receipt) == (day, event.receipt)
    assert [(each.account, each.debit, each.credit) for each in first.lines] == [
        (1110, event.amount, 0),
        (3110, 0, event.amount),
    ]
    assert (first.lines[0].channel, first.lines[1].member) == (1, event.member)
    assert first.lines[1].name == "Simpanan pokok"
    assert sum(line.debit for line in first.lines) == sum(line.credit for line in first.lines)


def test_inclusion_proof__final_entries__verify(kecil: Year) -> None:
    connection = kecil.connection
    head = tree_head(connection)
    assert 0 < head.size < summary(connection).entries
    for number in (1, 2, 255, 256, 257, head.size):
        proof = inclusion_proof(connection, number)
        assert sha256(proof.contents).digest() == proof.entry.hash
        assert leaf_hash(proof.entry.hash) == proof.leaf
        assert (proof.size, proof.root) == (head.size, head.root)
        assert verify_inclusion(proof.leaf, proof.index, proof.size, proof.path, proof.root)
        assert proof.contents.startswith(b"koperasi entry 1\n" + proof.entry.prev_hash.hex().encode())
        changed = sha256(proof.contents.replace(b"1", b"2")).digest()
        assert not verify_inclusion(leaf_hash(changed), proof.index, proof.size, proof.path, proof.root)
    with pytest.raises(NotFinalError, match=f"Entry {head.size + 1} is not final yet"):
        inclusion_proof(connection, head.size + 1)
    with pytest.raises(UnknownEntryError, match="Entry 999999 is not in the books"):
        inclusion_proof(connection, 999_999)


def test_consistency_proof__heads__verify(kecil: Year) -> None:
    connection = kecil.connection
    size = tree_head(connection).size
    for old in (1, 7, 256, size - 1, size):
        proof = consistency_proof(connection, old)
        assert verify_consistency(old, size, proof.old_root, proof.new_root, proof.path)
    with pytest.raises(NotFinalError):
        consistency_proof(connection, 1, size + 1)
    with pytest.raises(ValueError, match="no consistency proof from 0"):
        consistency_proof(connection, 0)


def test_passbook__unknown_member__says_so(kecil: Year) -> None:
    with pytest.raises(UnknownMemberError, match="Member 4711 is not in the books"):
        passbook(kecil.connection, 4711)


def empty(connection: Connection) -> None:
    assert entries(connection) == ()
    assert tree_head(connection).root == EMPTY_ROOT
    assert trial_balance(connection, WibDay(START)).rows == ()
    month = parse_month("2025-01")
    assert savings(connection, month) == loans(connection, month) == ()
    assert (cash(connection, month)[0].KAS, cash(connection, month)[0].BANK) == (0, 0)
    told = summary(connection)
    assert (told.members, told.entries, told.head, told.floor) == (MemberCounts(0, 0, 0, 0), 0, None, -1)


def test_reports__empty_books__say_nothing(engine: Engine) -> None:
    with engine.connect() as connection:
        empty(connection)
    Ledger(engine)
    with engine.connect() as connection:
        empty(connection)


def test_member_counts__every_road__one_status_each(engine: Engine) -> None:
    """REGISTERED 1; ACTIVE 2; SUSPENDED 3; reinstated 4; LEFT when active 5, suspended 6, registered 7."""
    logs: list[tuple[str, Event]] = []

    def say(event: Event) -> None:
        logs.append(("MemberRegistry", event))

    for member in range(1, 8):
        say(ev.MemberRegistered(member, account_of(member), account_of(member), 0, START))
    for member in range(2, 7):
        say(ev.MemberActivated(member, START))
    for member in (3, 4, 6, 3):
        say(ev.MemberSuspended(member))
    say(ev.MemberReinstated(4))
    for member in (5, 6, 7):
        say(ev.MemberLeft(member, START))
    say(ev.SignerChanged(2, account_of(99), 0, True))
    Ledger(engine).append([block(1, bytes(32), START, logs)], floor=0)
    with engine.connect() as connection:
        assert member_counts(connection) == MemberCounts(registered=1, active=2, suspended=1, left=3)
        assert passbook(connection, 6).status == "LEFT"
        assert passbook(connection, 4).status == "ACTIVE"
