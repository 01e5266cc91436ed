"""Tables inside notes: a name in the first column, amounts in the others, a total below."""

from collections.abc import Sequence

from indexer.reports.statements.amounts import NOTHING, BookAmounts
from indexer.reports.statements.periods import instant_columns
from indexer.reports.statements.structs import Cell, Field, Listing, Span, Words
from rules.types import WibDay

NAME = Field("label", Words("Uraian", "Item"), "text")
NAME_EN = Field("label_en", Words("Uraian (Inggris)", "Item (English)"), "text")


def amount_field(name: str, label: Words) -> Field:
    """A column of rupiah."""
    return Field(name, label, "amount")


def table(
    books: BookAmounts,
    name: str,
    title: Words,
    span: Span,
    fields: Sequence[Field],
    rows: Sequence[tuple[Words, tuple[Cell, ...]]],
) -> Listing:
    """Rows under `fields`; amounts and numbers of things are summed."""
    cells = tuple((label.id, label.en, *values) for label, values in rows)
    totals: list[int | None] = [None, None]
    for at, field in enumerate(fields):
        summed = field.kind == "amount" or field.name in ("loans", "members")
        values = [values[at] for _, values in rows]
        totals.append(sum(value for value in values if isinstance(value, int)) if summed else None)
    return Listing(name, title, span, (NAME, NAME_EN, *fields), cells, tuple(totals), books.stand())


def balances_table(
    books: BookAmounts, name: str, title: Words, span: Span, accounts: Sequence[int]
) -> Listing:
    """Balances of accounts at the days a balance sheet of the span shows, on the side where each stands."""
    days = [column.span.to_day for column in instant_columns(span)]
    columns = [column.label for column in instant_columns(span)]
    fields = [amount_field(f"at{number}", label) for number, label in enumerate(columns)]
    rows = []
    for code in accounts:
        side = 1 if books.chart.of(code).debit else -1
        rows.append((books.chart.of(code).label, tuple(side * books.balance(day, code) for day in days)))
    return table(books, name, title, span, fields, rows)


def movements_table(
    books: BookAmounts, name: str, title: Words, span: Span, accounts: Sequence[int]
) -> Listing:
    """Beginning, additions, uses and end of accounts in a span, on the side where each stands."""
    labels = (
        ("beginning", Words("Awal", "Beginning")),
        ("added", Words("Bertambah", "Added")),
        ("used", Words("Berkurang", "Used")),
        ("end", Words("Akhir", "End")),
    )
    fields = [amount_field(*each) for each in labels]
    moved, rows = books.moved(span), []
    for code in accounts:
        account, sides = books.chart.of(code), moved.get(code, NOTHING)
        side = 1 if account.debit else -1
        added, used = (sides.debit, sides.credit) if account.debit else (sides.credit, sides.debit)
        first = side * books.balance(WibDay(span.from_day - 1), code)
        rows.append((account.label, (first, added, -used, first + added - used)))
    return table(books, name, title, span, fields, rows)


def dotted(amount: int) -> str:
    """A whole number with dots between thousands."""
    return f"{amount:,}".replace(",", ".")
