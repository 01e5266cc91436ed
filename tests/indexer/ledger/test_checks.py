"""Each check finds what it is there for, once the database's own guards are out of the way."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from indexer.ledger.checks import CHECKS, check_books
from indexer.ledger.database import open_engine, writing
from indexer.ledger.journal import Ledger
from tests.indexer.ledger.fake_chain import Cooperative


@pytest.fixture
def books(tmp_path: Path) -> Engine:
    """Books whose guards an attacker with the file has removed."""
    engine = open_engine(f"sqlite:///{tmp_path / 'books.sqlite'}")
    Ledger(engine).append(Cooperative(21).blocks(160), floor=100)
    with writing(engine).begin() as connection:
        names = (
            connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        )
        for name in names:
            connection.execute(text(f"DROP TRIGGER {name}"))
    assert check_books(engine) == []
    return engine


TAMPERED = {
    "one rupiah more in a deposit": (
        "UPDATE line SET amount = amount + 1 WHERE entry = 30 AND position = 0",
        {"balance", "chain", "kept"},
    ),
    "one rupiah more on both sides": (
        "UPDATE line SET amount = amount + CASE WHEN amount > 0 THEN 1 ELSE -1 END WHERE entry = 30",
        {"chain", "kept"},
    ),
    "one rupiah in a kept month": (
        "UPDATE account_month SET debit_low = debit_low + 1 WHERE account = 1110",
        {"kept"},
    ),
    "one rupiah in a kept day": (
        "UPDATE account_day SET credit_low = credit_low + 1 WHERE account = 3110",
        {"kept"},
    ),
    "one rupiah in a kept cash flow": (
        "UPDATE cash_flow_day SET credit_low = credit_low + 1 WHERE account = 3110",
        {"kept"},
    ),
    "one rupiah of a member": (
        "UPDATE member_balance SET credit_low = credit_low + 1 WHERE member = 3 AND account = 3110",
        {"kept", "control_accounts"},
    ),
    "one rupiah of a loan": (
        "UPDATE loan_balance SET debit_low = debit_low + 1 WHERE loan = 1 AND account = 1210",
        {"kept", "control_accounts", "loans"},
    ),
    "a loan's principal": ("UPDATE loan_version SET drawn = drawn + 1 WHERE loan = 1", {"loans"}),
    "a loan's payment": ("UPDATE loan_payment SET principal = principal + 1 WHERE loan = 1", {"loans"}),
    "a loan never closed": ("DELETE FROM loan_closure", {"loans"}),
    "a claim that paid nothing": (
        "UPDATE line SET account = 2140 WHERE account = 3300",
        {"chain", "clearing", "kept"},
    ),
    "an entry's day": ("UPDATE entry SET book_day = book_day - 1 WHERE number = 9", {"balance", "chain"}),
    "an entry's receipt": ("UPDATE entry SET receipt = receipt + 1 WHERE number = 9", {"chain"}),
    "an entry's hash": ("UPDATE entry SET hash = zeroblob(32) WHERE number = 9", {"chain", "tree"}),
    "a block's hash": ("UPDATE block SET hash = zeroblob(32) WHERE block_number = 1", {"chain"}),
    "an entry gone": (
        "DELETE FROM entry WHERE number = 9",
        {"balance", "chain", "tree"},
    ),
    "the lines of an entry gone": ("DELETE FROM line WHERE entry = 9", {"balance", "chain", "kept"}),
    "the last entry gone": (
        "DELETE FROM entry WHERE number = (SELECT max(number) FROM entry)",
        {"balance", "chain", "tree"},
    ),
    "a node of the tree": ("UPDATE tree_node SET hash = zeroblob(32)", {"tree"}),
    "a transfer gone": (
        "DELETE FROM raw_log WHERE block_number = 1 AND log_index = (SELECT log_index FROM raw_log "
        "WHERE block_number = 1 AND substr(topics, 1, 4) = x'ddf252ad' LIMIT 1)",
        {"transfers"},
    ),
    "a channel overdrawn": (
        "UPDATE line SET amount = -amount WHERE entry IN (SELECT entry FROM line WHERE account = 3300)",
        {"chain", "channels", "kept"},
    ),
    "a close of figures that are not the books'": (
        "INSERT INTO closes SELECT 1, block_number, log_index + 1, 'CLOSED', effective_day, 1, zeroblob(32), "
        "zeroblob(32), zeroblob(32), 0, 3, 4 FROM setting WHERE name = 'month_ended' LIMIT 1",
        {"closes"},
    ),
    "a channel in another account": (
        "UPDATE line SET channel = 2 WHERE entry = 2 AND channel = 1",
        {"chain", "channels"},
    ),
}


@pytest.mark.parametrize(("statement", "found"), TAMPERED.values(), ids=TAMPERED.keys())
def test_checks__tampered_books__found(books: Engine, statement: str, found: set[str]) -> None:
    with writing(books).begin() as connection:
        assert connection.execute(text(statement)).rowcount > 0
    told = {error.check for error in check_books(books)}
    assert found <= told, check_books(books)


def test_checks__each__is_tried() -> None:
    assert {name for _, found in TAMPERED.values() for name in found} == set(CHECKS)
