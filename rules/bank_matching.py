"""Which lines of a bank statement are which movements of the books: rules as data, applied in order.

Amounts are whole rupiah, positive into the account. Nothing is matched that could be matched in another way:
what has more than one candidate is left to a person. The same input in the same order gives the same matches.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final, TypeVar

from rules.types import WibDay

_REFERENCE: Final = re.compile(r"(?<![A-Z0-9])(SLIP|JRN)\s*[-/.]?\s*(\d{4})\s*[-/.]?\s*(\d{4,9})(?!\d)")
_WIDTH: Final = {"SLIP": 5, "JRN": 4}
MOST_CANDIDATES: Final = 24
"""More candidates than these are not tried for a sum: too many sums come out by chance."""


class MatchKind(StrEnum):
    """What a rule looks for."""

    CONTRA = "CONTRA"
    """Movements of one paper that cancel one another (a storno): the bank never saw them."""
    REFERENCE = "REFERENCE"
    """The text names the slip or journal, and the amount is its amount."""
    SAME_DAY = "SAME_DAY"
    """Same amount, same day, as many lines as movements."""
    BATCH = "BATCH"
    """A payroll batch of a day, paid in one sum."""
    WITHIN_DAYS = "WITHIN_DAYS"
    """Same amount within some days, one candidate from both sides."""
    SUM = "SUM"
    """One line is the sum of a few movements, or one movement of a few lines, in one way only."""
    HAND = "HAND"
    """A person said so."""


@dataclass(frozen=True, slots=True)
class MatchRule:
    """`days` apart at most; `parts` of a sum at most."""

    kind: MatchKind
    days: int = 0
    parts: int = 0


RULES: Final = (
    MatchRule(MatchKind.CONTRA, 31),
    MatchRule(MatchKind.REFERENCE, 31),
    MatchRule(MatchKind.SAME_DAY),
    MatchRule(MatchKind.BATCH, 3),
    MatchRule(MatchKind.WITHIN_DAYS, 3),
    MatchRule(MatchKind.SUM, 0, 4),
)
"""The rules of the house; an office may have others, in another order."""


@dataclass(frozen=True, slots=True)
class BankLine:
    """A line of a statement."""

    key: str
    day: WibDay
    amount: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """What one paper moved in the books on a day: `reference` as a bank's text could name it (or empty);
    `batch`: a payroll's rows together."""

    key: str
    day: WibDay
    amount: int
    reference: str = ""
    batch: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Lines and movements that are the same money: their sums are equal."""

    kind: MatchKind
    lines: tuple[str, ...]
    movements: tuple[str, ...]


_Item = TypeVar("_Item", BankLine, Movement)
_Whole = TypeVar("_Whole", BankLine, Movement)
_Part = TypeVar("_Part", BankLine, Movement)


def references_in(text: str) -> tuple[str, ...]:
    """Slips and journals that a text names, as the office writes them (SLIP-2025-00044), each once.

    Banks leave out hyphens and break lines: SLIP 2025 00044 and SLIP202500044 are found too.
    """
    found = (
        f"{kind}-{year}-{int(number):0{_WIDTH[kind]}d}"
        for kind, year, number in _REFERENCE.findall(text.upper())
    )
    return tuple(dict.fromkeys(found))


def match(
    lines: Iterable[BankLine],
    movements: Iterable[Movement],
    rules: Sequence[MatchRule] = RULES,
    apart: Collection[tuple[str, str]] = frozenset(),
) -> list[Match]:
    """What the rules match, in their order. `apart`: keys of a line and a movement that a person parted."""
    table = _Table(lines, movements, frozenset(apart))
    for rule in rules:
        table.apply(rule)
    return table.matches


class _Table:
    """What is not matched yet. A line that names a known paper is bound to it, and the paper to the line: no
    rule by amount alone takes either."""

    def __init__(
        self, lines: Iterable[BankLine], movements: Iterable[Movement], apart: frozenset[tuple[str, str]]
    ) -> None:
        self._lines = {each.key: each for each in sorted(lines, key=_day)}
        self._movements = {each.key: each for each in sorted(movements, key=_day)}
        self._apart = apart
        self.matches: list[Match] = []
        papers: dict[str, list[str]] = defaultdict(list)
        for each in self._movements.values():
            if each.reference:
                papers[each.reference].append(each.key)
        self._papers = papers
        self._named = {
            each.key: tuple(name for name in references_in(each.text) if name in papers)
            for each in self._lines.values()
        }
        self._bound_lines = {key for key, names in self._named.items() if names}
        self._bound = {key for names in self._named.values() for name in names for key in papers[name]}

    def apply(self, rule: MatchRule) -> None:
        """Match what one rule matches."""
        {
            MatchKind.CONTRA: self._contra,
            MatchKind.REFERENCE: self._reference,
            MatchKind.SAME_DAY: self._same_day,
            MatchKind.BATCH: self._batch,
            MatchKind.WITHIN_DAYS: self._within_days,
            MatchKind.SUM: self._sums,
        }[rule.kind](rule)

    def _contra(self, rule: MatchRule) -> None:
        for keys in self._papers.values():
            held = [self._movements[key] for key in keys if key in self._movements]
            if len(held) > 1 and sum(each.amount for each in held) == 0 and _spread(held) <= rule.days:
                self._keep(rule, (), held)

    def _reference(self, rule: MatchRule) -> None:
        for line in list(self._lines.values()):
            names = self._named[line.key]
            held = [
                self._movements[key] for name in names for key in self._papers[name] if key in self._movements
            ]
            if names and held and sum(each.amount for each in held) == line.amount:
                near = all(abs(each.day - line.day) <= rule.days for each in held)
                if near and self._allowed((line,), held):
                    self._keep(rule, (line,), held)

    def _same_day(self, rule: MatchRule) -> None:
        lines, movements = _by_place(self._free_lines()), _by_place(self._free_movements())
        for place, held in lines.items():
            found = movements.get(place, [])
            if len(found) == len(held) and self._allowed(held, found):
                self._keep(rule, held, found)

    def _batch(self, rule: MatchRule) -> None:
        self._alone(rule, [each for each in self._movements.values() if each.batch])

    def _within_days(self, rule: MatchRule) -> None:
        self._alone(rule, self._free_movements())

    def _alone(self, rule: MatchRule, movements: Sequence[Movement]) -> None:
        """Those that have one candidate only, from both sides."""
        lines = self._free_lines()
        of_line, of_movement = _candidates(lines, movements, rule.days)
        for line in lines:
            found = of_line[line.key]
            if len(found) == 1 and len(of_movement[found[0].key]) == 1 and self._allowed((line,), found):
                self._keep(rule, (line,), found)

    def _sums(self, rule: MatchRule) -> None:
        """First lines that are sums of movements, then movements that are sums of lines."""
        for line, parts in _unique_sums(self._free_lines(), self._free_movements(), rule):
            if self._allowed((line,), parts):
                self._keep(rule, (line,), parts)
        wholes = [*self._free_movements(), *(each for each in self._movements.values() if each.batch)]
        for movement, shares in _unique_sums(wholes, self._free_lines(), rule):
            if self._allowed(shares, (movement,)):
                self._keep(rule, shares, (movement,))

    def _free_lines(self) -> list[BankLine]:
        return [each for key, each in self._lines.items() if key not in self._bound_lines]

    def _free_movements(self) -> list[Movement]:
        return [each for key, each in self._movements.items() if key not in self._bound and not each.batch]

    def _allowed(self, lines: Iterable[BankLine], movements: Sequence[Movement]) -> bool:
        return not any((line.key, each.key) in self._apart for line in lines for each in movements)

    def _keep(self, rule: MatchRule, lines: Iterable[BankLine], movements: Iterable[Movement]) -> None:
        made = Match(rule.kind, tuple(each.key for each in lines), tuple(each.key for each in movements))
        self.matches.append(made)
        for key in made.lines:
            del self._lines[key]
        for key in made.movements:
            del self._movements[key]


def _day(each: BankLine | Movement) -> WibDay:
    return each.day


def _spread(held: Sequence[Movement]) -> int:
    return max(each.day for each in held) - min(each.day for each in held)


def _by_place(items: Iterable[_Item]) -> dict[tuple[int, int], list[_Item]]:
    found: dict[tuple[int, int], list[_Item]] = defaultdict(list)
    for each in items:
        found[each.day, each.amount].append(each)
    return found


def _candidates(
    lines: Iterable[BankLine], movements: Iterable[Movement], days: int
) -> tuple[dict[str, list[Movement]], dict[str, list[BankLine]]]:
    """Of each line and of each movement: those of the same amount, at most `days` apart."""
    amounts: dict[int, list[Movement]] = defaultdict(list)
    for each in movements:
        amounts[each.amount].append(each)
    of_line: dict[str, list[Movement]] = {}
    of_movement: dict[str, list[BankLine]] = defaultdict(list)
    for line in lines:
        of_line[line.key] = [each for each in amounts[line.amount] if abs(each.day - line.day) <= days]
        for each in of_line[line.key]:
            of_movement[each.key].append(line)
    return of_line, of_movement


def _unique_sums(
    wholes: Sequence[_Whole], parts: Sequence[_Part], rule: MatchRule
) -> list[tuple[_Whole, tuple[_Part, ...]]]:
    """Wholes that are the sum of some parts in one way only, where no part would serve two wholes."""
    found = [(whole, _only_sum(whole, parts, rule)) for whole in wholes]
    used: dict[str, int] = defaultdict(int)
    for _, held in found:
        for each in held:
            used[each.key] += 1
    return [(whole, held) for whole, held in found if held and all(used[each.key] == 1 for each in held)]


def _only_sum(whole: BankLine | Movement, parts: Sequence[_Part], rule: MatchRule) -> tuple[_Part, ...]:
    near = [
        each
        for each in parts
        if abs(each.day - whole.day) <= rule.days
        and (each.amount > 0) == (whole.amount > 0)
        and abs(each.amount) < abs(whole.amount)
    ]
    if len(near) > MOST_CANDIDATES:
        return ()
    sums = (
        held
        for size in range(2, rule.parts + 1)
        for held in combinations(near, size)
        if sum(each.amount for each in held) == whole.amount
    )
    first, second = next(sums, ()), next(sums, None)
    return first if second is None else ()
