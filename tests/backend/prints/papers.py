"""Every document of the house from the year of an example, and the same with figures as long as they come."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection

from backend.prints.balances import trial_balance_body
from backend.prints.content import Body, Cell, Column, Line
from backend.prints.figures import NOUGHT
from backend.prints.members import card_body, passbook_body
from backend.prints.reports import body_of
from backend.prints.slip import slip_body
from backend.surplus.files import read_allocation, read_bases
from backend.surplus.tree import ShareTree
from indexer.ledger.database import open_engine
from indexer.reports.instalment_card import instalment_card
from indexer.reports.passbook import passbook
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.catalogue import NAMES, Wanted, report
from indexer.reports.statements.periods import year_to
from indexer.reports.statements.structs import Report, Span
from indexer.reports.supervision.duties import calendar
from indexer.reports.supervision.duty_tables import duty_tables
from indexer.reports.supervision.health import ANSWERS_KEY, TABLE_KEY, health_scores
from indexer.reports.supervision.health_tables import health_tables
from indexer.reports.supervision.limit_tables import limit_tables
from indexer.reports.supervision.limits import limits
from indexer.reports.supervision.ratio_tables import ratio_tables
from indexer.reports.supervision.ratios import ratios
from indexer.reports.surplus import Allocation
from indexer.reports.trial_balance import trial_balance
from rules.calendar import parse_day
from rules.shu import split_surplus
from rules.types import Channel, LoanNumber, MemberNumber, Rupiah
from tests.indexer.reports.score_files import OLD, answers, content, table
from tests.indexer.reports.statement_years import book_two_years
from tests.indexer.reports.supervised import AUGUST, option, supervised

EXAMPLE: Final = "ksp-samosir"
COOPERATIVE: Final = "KSP Samosir Sejahtera"
PUBLIC_URL: Final = "https://buku.samosir.example"
DAY: Final = parse_day("2025-12-31")
MONTH: Final = Span(parse_day("2025-02-01"), parse_day("2025-02-28"))
LONG: Final = "999.999.999.999"
MEMBER: Final = MemberNumber(288)
LOAN: Final = LoanNumber(7)
_BOOKS: Final = ("general-ledger", "cash-book")
_SHU: Final = Path(__file__).parents[3] / "examples" / EXAMPLE / "shu"


@contextmanager
def example_books(folder: Path) -> Iterator[Connection]:
    """The example's year and the next, in a database in `folder`."""
    engine = open_engine(f"sqlite:///{folder / 'books.sqlite'}")
    book_two_years(EXAMPLE, engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def reports(connection: Connection) -> dict[str, Report]:
    """Every report of the catalogue: books of accounts of a month, the others of the year."""
    found = {}
    for name in NAMES:
        span = MONTH if name in _BOOKS else year_to(DAY)
        account = 1210 if name == "general-ledger" else None
        wanted = Wanted(name, span, account, Channel.KAS if name == "cash-book" else None)
        found[name] = report(BookAmounts.on(connection, DAY), wanted)
    return found


def bodies(connection: Connection) -> dict[str, Body]:
    """Every document by its name."""
    made = [body_of(each) for each in reports(connection).values()]
    own = BookAmounts.on(connection, DAY)
    made += [
        body_of(ratio_tables(ratios(own, DAY))),
        body_of(limit_tables(limits(own, DAY))),
        body_of(duty_tables(calendar(own, 2025, DAY))),
        body_of(health_tables(health_scores(own, DAY, {}.get))),
        trial_balance_body(trial_balance(connection, DAY)),
        passbook_body(passbook(connection, MEMBER)),
        card_body(instalment_card(connection, LOAN)),
        slip(),
    ]
    return {body.name: body for body in made}


@contextmanager
def supervised_bodies(folder: Path) -> Iterator[tuple[Connection, dict[str, Body]]]:
    """Limits that are broken and a score by a made-up table, of the hand-made books."""
    files = content(table()), content(answers())
    kept = {sha256(file).digest(): file for file in files}
    adopted = [option(key + OLD, digest) for key, digest in zip((TABLE_KEY, ANSWERS_KEY), kept, strict=True)]
    with supervised(folder, ("2025-09-02", adopted)) as connection:
        own = BookAmounts.on(connection, AUGUST)
        made = (
            body_of(ratio_tables(ratios(own, AUGUST))),
            body_of(limit_tables(limits(own, AUGUST))),
            body_of(health_tables(health_scores(own, AUGUST, kept.get))),
        )
        yield connection, {body.name: body for body in made}


def slip() -> Body:
    """The slip of a member's share, by the example's allocation."""
    decided = read_allocation(_SHU / "allocation.json")
    bases = read_bases(_SHU / "bases.csv")
    split = split_surplus(decided.net_surplus, decided.allocation_bps, bases)
    shares = {member: Rupiah(share.total) for member, share in split.members.items()}
    root = ShareTree(decided.year, shares).root
    held = Allocation(decided.year, root, 18_443, 2, bytes(range(32)), final=True)
    return slip_body(decided.year, split, bases, MEMBER, held)


def lengthened(body: Body) -> Body:
    """The same document with LONG in every figure, every other one below nought."""
    sections = []
    for section in body.sections:
        tables = [
            msgspec.structs.replace(
                table, lines=tuple(_longer(line, table.columns, at) for at, line in enumerate(table.lines))
            )
            for table in section.tables
        ]
        sections.append(msgspec.structs.replace(section, tables=tuple(tables)))
    facts = tuple(
        msgspec.structs.replace(fact, value=LONG) if set(fact.value) & {".", NOUGHT} else fact
        for fact in body.facts
    )
    return msgspec.structs.replace(body, sections=tuple(sections), facts=facts)


def _longer(line: Line, columns: tuple[Column, ...], at: int) -> Line:
    long = LONG if at % 2 else f"({LONG})"

    def cell(column: Column, old: Cell) -> Cell:
        return long if column.figures and old else old

    return msgspec.structs.replace(line, cells=tuple(map(cell, columns, line.cells)))
