"""Appending, rolling back and what the database itself refuses, in both databases."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from indexer.chain import events as ev
from indexer.ledger import schema
from indexer.ledger.batch import TransferMismatchError
from indexer.ledger.checks import check_books
from indexer.ledger.database import migrate, open_engine, writing
from indexer.ledger.errors import PostingError
from indexer.ledger.journal import BlockOrderError, CursorMovedError, Ledger, RollbackBelowFloorError
from tests.indexer.ledger.fake_chain import START, Cooperative, block, mint

ROOT = bytes(32)


def counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in schema.metadata.tables
        }


def test_append__random_year__books_are_sound(engine: Engine) -> None:
    ledger = Ledger(engine)
    assert ledger.cursor() is None
    blocks = Cooperative(1).blocks(120)
    for start in range(0, 120, 25):
        ledger.append(blocks[start : start + 25], floor=start)
    cursor = ledger.cursor()
    assert cursor is not None
    assert (cursor.block_number, cursor.block_hash, cursor.floor) == (120, blocks[-1].hash, 100)
    assert 0 < cursor.final_entries < cursor.entries
    assert check_books(engine) == []
    assert ledger.block_hash(7) == blocks[6].hash
    assert ledger.block_hash(121) is None
    assert ledger.blocks_above(118) == [(120, blocks[119].hash), (119, blocks[118].hash)]
    assert set(ledger.contracts().values()) == ev.CONTRACTS


def test_digest__batches_databases_and_empty_blocks__same(
    engine: Engine, another: Callable[[], Engine]
) -> None:
    blocks = Cooperative(2).blocks(90)
    digests = []
    for target, size, floor in ((engine, 90, 0), (another(), 1, 50), (another(), 7, 90)):
        ledger = Ledger(target)
        for start in range(0, 90, size):
            part = blocks[start : start + size]
            if size == 7:
                part = [each for each in part[:-1] if each.events] + [part[-1]]
            ledger.append(part, floor)
        digests.append(ledger.digest())
    assert len(set(digests)) == 1
    other = Ledger(another())
    other.append(blocks[:-1] + Cooperative(3, base=1_000).blocks(1, 90, blocks[-2].hash), 0)
    assert other.digest() != digests[0]


@pytest.mark.parametrize("seed", range(3))
def test_rollback__forks__digest_of_a_clean_sync(
    engine: Engine, another: Callable[[], Engine], seed: int
) -> None:
    """Each fork drops a random part and goes on with other logs; floor at 40."""
    generator = random.Random(seed)
    ledger = Ledger(engine)
    final = Cooperative(seed).blocks(150)
    ledger.append(final[:60], floor=40)
    for fork in range(4):
        above = generator.randrange(40, 60)
        wrong = Cooperative(seed + 100, base=1_000 * (fork + 1)).blocks(
            generator.randrange(1, 60), above + 1, final[above - 1].hash, salt=str(fork)
        )
        ledger.rollback(above)
        ledger.append(wrong, floor=40)
        Ledger(engine).rollback(above)
        ledger = Ledger(engine)
        ledger.append(final[above:60], floor=40)
    ledger.append(final[60:], floor=40)
    clean = Ledger(another())
    clean.append(final, floor=149)
    assert ledger.digest() == clean.digest()
    assert check_books(engine) == []


def test_rollback__everything__as_new(engine: Engine, another: Callable[[], Engine]) -> None:
    ledger = Ledger(engine)
    blocks = Cooperative(5).blocks(30)
    ledger.append(blocks, floor=-1)
    ledger.rollback(0)
    assert ledger.cursor() is None
    assert ledger.digest() == Ledger(another()).digest()
    assert {name: count for name, count in counts(engine).items() if count} == {"head": 1}
    ledger.append(blocks, floor=-1)
    assert check_books(engine) == []


def test_rollback__below_the_floor__refused(engine: Engine) -> None:
    ledger = Ledger(engine)
    ledger.append(Cooperative(5).blocks(30), floor=20)
    before = ledger.digest()
    with pytest.raises(RollbackBelowFloorError, match="floor is 20"):
        ledger.rollback(19)
    ledger.rollback(30)
    ledger.rollback(99)
    assert ledger.digest() == before
    ledger.rollback(20)
    cursor = ledger.cursor()
    assert cursor is not None
    assert cursor.block_number == cursor.floor == 20
    assert cursor.entries == cursor.final_entries


def test_rollback__more_than_a_tile__tree_is_cut(engine: Engine, another: Callable[[], Engine]) -> None:
    blocks = Cooperative(6).blocks(160)
    ledger, clean = Ledger(engine), Ledger(another())
    ledger.append(blocks, floor=-1)
    clean.append(blocks[:20], floor=-1)
    nodes = counts(engine)["tree_node"]
    ledger.rollback(20)
    assert nodes > counts(engine)["tree_node"] == 0
    assert ledger.digest() == clean.digest()


def test_append__other_writer__refused_and_nothing_written(engine: Engine) -> None:
    blocks = Cooperative(7).blocks(20)
    one, two = Ledger(engine), Ledger(engine)
    one.append(blocks[:10], floor=5)
    before = counts(engine)
    with pytest.raises(CursorMovedError, match="stand at block 10, this writer left them at -1"):
        two.append(blocks[:12], floor=5)
    assert counts(engine) == before
    with pytest.raises(CursorMovedError):
        two.append(blocks[:10], floor=5)
    Ledger(engine).append(blocks[10:], floor=5)
    with pytest.raises(CursorMovedError):
        one.rollback(5)


def test_append__wrong_order__refused(engine: Engine) -> None:
    ledger = Ledger(engine)
    blocks = Cooperative(8).blocks(10)
    ledger.append(blocks[:5], floor=0)
    for part in (blocks[3:], [blocks[7], blocks[6]], [block(6, ROOT, START, [])]):
        with pytest.raises(BlockOrderError, match="does not follow"):
            ledger.append(part, floor=0)
    ledger.append(blocks[5:], floor=0)
    ledger.append([], floor=10)


def test_append__bad_log_in_the_middle__all_or_none(engine: Engine, another: Callable[[], Engine]) -> None:
    ledger = Ledger(engine)
    blocks = Cooperative(9).blocks(20)
    ledger.append(blocks[:10], floor=0)
    before = counts(engine)
    bad = block(11, blocks[9].hash, START, [("TellerDesk", ev.Deposited(1, 1, 1, 9, 5, START))])
    with pytest.raises(PostingError, match=r"block 11.* no channel 9"):
        ledger.append([bad], floor=0)
    moved = [("SavingsWajib", ev.Transfer(b"\x01" * 20, b"\x02" * 20, 5))]
    with pytest.raises(PostingError, match="from a member to another"):
        ledger.append([block(11, blocks[9].hash, START, moved)], floor=0)
    assert counts(engine) == before
    ledger.append(blocks[10:], floor=0)
    clean = Ledger(another())
    clean.append(blocks, floor=0)
    assert ledger.digest() == clean.digest()


@pytest.mark.parametrize(
    "logs",
    [
        [("SavingsWajib", mint(1, 5))],
        [("TellerDesk", ev.Deposited(1, 1, 1, 1, 5, START))],
        [("SavingsSukarela", mint(1, 5)), ("TellerDesk", ev.Deposited(1, 1, 1, 1, 5, START))],
        [("SavingsWajib", mint(1, 4)), ("TellerDesk", ev.Deposited(1, 1, 1, 1, 5, START))],
    ],
)
def test_append__transfers_and_entries_differ__refused(engine: Engine, logs: list[Any]) -> None:
    with pytest.raises(TransferMismatchError, match="block 1: the token of account"):
        Ledger(engine).append([block(1, ROOT, START, logs)], floor=0)


def test_append__no_free_space_or_lost_connection__goes_on(
    engine: Engine, another: Callable[[], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(engine)
    blocks = Cooperative(10).blocks(40)
    ledger.append(blocks[:10], floor=0)

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Ledger, "_move", full)
    with pytest.raises(OSError, match="no space left"):
        ledger.append(blocks[10:], floor=0)
    monkeypatch.undo()
    ledger.append(blocks[10:], floor=0)
    clean = Ledger(another())
    clean.append(blocks, floor=0)
    assert ledger.digest() == clean.digest()


SEALED_ROWS = [
    delete(schema.line).where(schema.line.c.entry == 3),
    update(schema.line).where(schema.line.c.entry == 3, schema.line.c.position == 0).values(amount=1),
    insert(schema.line).values(cooperative_id=1, entry=3, position=9, book_day=START, account=1110, amount=1),
    delete(schema.entry).where(schema.entry.c.number == 1),
    update(schema.entry).values(book_day=0),
    delete(schema.raw_log),
    update(schema.raw_log).values(data=b""),
    delete(schema.block),
    update(schema.member_status).values(status="ACTIVE"),
    delete(schema.member),
    insert(schema.contract).values(
        cooperative_id=1, block_number=2, log_index=999, name="TellerDesk", address=b"\x01" * 20
    ),
    insert(schema.raw_log).values(
        cooperative_id=1,
        block_number=2,
        log_index=999,
        tx_index=0,
        tx_hash=b"",
        address=b"",
        topics=b"",
        data=b"",
    ),
    update(schema.head).values(floor=3),
    update(schema.head).values(final_entries=3),
    update(schema.head).values(block_number=14),
    update(schema.head).values(entries=1),
    delete(schema.head),
    delete(schema.tree_node),
    update(schema.tree_node).values(hash=b""),
]


def test_database__sealed_rows__never_change(engine: Engine) -> None:
    ledger = Ledger(engine)
    ledger.append(Cooperative(6).blocks(160), floor=15)
    before = ledger.digest()
    refusal = r"sealed|never change|floor only rises|cannot be deleted"
    for statement in SEALED_ROWS:
        with pytest.raises(DBAPIError, match=refusal), writing(engine).begin() as connection:
            connection.execute(statement)
    assert ledger.digest() == before
    assert Ledger(engine).cursor() == ledger.cursor()


def test_database__every_table_with_rows__never_changes(engine: Engine) -> None:
    Ledger(engine).append(Cooperative(6).blocks(160), floor=15)
    tried = 0
    for table in (*schema.LOG_TABLES, schema.line, schema.tree_node):
        if counts(engine)[table.name]:
            tried += 1
            for statement in (delete(table), update(table).values(cooperative_id=2)):
                with (
                    pytest.raises(DBAPIError, match=r"sealed|never change"),
                    writing(engine).begin() as connection,
                ):
                    connection.execute(statement)
    assert tried >= 11


def test_database__cooperative_without_a_head__refused(engine: Engine) -> None:
    """Nobody can lay books down beside the seal: neither rows that no head guards, nor a head over them."""
    Ledger(engine).append(Cooperative(6).blocks(160), floor=15)
    tried = 0
    for table in (*schema.LOG_TABLES, schema.line, schema.tree_node):
        if counts(engine)[table.name]:
            tried += 1
            names = [column.name for column in table.columns]
            copied = ["2" if name == "cooperative_id" else name for name in names]
            statement = f"INSERT INTO {table.name} SELECT {', '.join(copied)} FROM {table.name}"
            with pytest.raises(DBAPIError, match="has no head"), writing(engine).begin() as connection:
                connection.execute(text(statement))
    assert tried >= 11
    for place in ({"entries": 5}, {"block_number": 160}, {"floor": 15}, {"final_entries": 3}):
        head = insert(schema.head).values(cooperative_id=2, block_hash=b"", **place)
        with pytest.raises(DBAPIError, match="begin empty"), writing(engine).begin() as connection:
            connection.execute(head)
    with pytest.raises(DBAPIError, match="begin empty"), writing(engine).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO head SELECT 2, block_number, block_hash, entries, floor, final_entries FROM head"
            )
        )


def test_database__insert_or_replace__refused(engine: Engine) -> None:
    """REPLACE deletes without a delete trigger in SQLite; PostgreSQL's upsert is an update."""
    Ledger(engine).append(Cooperative(6).blocks(10), floor=5)
    if engine.dialect.name == "sqlite":
        statement = "INSERT OR REPLACE INTO line SELECT * FROM line WHERE entry = 2"
    else:
        statement = (
            "INSERT INTO line SELECT * FROM line WHERE entry = 2 "
            "ON CONFLICT (cooperative_id, entry, position) DO UPDATE SET amount = 5"
        )
    with pytest.raises(DBAPIError, match=r"sealed|never change"), writing(engine).begin() as connection:
        connection.execute(text(statement))


