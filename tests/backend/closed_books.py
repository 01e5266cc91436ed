"""Books with a closed month, of which a proof was kept (the ground's: nobody looks at it here)."""

from typing import NamedTuple

from sqlalchemy import insert

from backend.office.claims import ClaimsOffice, Prepared
from indexer.chain import events as ev
from indexer.ledger import schema
from indexer.ledger.closes import figures
from rules.calendar import last_day, month_of_day
from rules.types import WibDay
from tests.backend.books import Books
from tests.indexer.ledger.fake_chain import block
from tests.verifier.ground import ground
from verifier.bundle import VERSION, Evidence, encode_evidence


class ClosedBooks(NamedTuple):
    """The last day of the close, and what was prepared of the claims."""

    through: WibDay
    prepared: Prepared


def close_month(books: Books, office: ClaimsOffice) -> ClosedBooks:
    """End the books' month, make the claims, close, and keep a proof; a deposit of the next month comes
    before the close, and one after it."""
    through = last_day(month_of_day(WibDay(books.cooperative.day)))
    books.cooperative.day = through + 1
    books.deposit(books.blocks[-1].number)
    add(books, ev.MonthEnded(month_of_day(through), through))
    with books.engine.connect() as connection:
        prepared = office.prepare(connection, through)
        attested = figures(connection, through)
    tree = prepared.tree
    add(books, ev.BooksClosed(through, *attested, tree.root, tree.total, 900, 907))
    at = books.blocks[-1].number
    books.deposit(at + 1)
    made = ground()
    evidence = Evidence(VERSION, made.close_log(1), [], made.state_of())
    place = {"cooperative_id": 1, "block_number": at, "log_index": 0}
    with books.engine.begin() as connection:
        row = {**place, "through": through, "content": encode_evidence(evidence)}
        connection.execute(insert(schema.close_evidence).values(row))
    return ClosedBooks(through, prepared)


def add(books: Books, event: ev.Event) -> None:
    """One more block, final, with this event of Books."""
    number, parent = books.blocks[-1].number + 1, books.blocks[-1].hash
    made = block(number, parent, books.cooperative.day, [("Books", event)])
    books.blocks.append(made)
    books.ledger.append([made], number)
