"""A till count (kas opname): rupiah notes and coins, and what they add up to."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from rules.types import MAX_RUPIAH, Rupiah


class Money(StrEnum):
    """Notes or coins."""

    NOTE = "KERTAS"
    COIN = "LOGAM"


class Denomination(NamedTuple):
    """A note or a coin, by its rupiah."""

    money: Money
    value: int


DENOMINATIONS: Final = (
    *(Denomination(Money.NOTE, value) for value in (100_000, 75_000, 50_000, 20_000, 10_000, 5_000)),
    *(Denomination(Money.NOTE, value) for value in (2_000, 1_000)),
    *(Denomination(Money.COIN, value) for value in (1_000, 500, 200, 100, 50)),
)
"""What is in the till of a cooperative; the note of 75,000 is the one of 2020."""
SMALLEST: Final = min(each.value for each in DENOMINATIONS)
MOST_PIECES: Final = 10_000_000


class CountError(ValueError):
    """A count that cannot be."""


def counted(pieces: Mapping[Denomination, int]) -> Rupiah:
    """The total of a count. CountError for an unknown denomination, or a number that cannot be."""
    for denomination, number in pieces.items():
        if denomination not in DENOMINATIONS:
            raise CountError(f"{denomination.money} {denomination.value}")
        if not 0 <= number <= MOST_PIECES:
            raise CountError(f"{number} x {denomination.money} {denomination.value}")
    total = sum(denomination.value * number for denomination, number in pieces.items())
    if total > MAX_RUPIAH:
        raise CountError(f"{total}")
    return Rupiah(total)


def as_text(pieces: Mapping[Denomination, int]) -> str:
    """A count in one line, the same for the same count: KERTAS 100000 x 12; LOGAM 500 x 3."""
    told = (each for each in DENOMINATIONS if pieces.get(each))
    return "; ".join(f"{each.money} {each.value} x {pieces[each]}" for each in told)


def from_text(text: str) -> dict[Denomination, int]:
    """What `as_text` made of a count."""
    pieces: dict[Denomination, int] = {}
    for part in filter(None, text.split("; ")):
        money, value, _, number = part.split(" ")
        pieces[Denomination(Money(money), int(value))] = int(number)
    return pieces