def test_sqlite__head_replaced_by_an_empty_one__refused(another: Callable[[], Engine]) -> None:
    engine = another()
    Ledger(engine).append(Cooperative(6).blocks(10), floor=5)
    statement = "INSERT OR REPLACE INTO head (cooperative_id, block_hash) VALUES (1, '')"
    with pytest.raises(DBAPIError, match="begin empty"), writing(engine).begin() as connection:
        connection.execute(text(statement))


def test_database__entry_that_does_not_balance__refused(engine: Engine) -> None:
    ledger = Ledger(engine)
    ledger.append(Cooperative(6).blocks(5), floor=0)
    cursor = ledger.cursor()
    assert cursor is not None
    number = cursor.entries + 1
    row = {
        "cooperative_id": 1,
        "number": number,
        "block_number": 6,
        "log_index": 0,
        "rule": "journal",
        "subject": 0,
        "book_day": START,
        "prev_hash": ROOT,
        "hash": ROOT,
    }

    def cheat(*amounts: int) -> None:
        with writing(engine).begin() as connection:
            connection.execute(insert(schema.entry).values(row))
            for position, amount in enumerate(amounts):
                values = {"entry": number, "position": position, "book_day": START, "account": 1110}
                connection.execute(insert(schema.line).values(cooperative_id=1, amount=amount, **values))
            connection.execute(update(schema.head).values(entries=number, block_number=6))

    for amounts in ((), (5,), (5, -4), (5, -5, 1)):
        with pytest.raises(DBAPIError, match="does not balance"):
            cheat(*amounts)
        assert Ledger(engine).cursor() == cursor
    cheat(5, -5)


