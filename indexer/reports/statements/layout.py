"""The lines of the statements, from data/lines.csv: which there are, how they stand, what adds up to what."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

from indexer.reports.statements.structs import Row, Term, Words

DATA: Final = Path(__file__).parent / "data"
LINES_FILE: Final = DATA / "lines.csv"

Kind = Literal["section", "line", "optional", "result"]
Amounts = Sequence[Mapping[str, int | None]]
"""Amounts by element, a mapping for each column; an element that is missing is nought."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a statement. `debit`: its amounts are debits less credits; `optional` lines are left out
    where they are nought; a `result` is made of `terms`."""

    element: str
    kind: Kind
    parent: str
    debit: bool
    terms: tuple[Term, ...]
    note: str
    label: Words


Layout = Mapping[str, Line]
"""The lines of a statement by element, in their order."""


@lru_cache(maxsize=1)
def layouts() -> Mapping[str, Layout]:
    """All statements of data/lines.csv, by name."""
    found: dict[str, dict[str, Line]] = {}
    with LINES_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lines = found.setdefault(row["statement"], {})
            lines[row["element"]] = _line(row)
    return found


@lru_cache(maxsize=1)
def lines_hash() -> str:
    """SHA-256 of the lines' file in hex: which version of the lines a statement has."""
    return sha256(LINES_FILE.read_bytes()).hexdigest()


def leaves_under(layout: Layout, element: str) -> Iterator[Line]:
    """The lines below a section, in order, those of its sections too."""
    for line in layout.values():
        if line.parent == element:
            if line.kind == "section":
                yield from leaves_under(layout, line.element)
            else:
                yield line


def rows_of(name: str, amounts: Amounts, accounts: Mapping[str, tuple[int, ...]] | None = None) -> list[Row]:
    """The rows of statement `name`: sections headed and summed, results computed."""
    table = _Table(layouts()[name], amounts, accounts or {})
    return [row for line in table.layout.values() if not line.parent for row in table.rows(line, 0)]


class _Table:
    def __init__(self, layout: Layout, amounts: Amounts, accounts: Mapping[str, tuple[int, ...]]) -> None:
        self.layout = layout
        self._accounts = accounts
        self._totals: list[dict[str, int | None]] = [dict(column) for column in amounts]
        self._left_out: set[str] = set()

    def rows(self, line: Line, level: int) -> Iterator[Row]:
        if line.kind == "section":
            yield from self._section(line, level)
        elif line.kind == "result":
            yield self._total(line, line.terms, level, line.label)
        else:
            values = tuple(column.get(line.element, 0) for column in self._totals)
            if line.kind == "optional" and not any(values):
                self._left_out.add(line.element)
            else:
                held = self._accounts.get(line.element, ())
                yield Row(line.element, level, "line", line.label, values, line.note, (), held)

    def _section(self, line: Line, level: int) -> Iterator[Row]:
        yield Row(line.element, level, "heading", line.label, (), line.note)
        terms = []
        for child in self.layout.values():
            if child.parent == line.element:
                rows = list(self.rows(child, level + 1))
                yield from rows
                if rows:
                    terms.append(Term(1, child.element))
        label = Words(
            f"Jumlah {line.label.id[0].lower()}{line.label.id[1:]}", f"Total {_lower(line.label.en)}"
        )
        yield self._total(line, tuple(terms), level, label)

    def _total(self, line: Line, terms: tuple[Term, ...], level: int, label: Words) -> Row:
        values = []
        terms = tuple(term for term in terms if term.element not in self._left_out)
        for column in self._totals:
            parts = [(term.sign, column.get(term.element, 0)) for term in terms]
            known = [sign * part for sign, part in parts if part is not None]
            total = None if parts and not known else sum(known)
            column[line.element] = total
            values.append(total)
        return Row(line.element, level, "total", label, tuple(values), line.note, terms)


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _line(row: Mapping[str, str]) -> Line:
    terms = tuple(Term(1 if part[0] == "+" else -1, part[1:]) for part in row["of"].split())
    words = Words(row["name"], row["name_en"])
    kind: Kind = row["kind"]  # type: ignore[assignment]
    return Line(row["element"], kind, row["parent"], row["side"] == "DR", terms, row["note"], words)
