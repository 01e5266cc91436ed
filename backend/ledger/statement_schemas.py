"""The bodies of statements, books of accounts and notes."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from backend.ledger.schemas import Body, Day, Hash, Rupiah, Words

StatementName = Literal[
    "position",
    "surplus",
    "cash-flows-direct",
    "cash-flows-indirect",
    "equity",
    "promotion",
    "teller-report",
]
RowKind = Literal["heading", "line", "total", "text"]
CellKind = Literal["text", "number", "day", "debit", "credit", "balance", "amount", "share", "rate", "points"]


class StatedOn(Body, frozen=True):
    """The books a statement was made from: the last block in them, how many entries, and the SHA-256 of the
    chart of accounts that was adopted (empty: none was)."""

    block: int
    block_hash: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")]
    entries: int
    chart: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")]
    chart_since: Day | None
    lines: Hash


class StatementColumn(Body, frozen=True):
    """What a column is of: the end of day `to` where `instant`, else `from` to `to`; `component` of equity or
    channel where not empty."""

    label: Words
    from_day: Day
    to_day: Day
    instant: bool
    component: str


class StatementTerm(Body, frozen=True):
    """A row that a total adds (1) or takes away (-1)."""

    sign: int
    element: str


class StatementRow(Body, frozen=True):
    """A row: its stable element, how far it stands in, and an amount for each column (null: not known)."""

    element: str
    level: int
    kind: RowKind
    label: Words
    amounts: list[Rupiah | None]
    note: str
    terms: list[StatementTerm]
    accounts: list[int]


class Statement(Body, frozen=True):
    """A financial statement of one table."""

    name: StatementName
    title: Words
    columns: list[StatementColumn]
    rows: list[StatementRow]
    remarks: list[Words]
    stated_on: StatedOn


class ListingField(Body, frozen=True):
    """A column of a listing; debit, credit, balance and amount are rupiah, share and rate basis points,
    points hundredths of one."""

    name: str
    label: Words
    kind: CellKind


class Listing(Body, frozen=True):
    """A table of records. Cells are text: rupiah and numbers as digits, days as YYYY-MM-DD; null where there
    is nothing. `more`: the listing was cut at the limit, and its totals are those of what is shown."""

    name: str
    title: Words
    from_day: Day
    to_day: Day
    opening: Rupiah
    fields: list[ListingField]
    rows: list[list[str | None]]
    totals: list[Rupiah | None]
    remarks: list[Words]
    more: bool
    stated_on: StatedOn


class Note(Body, frozen=True):
    """A note: paragraphs, then tables."""

    number: str
    title: Words
    paragraphs: list[Words]
    tables: list[Listing]


class Notes(Body, frozen=True):
    """Notes to the financial statements (CALK)."""

    title: Words
    from_day: Day
    to_day: Day
    notes: list[Note]
    stated_on: StatedOn


STATEMENT_BODIES: Final = (Statement, Listing, Notes)