@pytest.mark.postgres
def test_postgresql__rows_without_the_head__refused_at_commit(postgres_database: str) -> None:
    """Even who does not move the head cannot leave an entry or a line behind."""
    engine = open_engine(postgres_database)
    ledger = Ledger(engine)
    ledger.append(Cooperative(6).blocks(5), floor=0)
    cursor = ledger.cursor()
    assert cursor is not None
    values = {"entry": cursor.entries + 1, "position": 0, "book_day": START, "account": 1110, "amount": 1}
    with pytest.raises(DBAPIError, match="does not balance"), engine.begin() as connection:
        connection.execute(insert(schema.line).values(cooperative_id=1, **values))
    for table in ("line", "entry", "raw_log", "block"):
        with pytest.raises(DBAPIError, match="never change"), engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {table}"))
    engine.dispose()


def test_cooperatives__same_database__apart(engine: Engine) -> None:
    one, two = Ledger(engine, 1), Ledger(engine, 2)
    blocks = Cooperative(11).blocks(40)
    one.append(blocks, floor=20)
    two.append(blocks[:30], floor=20)
    two.append(blocks[30:], floor=40)
    assert one.digest() == two.digest()
    one.rollback(25)
    assert two.digest() != one.digest()
    assert check_books(engine, 1) == check_books(engine, 2) == []


def test_open__twice_and_unknown_database__as_it_should(engine: Engine, database_url: str) -> None:
    migrate(engine)
    open_engine(database_url).dispose()
    with pytest.raises(ValueError, match="no ledger database"):
        open_engine("mysql://localhost/books")
