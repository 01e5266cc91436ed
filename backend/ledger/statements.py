"""Statements, books of accounts and notes as the bodies of the API."""

from typing import Final, NamedTuple, cast

from backend import errors
from backend.ledger import statement_schemas as schemas
from backend.ledger.reading import Books
from backend.ledger.schemas import Words
from backend.ledger.service import day_asked
from indexer.reports.statements import structs
from indexer.reports.statements.account_books import UnknownAccountError
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.catalogue import Wanted, report
from indexer.reports.statements.chart import ChartError, FindChart
from indexer.reports.statements.layout import lines_hash
from indexer.reports.statements.periods import PeriodError, year_to
from indexer.reports.statements.structs import Cell, Field, Span
from rules.calendar import day_text
from rules.types import Channel, WibDay

MAX_LINES: Final = 1000
"""The most of a book of accounts that is told at once."""


class Asked(NamedTuple):
    """The period that is asked for: both ends, or one day whose year up to it is meant, or neither."""

    as_of: int | None
    from_day: int | None
    to_day: int | None


def statement(books: Books, find: FindChart, name: str, asked: Asked) -> schemas.Statement:
    """A statement by its name. PeriodOrderError, ChartUnreadableError."""
    found = report_of(books, find, Wanted(name, span_asked(books, asked)))
    assert isinstance(found, structs.Statement)
    return schemas.Statement(
        cast("schemas.StatementName", found.name),
        told(found.title),
        [_column(each) for each in found.columns],
        [_row(each) for each in found.rows],
        [told(each) for each in found.remarks],
        stated_on(found.stand),
    )


def notes(books: Books, find: FindChart, asked: Asked) -> schemas.Notes:
    """The notes. PeriodOrderError, ChartUnreadableError."""
    span = span_asked(books, asked)
    found = report_of(books, find, Wanted("notes", span))
    assert isinstance(found, structs.Notes)
    numbered = [
        schemas.Note(
            each.number,
            told(each.title),
            [told(words) for words in each.paragraphs],
            [_listing(table, more=False) for table in each.tables],
        )
        for each in found.notes
    ]
    return schemas.Notes(told(found.title), *_days(span), numbered, stated_on(found.stand))


def account_book(
    books: Books, find: FindChart, asked: Asked, limit: int, *, account: int | None = None, channel: int = 0
) -> schemas.Listing:
    """The first `limit` lines of an account, or of a channel. PeriodOrderError, UnknownAccountError,
    ChartUnreadableError."""
    span = span_asked(books, asked)
    if account is None:
        wanted = Wanted("cash-book", span, channel=Channel(channel), limit=limit)
    else:
        wanted = Wanted("general-ledger", span, account=account, limit=limit)
    found = report_of(books, find, wanted)
    assert isinstance(found, structs.Listing)
    return _listing(found, more=found.more)


def report_of(books: Books, find: FindChart, wanted: Wanted) -> structs.Report:
    """Any report of the catalogue. PeriodOrderError, UnknownAccountError, ChartUnreadableError."""
    try:
        amounts = BookAmounts.on(books.connection, wanted.span.to_day, books.cooperative_id, find)
        return report(amounts, wanted)
    except PeriodError as error:
        raise errors.PeriodOrderError(error.indonesian, error.english) from None
    except UnknownAccountError as error:
        raise errors.UnknownAccountError(error.account) from None
    except ChartError as error:
        raise errors.ChartUnreadableError(error.indonesian, error.english) from None


def span_asked(books: Books, asked: Asked) -> Span:
    """The year up to a day, or the period between both ends; an end that is not given is that of the year."""
    if asked.from_day is None:
        given = asked.as_of if asked.to_day is None else asked.to_day
        return year_to(day_asked(books, given))
    last = asked.as_of if asked.to_day is None else asked.to_day
    return Span(WibDay(asked.from_day), day_asked(books, last))


def _column(column: structs.Column) -> schemas.StatementColumn:
    return schemas.StatementColumn(told(column.label), *_days(column.span), column.instant, column.component)


def _row(row: structs.Row) -> schemas.StatementRow:
    return schemas.StatementRow(
        row.element,
        row.level,
        row.kind,
        told(row.label),
        [None if amount is None else str(amount) for amount in row.amounts],
        row.note,
        [schemas.StatementTerm(term.sign, term.element) for term in row.terms],
        list(row.accounts),
    )


def _listing(listing: structs.Listing, more: bool) -> schemas.Listing:
    return schemas.Listing(
        listing.name,
        told(listing.title),
        *_days(listing.span),
        str(listing.opening),
        [schemas.ListingField(each.name, told(each.label), each.kind) for each in listing.fields],
        [
            [_cell(field, cell) for field, cell in zip(listing.fields, row, strict=True)]
            for row in listing.rows
        ],
        [None if total is None else str(total) for total in listing.totals],
        [told(each) for each in listing.remarks],
        more,
        stated_on(listing.stand),
    )


def _cell(field: Field, cell: Cell) -> str | None:
    if cell is None or cell == "":
        return None
    if field.kind == "day":
        return day_text(WibDay(int(cell)))
    return str(cell)


def stated_on(stand: structs.Stand) -> schemas.StatedOn:
    """The books that a report was made from."""
    since = None if stand.chart_since is None else day_text(stand.chart_since)
    return schemas.StatedOn(
        stand.block_number,
        stand.block_hash.hex(),
        stand.entries,
        stand.chart_hash.hex(),
        since,
        lines_hash(),
    )


def _days(span: Span) -> tuple[str, str]:
    return day_text(span.from_day), day_text(span.to_day)


def told(words: structs.Words) -> Words:
    """Words as they are told."""
    return Words(words.id, words.en)
