"""The regimes of a cooperative's health score: aspects and weights as the regulations are known to have them.

Of Permenkop 9/2020 no bands of the total are known here, and of neither regime the indicators, their bands
and points: those are the table that a cooperative supplies (score_table.py).
"""

import csv
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from indexer.reports.statements.structs import Words
from indexer.reports.supervision.ratios import DATA

POINT: Final = 100
"""Points are kept in hundredths."""
WHOLE: Final = 100 * POINT
REGIME_NAMES: Final[Mapping[str, Words]] = {
    "permenkop-14-2009": Words("Permenkop 14/2009", "Regulation 14/2009 of the ministry"),
    "permenkop-9-2020": Words("Permenkop 9/2020", "Regulation 9/2020 of the ministry"),
}


class AspectWeight(NamedTuple):
    """An aspect of a regime, and the most that it counts, in hundredths of a point."""

    aspect: str
    label: Words
    weight: int


class Predicate(NamedTuple):
    """What a total of at least `at_least` hundredths of a point is called."""

    at_least: int
    label: Words


class Regime(NamedTuple):
    """A regime; `predicates` by total, the highest first, none where no source is known."""

    name: str
    label: Words
    aspects: tuple[AspectWeight, ...]
    predicates: tuple[Predicate, ...]


@lru_cache(maxsize=1)
def regimes() -> Mapping[str, Regime]:
    """Both regimes by name, the older first."""
    aspects, predicates = _rows("regimes.csv"), _rows("predicates.csv")
    found = {}
    for name, label in REGIME_NAMES.items():
        weights = tuple(
            AspectWeight(row["aspect"], _words(row), int(row["weight"]) * POINT)
            for row in aspects
            if row["regime"] == name
        )
        called = tuple(
            Predicate(int(row["from"]) * POINT, _words(row)) for row in predicates if row["regime"] == name
        )
        found[name] = Regime(name, label, weights, called)
    return found


def predicate_of(total: int, predicates: tuple[Predicate, ...]) -> Words | None:
    """What a total is called; None below the lowest that has a name."""
    return next((each.label for each in predicates if total >= each.at_least), None)


def _words(row: Mapping[str, str]) -> Words:
    return Words(row["label"], row["label_en"])


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
