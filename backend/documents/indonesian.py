"""Amounts, rates and days as an Indonesian document writes them."""

from typing import Final

from rules.calendar import WIB_OFFSET_SECONDS, date_of_day, day_of_timestamp
from rules.types import WibDay

_MONTHS: Final = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


def number(value: int) -> str:
    """A whole number with dots between thousands: 1.234.567."""
    return f"{value:,}".replace(",", ".")


def rupiah(amount: int) -> str:
    """Whole rupiah: Rp 1.234.567, with a space that does not break."""
    return f"Rp\u00a0{number(amount)}"


def percent(basis_points: int) -> str:
    """Basis points as per cent with a decimal comma: 1250 is 12,50%."""
    return f"{decimal(basis_points)}%"


def decimal(hundredths: int) -> str:
    """Hundredths, at least 0, with a decimal comma: 1250 is 12,50."""
    whole, part = divmod(hundredths, 100)
    return f"{number(whole)},{part:02}"


def long_date(day: WibDay) -> str:
    """A day with its month's name: 31 Januari 2025."""
    date = date_of_day(day)
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def short_date(day: WibDay) -> str:
    """A day for a column of a table: 31-01-2025."""
    return date_of_day(day).strftime("%d-%m-%Y")


def moment(timestamp: int) -> str:
    """A time of a day, given in unix seconds: 31 Januari 2025 pukul 09.30 WIB."""
    minutes = (timestamp + WIB_OFFSET_SECONDS) // 60
    hour, minute = minutes // 60 % 24, minutes % 60
    return f"{long_date(day_of_timestamp(timestamp))} pukul {hour:02}.{minute:02} WIB"
