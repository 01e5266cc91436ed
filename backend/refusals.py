"""Why a contract refuses an act of the office, in both languages and with what to do."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from backend.documents.indonesian import rupiah
from backend.documents.words import Words, words
from rules.calendar import day_of_timestamp, day_text
from rules.receipts import ref_of
from rules.types import Receipt, WibDay

_WORD: Final = 64
"""Hex digits of an ABI word."""
Say = tuple[int, Callable[[Sequence[int]], Words]]
"""How many of an error's arguments are needed, and what they say."""


class ActRefusedError(ValueError):
    """An act of the office that the contract does not take, or that cannot be made here: in both
    languages."""

    def __init__(self, told: Words) -> None:
        self.indonesian, self.english = told["id"], told["en"]
        super().__init__(f"{self.indonesian} / {self.english}")


def explained(reason: str, *tables: Mapping[str, Say]) -> Words:
    """`reason` is what `Chain.refused` told: an error's name with its arguments in hex. The first of `tables`
    that has the error says it, then `COMMON`; an error without words of its own is named as it is."""
    name, _, rest = reason.partition("(")
    hexed = rest.rstrip(")")
    values = [int(hexed[start : start + _WORD], 16) for start in range(0, len(hexed) - _WORD + 1, _WORD)] \
        if all(digit in "0123456789abcdef" for digit in hexed) else []  # fmt: skip
    told = next((table[name] for table in (*tables, COMMON) if name in table), None)
    if told is None or (needed := told[0]) > len(values):
        return words(f"Kontrak menolak: {reason}.", f"The contract refuses: {reason}.")
    return told[1](values[:needed])


def date(timestamp: int) -> str:
    """The WIB day of a time in unix seconds, as YYYY-MM-DD."""
    return day_text(day_of_timestamp(timestamp))


def day(number: int) -> str:
    """A WIB day as YYYY-MM-DD."""
    return day_text(WibDay(number))


def paper(receipt: int) -> str:
    """What is written on the paper of a receipt number, or the number."""
    try:
        return ref_of(Receipt(receipt)) or str(receipt)
    except ValueError:
        return str(receipt)


def plain(indonesian: str, english: str) -> Say:
    """Of an error whose arguments say nothing more."""
    return 0, lambda _: words(indonesian, english)


COMMON: Final[Mapping[str, Say]] = {
    "TreasuryReceiptUsed": (
        1,
        lambda v: words(
            f"Nomor bukti {paper(v[0])} sudah dipakai; pakai nomor lain.",
            f"The receipt number {paper(v[0])} was used before; use another.",
        ),
    ),
    "TreasuryInsufficientCash": (
        3,
        lambda v: words(
            f"Kas di saluran itu {rupiah(v[1])}, diminta {rupiah(v[2])}.",
            f"The channel has {rupiah(v[1])}, {rupiah(v[2])} were asked for.",
        ),
    ),
    "TreasuryFiatOnly": plain("Hanya dengan KAS atau BANK.", "By KAS or BANK only."),
    "TreasuryDayInFuture": (
        2,
        lambda v: words(f"{day(v[0])} belum tiba.", f"{day(v[0])} is yet to come."),
    ),
    "TreasuryDayTooOld": (
        2,
        lambda v: words(
            f"{day(v[0])} terlalu lama; paling awal {day(v[1])}.",
            f"{day(v[0])} is too long ago; the earliest is {day(v[1])}.",
        ),
    ),
    "TreasuryDayClosed": (
        2,
        lambda v: words(f"Buku ditutup sampai {day(v[1])}.", f"The books are closed through {day(v[1])}."),
    ),
    "AuthoritySamePerson": (
        1,
        lambda v: words(
            f"Orang {v[0]} tidak boleh menjadi keduanya.", f"Person {v[0]} cannot be both of the two."
        ),
    ),
    "AccessManagedUnauthorized": plain(
        "Akun ini tidak memegang jabatan itu.", "This account does not hold that office."
    ),
}
