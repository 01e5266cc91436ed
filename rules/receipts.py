"""Receipt numbers: 64 bits, the series in the top 8, so that each is used once.

A slip or journal with a reference in the usual form keeps its year and number; any other text is hashed.
Different references give different numbers, but for a collision of 55 bits of SHA-256.
"""

import re
from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache
from hashlib import sha256
from typing import Final

from rules.calendar import month_of, month_text, parse_month, year_and_month
from rules.types import LoanNumber, Month, Receipt


class Series(IntEnum):
    """What a receipt number is for."""

    SLIP = 1
    PAYROLL = 2
    JOURNAL = 3
    LOAN = 4
    MEMBER = 5
    """A member's own payment in stablecoin; hashed on the chain."""
    SURPLUS = 6
    """A year's allocation of SHU, and each member's share of it."""


_PREFIX: Final = {Series.SLIP: ("SLIP", 5), Series.JOURNAL: ("JRN", 4)}
_HASHED: Final = 1 << 55
_NUMBER_BITS: Final = 40
_ROW_BITS: Final = 32
_BODY: Final = (1 << 56) - 1


def slip_receipt(ref: str) -> Receipt:
    """The receipt number of a teller's slip, such as SLIP-2025-00044."""
    return _of_ref(Series.SLIP, ref)


def journal_receipt(ref: str) -> Receipt:
    """The receipt number of a journal of the office, such as JRN-2025-0001."""
    return _of_ref(Series.JOURNAL, ref)


def payroll_receipt(month: Month, row: int) -> Receipt:
    """The receipt number of the `row`-th row (from 1) of a month's payroll file."""
    year, number = year_and_month(month)
    if not (1 <= row < 1 << _ROW_BITS and 1 <= year <= 9999):
        raise ValueError(f"row {row} of payroll {month_text(month)} has no receipt number")
    return Receipt(Series.PAYROLL << 56 | (year * 100 + number) << _ROW_BITS | row)


def loan_receipt(loan: LoanNumber) -> Receipt:
    """The receipt number of paying out a loan."""
    if not 1 <= loan <= _BODY:
        raise ValueError(f"loan number {loan} has no receipt number")
    return Receipt(Series.LOAN << 56 | loan)


def share_receipt(year: int, member: int) -> Receipt:
    """The receipt number of a member's share of a year's SHU; member 0: of the year's allocation."""
    if not (0 <= year < 1 << 16 and 0 <= member < 1 << _ROW_BITS):
        raise ValueError(f"member {member} has no share of the year {year}")
    return Receipt(Series.SURPLUS << 56 | year << _ROW_BITS | member)


def series_of(receipt: Receipt) -> Series:
    """The series of a receipt number; ValueError if there is no such series."""
    return Series(receipt >> 56)


def ref_of(receipt: Receipt) -> str | None:
    """The reference a receipt number was made of, or None where it was hashed."""
    series, body = series_of(receipt), receipt & _BODY
    if series is Series.LOAN:
        return f"loan {body}"
    if series is Series.PAYROLL:
        return f"{_payroll_month(body >> _ROW_BITS)} row {body & (1 << _ROW_BITS) - 1}"
    if series is Series.SURPLUS:
        year, member = body >> _ROW_BITS, body & (1 << _ROW_BITS) - 1
        return f"SHU {year} member {member}" if member else f"SHU {year}"
    if body & _HASHED:
        return None
    return _text(series, body >> _NUMBER_BITS, body & (1 << _NUMBER_BITS) - 1)


def receipts_of(text: str) -> tuple[Receipt, ...]:
    """The receipt numbers that a reference may have been given: of `ref_of`, or the text on a paper, whose
    series only the books tell. None of one of ours that cannot be."""
    for pattern, made in _SPELLINGS:
        match = re.fullmatch(pattern, text)
        if match:
            try:
                return (made(*match.groups()),)
            except ValueError:
                return ()
    return (slip_receipt(text), journal_receipt(text))


_SPELLINGS: Final[tuple[tuple[str, Callable[..., Receipt]], ...]] = (
    (r"loan ([1-9][0-9]{0,9})", lambda loan: loan_receipt(LoanNumber(int(loan)))),
    (
        r"([0-9]{4}-[0-9]{2}) row ([1-9][0-9]{0,9})",
        lambda month, row: payroll_receipt(parse_month(month), int(row)),
    ),
    (r"SHU ([0-9]{4})", lambda year: share_receipt(int(year), 0)),
    (r"SHU ([0-9]{4}) member ([1-9][0-9]{0,9})", lambda year, member: share_receipt(int(year), int(member))),
)


@lru_cache(maxsize=1024)
def _payroll_month(number: int) -> str:
    year, month = divmod(number, 100)
    return month_text(month_of(year, month))


def _of_ref(series: Series, ref: str) -> Receipt:
    """Only the usual spelling keeps its number: SLIP-2025-44 is another reference than SLIP-2025-00044."""
    match = re.fullmatch(r"[A-Z]+-([0-9]{4})-([0-9]{1,9})", ref)
    if match and ref == _text(series, int(match[1]), int(match[2])):
        return Receipt(series << 56 | int(match[1]) << _NUMBER_BITS | int(match[2]))
    digest = int.from_bytes(sha256(ref.encode()).digest(), "big")
    return Receipt(series << 56 | _HASHED | digest >> 201)


def _text(series: Series, year: int, number: int) -> str:
    prefix, width = _PREFIX[series]
    return f"{prefix}-{year:04d}-{number:0{width}d}"
