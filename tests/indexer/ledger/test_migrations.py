"""Models and migrations say the same, in both databases, and old rows get the server's defaults."""

import time
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, Table, create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from indexer.ledger.checks import check_books
from indexer.ledger.database import MIGRATIONS, migrate, open_engine, writing
from indexer.ledger.journal import Ledger
from indexer.ledger.kept import KEPT
from indexer.ledger.migrations.versions import (
    m0001_initial,
    m0002_loans,
    m0003_meetings,
    m0006_closes,
    m0007_surplus,
    m0009_schedules,
)
from indexer.ledger.schema import LOG_TABLES, cash_flow_day, line, metadata
from tests.indexer.ledger.fake_chain import Cooperative


def test_models_and_migrations__agree(engine: Engine) -> None:
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        found = inspect(connection)
        for table in metadata.tables.values():
            keys = [column.name for column in table.primary_key.columns]
            assert found.get_pk_constraint(table.name)["constrained_columns"] == keys
            assert keys[0] == "cooperative_id"
            made = {check["name"] for check in found.get_check_constraints(table.name)}
            assert made == {each.name for each in checks_of(table) if made_in(engine, each)}


def checks_of(table: Table) -> list[CheckConstraint]:
    return [each for each in table.constraints if isinstance(each, CheckConstraint)]


def made_in(engine: Engine, check: CheckConstraint) -> bool:
    """`typeof` is SQLite's."""
    return engine.dialect.name == "sqlite" or "typeof" not in str(check.sqltext)


def test_checks__what_sums_are_kept_in__is_checked() -> None:
    names = {each.name for table in metadata.tables.values() for each in checks_of(table)}
    kept = {f"{table.name}_{what}" for table in KEPT for what in ("words", "integers")}
    assert names == kept | {"line_amount", "line_integers"}


def test_sealed_tables__every_log_table__has_its_triggers() -> None:
    made = (m0001_initial, m0002_loans, m0003_meetings, m0006_closes, m0007_surplus, m0009_schedules)
    sealed = {name for migration in made for name in migration.SEALED}
    assert sealed == {table.name for table in (*LOG_TABLES, line)}


def test_head__only_key_and_hash_given__defaults_of_the_server(engine: Engine) -> None:
    with writing(engine).begin() as connection:
        connection.execute(text("INSERT INTO head (cooperative_id, block_hash) VALUES (7, '')"))
        row = connection.execute(text("SELECT block_number, entries, floor, final_entries FROM head")).one()
    assert tuple(row) == (-1, 0, -1, 0)


def test_open__while_another_writes__does_not_wait(engine: Engine, database_url: str) -> None:
    with writing(engine).begin() as connection:
        connection.execute(text("INSERT INTO head (cooperative_id, block_hash) VALUES (8, '')"))
        started = time.monotonic()
        open_engine(database_url).dispose()
        assert time.monotonic() - started < 5


def test_migrate__loans_of_older_contracts__are_refused_and_nothing_changes(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO head (cooperative_id, block_hash) VALUES (1, '')"))
        row = "1, 44, 5, 0, x'00', 12, NULL, 1000, 1200, 12, 1, 20000, 20000, 0, 0, NULL"
        connection.execute(text(f"INSERT INTO loan VALUES ({row})"))
    with pytest.raises(RuntimeError, match="move it away"):
        migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT guarantor FROM loan")).all() == [(None,)]
        assert not inspect(connection).has_table("loan_version")
    engine.dispose()


def test_migrate__books_without_cash_flows__get_those_of_their_lines(tmp_path: Path) -> None:
    """As if the books had been kept by the older schema: the same rows come back."""
    engine = open_engine(f"sqlite:///{tmp_path / 'books.sqlite'}")
    Ledger(engine).append(Cooperative(5).blocks(40), floor=30)
    flows = select(cash_flow_day).order_by(cash_flow_day.c.account, cash_flow_day.c.day)
    with writing(engine).begin() as connection:
        kept = connection.execute(flows).all()
        assert len(kept) > 20
        connection.execute(text("DROP TABLE cash_flow_day"))
        connection.execute(text("DROP INDEX entry_year_closing"))
        newest = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{newest}'"))
    with engine.connect() as connection:
        assert connection.execute(flows).all() == kept
    assert check_books(engine) == []
    engine.dispose()


def test_migrate__what_was_closed__is_no_setting_any_more(engine: Engine) -> None:
    """As if the books had been kept by the older schema: a final row goes, and the table is sealed again."""
    row = "INSERT INTO setting VALUES (7, {block}, 0, '{name}', '{{}}', NULL)"
    with writing(engine).begin() as connection:
        connection.execute(text("INSERT INTO head (cooperative_id, block_hash) VALUES (7, '')"))
        connection.execute(text(row.format(block=3, name="closed_through")))
        connection.execute(text(row.format(block=4, name="admin")))
        connection.execute(text("UPDATE head SET block_number = 9 WHERE cooperative_id = 7"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0011'"))
    migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM setting")).scalars().all() == ["admin"]
    for act in (row.format(block=5, name="late"), "UPDATE setting SET name = 'x'", "DELETE FROM setting"):
        with pytest.raises(DBAPIError), writing(engine).begin() as connection:
            connection.execute(text(act))
