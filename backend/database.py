"""The office database: SQLite by default, PostgreSQL by setting; the same code and migrations for both."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, Update, create_engine, event, text


def connect(url: str, lock_seconds: float = 10.0) -> Engine:
    """An engine for an SQLAlchemy URL, its schema brought up to date.

    SQLite keeps a write-ahead log and waits `lock_seconds` for a lock.
    """
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _pragmas(connection: object, _record: object) -> None:
            wait = f"busy_timeout={int(lock_seconds * 1000)}"
            for pragma in (wait, "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    migrate(engine)
    return engine


def migrate(engine: Engine) -> None:
    """Run the migrations that are missing."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def overwrite(engine: Engine, change: Update) -> int:
    """Run an update that forgets secrets, and on SQLite wipe the pages that held them; how many rows it met.

    PostgreSQL keeps old rows until VACUUM; backups keep them in both (docs/runbook.md).
    """
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.begin() as connection:
        if is_sqlite:
            connection.execute(text("PRAGMA secure_delete = ON"))
        met = connection.execute(change).rowcount
    if met and is_sqlite:
        with engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return met
