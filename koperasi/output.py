"""What commands have in common: their options, and what they print.

With --json a command prints one JSON document and nothing else to standard output. Progress and errors go to
standard error. Exit codes: 0 done, 1 it could not be done, 2 a wrong argument or setting.
"""

import json
import sys
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from koperasi.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules.types import Month, WibDay

JsonOption = Annotated[
    bool,
    typer.Option(
        "--json", help="Satu dokumen JSON ke keluaran standar. / One JSON document to standard output."
    ),
]
CsvOption = Annotated[bool, typer.Option("--csv", help="CSV ke keluaran standar. / CSV to standard output.")]
NetworkOption = Annotated[
    str,
    typer.Option(
        "--network", envvar="KOPERASI_NETWORK", help="Jaringan di networks.toml. / Network in networks.toml."
    ),
]


def print_json(value: Any, indent: int | None = None) -> None:
    """Print `value` as JSON: one line, or its members on lines of their own, `indent` spaces in."""
    colon = ":" if indent is None else ": "
    print(json.dumps(value, ensure_ascii=False, indent=indent, separators=(",", colon)))


def print_table(columns: "Sequence[Column]", rows: "Iterable[Sequence[object]]", title: str = "") -> None:
    """Print rows under headings, as wide as they need; amounts are rupiah with dots between thousands.

    A column's `Right` heading puts it on the right side.
    """
    from rich import box
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(str(column), justify="right" if isinstance(column, Right) else "left", no_wrap=True)
    for row in rows:
        table.add_row(*map(_cell, row))
    console = Console(highlight=False, markup=False)
    console.width = max(
        console.width, Measurement.get(console, console.options.update(width=1000), table).maximum
    )
    console.print(table)


class Right(str):
    """A heading of a column whose cells stand on the right."""

    __slots__ = ()


Column = str | Right


def _cell(value: object) -> str:
    return rupiah(value) if isinstance(value, int) else "" if value is None else str(value)


def say(indonesian: str, english: str) -> None:
    """Tell the user something that is no result: both languages to standard error."""
    print(f"{indonesian} / {english}", file=sys.stderr)


def plain(value: Any) -> Any:
    """Structs, tuples and their values as JSON has them; bytes as hex, enumerations by name."""
    import msgspec

    if isinstance(value, msgspec.Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.name
    return value.hex() if isinstance(value, bytes) else value


def rupiah(amount: int) -> str:
    """Whole rupiah with dots between thousands."""
    return f"{amount:,}".replace(",", ".")


def percent(bps: int) -> str:
    """Basis points as per cent with two decimals."""
    return f"{points(bps)}%"


def points(hundredths: int) -> str:
    """Hundredths with two decimals."""
    whole, part = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{part:02}"


def day_of(text: str) -> "WibDay":
    """The day of an option; UsageError unless it is YYYY-MM-DD."""
    from rules.calendar import parse_day

    try:
        return parse_day(text)
    except ValueError as error:
        raise UsageError(f"{text}: tulis tanggal YYYY-MM-DD.", f"{text}: write a date YYYY-MM-DD.") from error


def month_of(text: str) -> "Month":
    """The month of an option; UsageError unless it is YYYY-MM."""
    from rules.calendar import parse_month

    try:
        return parse_month(text)
    except ValueError as error:
        raise UsageError(f"{text}: tulis bulan YYYY-MM.", f"{text}: write a month YYYY-MM.") from error
