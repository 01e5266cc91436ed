"""What a printed statement, book or card says: words and figures as text, the same for PDF and HTML."""

from typing import Final

import msgspec

from indexer.reports.statements.structs import RowKind, Words
from rules.types import Office, WibDay

Cell = str | Words
SIGNING: Final = (Office.KETUA, Office.BENDAHARA, Office.PENGAWAS)
"""Who signs statements."""


class Column(msgspec.Struct, frozen=True):
    """A column of a table. `figures` stand to the right, below one another; `wide` takes the room left."""

    label: Words
    figures: bool = False
    wide: bool = False


class Line(msgspec.Struct, frozen=True):
    """A row: a cell for each column; `level` how far the first stands in."""

    cells: tuple[Cell, ...]
    kind: RowKind = "line"
    level: int = 0


class Table(msgspec.Struct, frozen=True):
    """A table, with a title where the section has none of its own."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    title: Words | None = None


class Section(msgspec.Struct, frozen=True):
    """A part of a document: its title, then paragraphs, then tables."""

    tables: tuple[Table, ...] = ()
    title: Words | None = None
    paragraphs: tuple[Words, ...] = ()


class Fact(msgspec.Struct, frozen=True):
    """A label and its value."""

    label: Words
    value: str


class Signature(msgspec.Struct, frozen=True):
    """A box to sign in: in which office, and who."""

    role: Words
    who: str


class Source(msgspec.Struct, frozen=True):
    """The books a document was made from: `facts` name the block, its hash, and the root over the entries;
    `address` answers whether that root is of these books, `qr` is the address as a picture (SVG)."""

    note: Words
    facts: tuple[Fact, ...]
    address: str
    qr: str
    short: str


class Body(msgspec.Struct, frozen=True):
    """What a report says of itself; who prints it adds the cooperative, the signatures and the source.

    Signed by those who hold `offices` on `day`, in the box of `member` if there is one, and by `signers`.
    """

    name: str
    title: Words
    period: Words
    day: WibDay
    sections: tuple[Section, ...]
    facts: tuple[Fact, ...] = ()
    remarks: tuple[Words, ...] = ()
    landscape: bool = False
    offices: tuple[Office, ...] = SIGNING
    member: Signature | None = None
    signers: tuple[Signature, ...] = ()


class Document(msgspec.Struct, frozen=True):
    """All that is printed. `date` is year, month and day of the report."""

    cooperative: str
    subtitle: Words
    unit: Words
    body: Body
    date: tuple[int, int, int]
    signatures: tuple[Signature, ...]
    source: Source
