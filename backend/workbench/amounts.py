"""Amounts as banks write them: 1.234.567,00 or 1,234,567.00, to whole rupiah and nothing else."""

import re
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from rules.types import MAX_RUPIAH

DecimalSign = Literal[",", "."]
_THOUSANDS: Final = {",": ".", ".": ","}
_SIGNS: Final = {"-": -1, "+": 1, "": 1}
_CREDIT, _DEBIT = ("CR", "K", "C"), ("DB", "D", "DR")


class AmountError(ValueError):
    """A text that is no amount of whole rupiah: why, in Indonesian and English."""

    def __init__(self, text: str, indonesian: str, english: str) -> None:
        self.indonesian, self.english = f"{text[:40]!r} {indonesian}", f"{text[:40]!r} {english}"
        super().__init__(f"{self.indonesian} / {self.english}")


def rupiah_of(text: str, decimal: DecimalSign) -> int:
    """Whole rupiah of a text with dots or commas between thousands. AmountError.

    A minus may stand before or after the digits, or brackets around them; CR, C or K after them is a credit
    (into the account), DB, DR or D a debit (out of it). Sen that are not nought are refused, never rounded.
    """
    sign, digits = _signed(text.strip().upper().removeprefix("RP").replace("\u00a0", " ").strip())
    whole, point, sen = digits.partition(decimal)
    thousands = _THOUSANDS[decimal]
    grouped = rf"[0-9]{{1,3}}(\{thousands}[0-9]{{3}})*|[0-9]+"
    if not re.fullmatch(grouped, whole) or (point and not re.fullmatch(r"[0-9]{1,3}", sen)):
        raise AmountError(
            text,
            f"bukan jumlah dengan {decimal!r} sebagai tanda desimal",
            f"is no amount with {decimal!r} as its decimal sign",
        )
    if sen.strip("0"):
        raise AmountError(text, "mengandung sen; hanya rupiah penuh", "has sen; only whole rupiah are taken")
    return _bounded(text, sign * int(whole.replace(thousands, "")))


def rupiah_of_decimal(amount: Decimal) -> int:
    """Whole rupiah of a number that a library read. AmountError."""
    try:
        whole = int(amount.to_integral_exact())
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise AmountError(str(amount), "bukan jumlah", "is no amount") from error
    if whole != amount:
        raise AmountError(
            str(amount), "mengandung sen; hanya rupiah penuh", "has sen; only whole rupiah are taken"
        )
    return _bounded(str(amount), whole)


def _signed(text: str) -> tuple[int, str]:
    for marks, sign in ((_CREDIT, 1), (_DEBIT, -1)):
        for mark in marks:
            if text.endswith(mark) and text[: -len(mark)].strip()[-1:].isdigit():
                return sign, text[: -len(mark)].strip()
    if text.startswith("(") and text.endswith(")"):
        return -1, text[1:-1].strip()
    found = re.fullmatch(r"([+-]?)\s*(.*?)\s*([+-]?)", text)
    before, digits, after = found.groups() if found else ("", text, "")
    if before and after:
        return 1, text  # refused by its form
    return _SIGNS[before or after], digits


def _bounded(text: str, amount: int) -> int:
    if abs(amount) > MAX_RUPIAH:
        raise AmountError(text, "terlalu besar", "is too large")
    return amount
