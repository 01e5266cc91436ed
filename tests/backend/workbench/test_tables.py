"""The workbench's tables: what the migration makes is what the code says; rows stay as they were written."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, Table, insert, text
from sqlalchemy.exc import DBAPIError

from backend.database import connect
from backend.schema import METADATA
from backend.workbench import tables

SIGNER: dict[str, Any] = {"person": 7, "office": "BENDAHARA", "account": "0x7", "signature": b"s"}
CHECKER: dict[str, Any] = {"person": 9, "office": "PENGAWAS", "account": "0x9", "signature": b"t"}


def by(prefix: str, signer: dict[str, Any]) -> dict[str, Any]:
    return {f"{prefix}_{name}": value for name, value in signer.items()}


CLOSED = {
    "cooperative_id": 1,
    "difference": "d",
    "sequence": 1,
    "act": "CLOSED",
    "amount": 5,
    "cause": "UNKNOWN",
    "reason": "alasan",
    "acted_at": 1,
    **by("maker", SIGNER),
    **by("checker", CHECKER),
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'office.sqlite'}"
    engine = connect(url if request.param == "sqlite" else request.getfixturevalue("postgres_database"))
    yield engine
    engine.dispose()


def put(engine: Engine, table: Table, row: dict[str, Any]) -> None:
    with engine.begin() as connection:
        connection.execute(insert(table).values(row))


def refused(engine: Engine, statement: str) -> str:
    with pytest.raises(DBAPIError) as error, engine.begin() as connection:
        connection.execute(text(statement))
    return str(error.value.orig)


def test_migration__gives__the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "office_alembic_version", "compare_type": True}
        )
        assert compare_metadata(context, METADATA) == []


def test_acts__closed_by_two__are_kept_for_ever(engine: Engine) -> None:
    put(engine, tables.DIFFERENCE_ACT, CLOSED)
    for statement in ("UPDATE difference_act SET amount = 6", "DELETE FROM difference_act"):
        assert "rows never change" in refused(engine, statement)


@pytest.mark.parametrize(
    "change",
    [
        {"reason": ""},
        {"reason": "  "},
        {"maker_signature": None},
        {"checker_signature": None},
        {"checker_person": None},
        {"checker_person": 7},
        {"checker_account": "0x7"},
        {"checker_office": "BENDAHARA"},
        {"checker_office": None},
        {"maker_office": "PENGAWAS"},
        {"act": "SETTLED"},
        {"sequence": 2},
    ],
)
def test_acts__closed_otherwise__are_refused_by_the_database(engine: Engine, change: dict[str, Any]) -> None:
    with pytest.raises(DBAPIError):
        put(engine, tables.DIFFERENCE_ACT, CLOSED | change)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM difference_act")).scalar_one() == 0


def test_pairs__of_a_match__end_only_when_it_is_undone(engine: Engine) -> None:
    pair = {
        "cooperative_id": 1,
        "match": 1,
        "channel": 2,
        "side": "LINE",
        "key": "1/1",
        "amount": 5,
        "live": 1,
    }
    put(engine, tables.BANK_PAIR, pair)
    with pytest.raises(DBAPIError):
        put(engine, tables.BANK_PAIR, pair | {"match": 2})
    assert "undone" in refused(engine, "UPDATE bank_pair SET live = NULL")
    assert "rows never change" in refused(engine, "DELETE FROM bank_pair")
    undone = {"cooperative_id": 1, "match": 1, "undone_at": 1, "kind": "HAND", "reason": "salah"}
    put(engine, tables.MATCH_UNDONE, undone | by("by", SIGNER))
    assert "undone" in refused(engine, "UPDATE bank_pair SET live = NULL, amount = 6")
    with engine.begin() as connection:
        connection.execute(text("UPDATE bank_pair SET live = NULL"))
    put(engine, tables.BANK_PAIR, pair | {"match": 2})


def test_matches__by_hand__need_a_reason_and_a_person(engine: Engine) -> None:
    row = {"cooperative_id": 1, "number": 1, "channel": 2, "kind": "HAND", "made_at": 1, "reason": "sama"}
    row |= by("by", SIGNER)
    for change in ({"reason": ""}, {"by_person": None}, {"by_signature": None}):
        with pytest.raises(DBAPIError):
            put(engine, tables.BANK_MATCH, row | change)
    put(engine, tables.BANK_MATCH, row)


def test_counts__by_one_person_twice__are_refused(engine: Engine) -> None:
    row = {
        "cooperative_id": 1,
        "number": 1,
        "channel": 1,
        "day": 1,
        "total": 5,
        "pieces": "",
        "counted_at": 1,
    }
    row |= by("first", SIGNER) | by("second", CHECKER)
    for change in ({"second_person": 7}, {"second_account": "0x7"}, {"second_signature": None}):
        with pytest.raises(DBAPIError):
            put(engine, tables.TILL_COUNT, row | change)
    put(engine, tables.TILL_COUNT, row)


def test_lines__text__may_be_emptied_and_nothing_else(engine: Engine) -> None:
    row = {"cooperative_id": 1, "statement": 1, "position": 1, "day": 1, "amount": 5, "text": "BUDI"}
    put(engine, tables.BANK_LINE, row)
    assert "rows never change" in refused(engine, "UPDATE bank_line SET amount = 6")
    assert "rows never change" in refused(engine, "DELETE FROM bank_line")
    with engine.begin() as connection:
        connection.execute(text("UPDATE bank_line SET text = ''"))
