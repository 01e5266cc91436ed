"""How many ballot papers mark each box: counted over words of choices, packed 4 bytes a box."""

from collections import Counter
from collections.abc import Iterable
from struct import Struct
from typing import Final

BOXES: Final = 256
_BYTES: Final = 4


def count_marks(choices: Iterable[tuple[bytes, int]]) -> list[int]:
    """By box, of big-endian words of choices, each with how many papers say so."""
    marked: Counter[tuple[int, int]] = Counter()
    for word, papers in choices:
        for place, byte in enumerate(word.lstrip(b"\0")[::-1]):
            marked[place, byte] += papers
    boxes = [0] * BOXES
    for (place, byte), papers in marked.items():
        for bit in range(8):
            boxes[8 * place + bit] += papers * (byte >> bit & 1)
    return boxes


def packed_marks(choices: Iterable[bytes]) -> bytes:
    """The counts of papers' choices up to the last box that any marks."""
    boxes = count_marks((word, 1) for word in choices)
    while boxes and not boxes[-1]:
        boxes.pop()
    return Struct(f">{len(boxes)}I").pack(*boxes)


def sum_marks(packed: Iterable[bytes]) -> list[int]:
    """By box, of packed counts."""
    boxes = [0] * BOXES
    for each in packed:
        for box, count in enumerate(Struct(f">{len(each) // _BYTES}I").unpack(each)):
            boxes[box] += count
    return boxes
