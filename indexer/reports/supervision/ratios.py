"""Ratios at the end of a day, by the definitions of data/ratios.csv: the house's reading of what they are.

No source was found for a definition; of all the targets only that of non-performing loans has one.
"""

import csv
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal, NamedTuple

import msgspec

from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.structs import Stand, Words
from indexer.reports.supervision.figures import Figure, FiguresOn, Side, read_figures
from rules.ratios import basis_points
from rules.types import WibDay

DATA: Final = Path(__file__).parent / "data"
RATIOS_FILE: Final = DATA / "ratios.csv"
RATIOS_VERSION: Final = 1
"""The version of the definitions; what a ratio is made of changes only with it."""
GROUPS: Final[Mapping[str, Words]] = {
    "capital": Words("Permodalan", "Capital"),
    "assets": Words("Kualitas aktiva produktif", "Quality of productive assets"),
    "liquidity": Words("Likuiditas", "Liquidity"),
    "efficiency": Words("Efisiensi", "Efficiency"),
    "growth": Words("Kemandirian dan pertumbuhan", "Independence and growth"),
    "identity": Words("Jatidiri koperasi", "Cooperative identity"),
}
Better = Literal["higher", "lower", ""]


class Definition(NamedTuple):
    """What a ratio is: `name` is stable; `target_bps` the most (or least, where higher is better) it should
    be, None where no figure has a source."""

    name: str
    group: str
    label: Words
    numerator: tuple[Figure, ...]
    denominator: tuple[Figure, ...]
    better: Better = ""
    target_bps: int | None = None


class Ratio(msgspec.Struct, frozen=True):
    """A ratio of rupiah in basis points, None where its denominator is nought; `met` whether it is within its
    target, None where there is none or no figure."""

    name: str
    group: str
    label: Words
    better: Better
    numerator: Side
    denominator: Side
    bps: int | None
    target_bps: int | None
    met: bool | None


class Ratios(msgspec.Struct, frozen=True):
    """All ratios at the end of `day`; those of income and expense are of its book year so far. `definitions`
    is the SHA-256 of the file that says what they are."""

    day: WibDay
    version: int
    definitions: str
    ratios: tuple[Ratio, ...]
    stand: Stand

    def of(self, name: str) -> Ratio:
        """The ratio with this name. KeyError."""
        for ratio in self.ratios:
            if ratio.name == name:
                return ratio
        raise KeyError(name)


def ratios(books: BookAmounts, day: WibDay) -> Ratios:
    """Every ratio of the house at the end of a day. It looks at every running loan."""
    figures = FiguresOn(books, day)
    found = tuple(ratio_of(figures, each) for each in house_definitions().values())
    return Ratios(day, RATIOS_VERSION, definitions_hash(), found, books.stand())


def ratio_of(figures: FiguresOn, definition: Definition) -> Ratio:
    """A ratio by its definition."""
    numerator, denominator = figures.side(definition.numerator), figures.side(definition.denominator)
    found = basis_points(numerator.amount, denominator.amount)
    return Ratio(
        definition.name,
        definition.group,
        definition.label,
        definition.better,
        numerator,
        denominator,
        found,
        definition.target_bps,
        _met(found, definition),
    )


def _met(found: int | None, definition: Definition) -> bool | None:
    if found is None or definition.target_bps is None:
        return None
    if definition.better == "lower":
        return found <= definition.target_bps
    return found >= definition.target_bps


@lru_cache(maxsize=1)
def house_definitions() -> Mapping[str, Definition]:
    """The ratios of data/ratios.csv by name, in its order."""
    with RATIOS_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["name"]: _definition(row) for row in rows}


@lru_cache(maxsize=1)
def definitions_hash() -> str:
    """SHA-256 of the definitions' file in hex."""
    return sha256(RATIOS_FILE.read_bytes()).hexdigest()


def _definition(row: Mapping[str, str]) -> Definition:
    better: Better = row["better"]  # type: ignore[assignment]
    return Definition(
        row["name"],
        row["group"],
        Words(row["label"], row["label_en"]),
        read_figures(row["numerator"]),
        read_figures(row["denominator"]),
        better,
        int(row["target_bps"]) if row["target_bps"] else None,
    )
