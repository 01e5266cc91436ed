"""What a statement is made of, whatever form it is given: rows with level, words in both languages, amounts.

Amounts are whole rupiah on the side where their line normally stands; None where a figure is not known.
"""

from typing import Final, Literal

import msgspec

from rules.types import WibDay

RowKind = Literal["heading", "line", "total", "text"]


class Words(msgspec.Struct, frozen=True):
    """The same in Indonesian and English."""

    id: str
    en: str


class Span(msgspec.Struct, frozen=True):
    """From the beginning of a WIB day to the end of another."""

    from_day: WibDay
    to_day: WibDay


class Term(msgspec.Struct, frozen=True):
    """A row that a total adds (sign 1) or takes away (-1), by its element."""

    sign: int
    element: str


class Row(msgspec.Struct, frozen=True):
    """A row. `element` is its stable name, `level` how far it stands in; `terms` say which rows a total is
    made of; `accounts` whose balances a line is; `note` the number of the note that speaks of it."""

    element: str
    level: int
    kind: RowKind
    label: Words
    amounts: tuple[int | None, ...] = ()
    note: str = ""
    terms: tuple[Term, ...] = ()
    accounts: tuple[int, ...] = ()


class Column(msgspec.Struct, frozen=True):
    """What the amounts of a column are of: a span, or the end of `span.to_day` where `instant`; a component
    of equity, or a channel, where that is not empty. `total`: the sum of the columns before it."""

    label: Words
    span: Span
    instant: bool
    component: str = ""
    total: bool = False


class Stand(msgspec.Struct, frozen=True):
    """The books that a statement was made from: the last block in them, how many entries they have, the chart
    of accounts and its adoption. What is final is not said: it depends on when the chain was read."""

    block_number: int
    block_hash: bytes
    entries: int
    chart_hash: bytes
    chart_since: WibDay | None


class Statement(msgspec.Struct, frozen=True):
    """A statement of one table. `remarks` say what a reader must know of its figures."""

    name: str
    title: Words
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    stand: Stand
    remarks: tuple[Words, ...] = ()

    def amount(self, element: str, column: int = 0) -> int:
        """The amount of an element, 0 where the row was left out; KeyError if it is not of this statement."""
        for row in self.rows:
            if row.element == element and row.kind != "heading":
                return row.amounts[column] or 0
        raise KeyError(element)


CellKind = Literal["text", "number", "day", "debit", "credit", "balance", "amount", "share", "rate", "points"]


class Field(msgspec.Struct, frozen=True):
    """A column of a listing. The kind says how a form shows it and what it may compute: `debit` and `credit`
    are summed, `balance` runs along with them, `amount` is summed. `share` and `rate` are basis points, a
    `share` those of the two amounts in front of it, None where the second is nought. `points` are
    hundredths of a point, summed."""

    name: str
    label: Words
    kind: CellKind


Cell = str | int | None


class Listing(msgspec.Struct, frozen=True):
    """A table of records: a ledger, a sub-ledger. `opening` is the balance before the first row; `totals` are
    by field, None where nothing is summed. `debit` says on which side balances stand. `more`: rows were cut
    off at a limit, and totals are of those that are here."""

    name: str
    title: Words
    span: Span
    fields: tuple[Field, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[int | None, ...]
    stand: Stand
    opening: int = 0
    debit: bool = True
    more: bool = False
    remarks: tuple[Words, ...] = ()


class Note(msgspec.Struct, frozen=True):
    """A note: its number, paragraphs, and tables."""

    number: str
    title: Words
    paragraphs: tuple[Words, ...] = ()
    tables: tuple[Listing, ...] = ()


class Notes(msgspec.Struct, frozen=True):
    """Catatan atas laporan keuangan (CALK)."""

    name: str
    title: Words
    span: Span
    notes: tuple[Note, ...]
    stand: Stand


Report = Statement | Listing | Notes
AMOUNTS: Final = frozenset({"debit", "credit", "balance", "amount"})
"""Kinds of cells that are rupiah."""
PARTS: Final = frozenset({"share", "rate"})
"""Kinds of cells that are basis points."""
