"""Why a line of a bank statement, or a movement of the books, has no counterpart: the likely cause.

A cause is a hint for whoever looks: it settles nothing. Amounts are whole rupiah, positive into the account.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.bank_matching import BankLine, Movement, references_in
from rules.types import WibDay


class Cause(StrEnum):
    """Why the two sides differ."""

    IN_TRANSIT = "IN_TRANSIT"
    """On its way: the other side has not got it yet, or got it some days apart."""
    BANK_CHARGE = "BANK_CHARGE"
    """The bank's own charge or tax."""
    BANK_INTEREST = "BANK_INTEREST"
    """Interest (jasa giro) from the bank."""
    MISSING_ENTRY = "MISSING_ENTRY"
    """The bank has it, the books do not."""
    MISSING_AT_BANK = "MISSING_AT_BANK"
    """The books have it, the bank does not, and it is too old to be on its way."""
    WRONG_AMOUNT = "WRONG_AMOUNT"
    """The same paper with another amount."""
    DOUBLED = "DOUBLED"
    """The bank has it twice."""
    AMBIGUOUS = "AMBIGUOUS"
    """More than one candidate: a person must say which."""
    MISCOUNT = "MISCOUNT"
    """A till that was counted wrongly or paid out wrongly."""
    ROUNDING = "ROUNDING"
    """Less than the smallest coin."""
    UNKNOWN = "UNKNOWN"


FAR: Final = 31
"""Days within which the same amount on the other side is a likely counterpart."""
_CHARGE: Final = re.compile(r"\b(BIAYA|ADM|ADMIN|ADMINISTRASI|PAJAK|PPH|METERAI|MATERAI|CHARGE|FEE)\b")
_INTEREST: Final = re.compile(r"\b(BUNGA|JASA GIRO|INTEREST|BAGI HASIL)\b")


@dataclass(frozen=True, slots=True)
class Reason:
    """A likely cause, and the keys on the other side that it points to."""

    cause: Cause
    others: tuple[str, ...] = ()


class Causes:
    """Looks for causes among what is left (`lines`, `movements`) and what was matched (`done_lines`,
    `done_movements`); `days` is how long something may be on its way, `through` the last day known."""

    def __init__(
        self,
        lines: Iterable[BankLine],
        movements: Iterable[Movement],
        done_lines: Iterable[BankLine],
        done_movements: Iterable[Movement],
        days: int,
        through: WibDay,
    ) -> None:
        self._lines, self._movements = tuple(lines), tuple(movements)
        self._done = {(each.day, each.amount, each.text): each.key for each in done_lines}
        self._done_papers = {each.reference: each for each in done_movements if each.reference}
        self._open_papers = {each.reference: each for each in self._movements if each.reference}
        self._named: dict[str, list[BankLine]] = {}
        for line in self._lines:
            for name in references_in(line.text):
                self._named.setdefault(name, []).append(line)
        self._unnamed_lines: dict[int, list[BankLine]] = {}
        for line in self._lines:
            if self._of_named(line) is None:
                self._unnamed_lines.setdefault(line.amount, []).append(line)
        self._unnamed: dict[int, list[Movement]] = {}
        for each in self._movements:
            if each.reference not in self._named:
                self._unnamed.setdefault(each.amount, []).append(each)
        self._days, self._through = days, through
        self._sole = _sole_pairs(self._lines, self._movements)

    def of_line(self, line: BankLine) -> Reason:
        """Of a line of the statement that the books do not have."""
        twin = self._done.get((line.day, line.amount, line.text))
        named = self._of_named(line)
        if twin is not None or named is not None:
            return named or Reason(Cause.DOUBLED, (twin or "",))
        if line.amount < 0 and _CHARGE.search(line.text.upper()):
            return Reason(Cause.BANK_CHARGE)
        if line.amount > 0 and _INTEREST.search(line.text.upper()):
            return Reason(Cause.BANK_INTEREST)
        alike = self._unnamed.get(line.amount, [])
        return self._of_alike(line.day, alike, self._sole.get(line.key), Cause.MISSING_ENTRY)

    def of_movement(self, movement: Movement) -> Reason:
        """Of a movement of the books that the statement does not have."""
        naming = self._named.get(movement.reference, [])
        if naming:
            same = all(line.amount == movement.amount for line in naming)
            cause = Cause.IN_TRANSIT if same else Cause.WRONG_AMOUNT
            return Reason(cause, tuple(line.key for line in naming))
        alike = self._unnamed_lines.get(movement.amount, [])
        late = movement.day > self._through - self._days
        otherwise = Cause.IN_TRANSIT if late else Cause.MISSING_AT_BANK
        return self._of_alike(movement.day, alike, self._sole.get(movement.key), otherwise)

    def _of_named(self, line: BankLine) -> Reason | None:
        for name in references_in(line.text):
            if name in self._open_papers:
                paper = self._open_papers[name]
                same = paper.amount == line.amount
                return Reason(Cause.IN_TRANSIT if same else Cause.WRONG_AMOUNT, (paper.key,))
            if name in self._done_papers:
                paper = self._done_papers[name]
                same = paper.amount == line.amount
                return Reason(Cause.DOUBLED if same else Cause.WRONG_AMOUNT, (paper.key,))
        return None

    def _of_alike(
        self, day: WibDay, alike: Collection[BankLine | Movement], sole: str | None, otherwise: Cause
    ) -> Reason:
        near = tuple(each.key for each in alike if abs(each.day - day) <= self._days)
        if near:
            return Reason(Cause.AMBIGUOUS, near)
        far = tuple(each.key for each in alike if abs(each.day - day) <= FAR)
        if far:
            return Reason(Cause.IN_TRANSIT if len(far) == 1 else Cause.AMBIGUOUS, far)
        return Reason(Cause.WRONG_AMOUNT, (sole,)) if sole is not None else Reason(otherwise)


def _sole_pairs(lines: Iterable[BankLine], movements: Iterable[Movement]) -> Mapping[str, str]:
    """A line and a movement that alone are left of their day and direction, with amounts that one could be
    read or typed for the other."""
    lines = [each for each in lines if not _own(each) and not references_in(each.text)]
    movements = tuple(movements)
    of_lines = Counter((each.day, each.amount > 0) for each in lines)
    of_movements = Counter((each.day, each.amount > 0) for each in movements)
    at = {(each.day, each.amount > 0): each for each in movements}
    pairs: dict[str, str] = {}
    for line in lines:
        place = (line.day, line.amount > 0)
        if of_lines[place] == of_movements[place] == 1 and _misread(line.amount, at[place].amount):
            pairs[line.key], pairs[at[place].key] = at[place].key, line.key
    return pairs


def _own(line: BankLine) -> bool:
    """Whether a line reads like the bank's own charge or interest."""
    text = line.text.upper()
    return bool(_CHARGE.search(text) or _INTEREST.search(text))


def _misread(one: int, other: int) -> bool:
    """At most a tenth apart, digits in another order, or noughts too many or too few."""
    if abs(one - other) * 10 <= max(abs(one), abs(other)):
        return True
    digits = [sorted(str(abs(each)).replace("0", "")) for each in (one, other)]
    return digits[0] == digits[1]
