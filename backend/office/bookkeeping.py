"""The treasurer's acts on the contract Books: another person of PENGURUS countersigns each of them."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

from eth_account.signers.local import LocalAccount
from sqlalchemy import Connection

from backend.acts import Acts
from backend.chain import Chain
from backend.countersigning import countersignature
from backend.documents.indonesian import rupiah
from backend.documents.words import words
from backend.keyring import Keyring
from backend.refusals import ActRefusedError, Say, explained, paper, plain
from rules.calendar import day_of_timestamp, month_text
from rules.types import Month, WibDay

CONTRACT: Final = "Books"
_CHECKERS: Final = ("KETUA", "SEKRETARIS")
"""BENDAHARA is the maker, who is one person."""
_GAS: Final = 8_000_000
"""More than any act needs; what is not used is not paid."""
Reading = Callable[[], AbstractContextManager[tuple[Connection, int]]]
"""Opens a read transaction on the ledger: the connection, and which cooperative."""


class BooksRefusedError(ActRefusedError):
    """Books does not take an act, or it cannot be made here; in both languages."""


class BooksOffice:
    """The treasurer at work, with the keys that are here. The books must be at the chain's head.

    gas_cap: most gas of one transaction. check: nothing is sent; what the contract would refuse is refused.
    """

    def __init__(
        self, chain: Chain, keyring: Keyring, gas_cap: int, reading: Reading, check: bool = False
    ) -> None:
        self.chain, self.reading = chain, reading
        self._keyring, self._gas, self._check = keyring, min(_GAS, gas_cap), check
        chain.pass_time(chain.time)

    @property
    def today(self) -> WibDay:
        """The WIB day on which what is sent next is mined."""
        return day_of_timestamp(self.chain.time)

    def perform(
        self,
        function: str,
        action: tuple[str, tuple[str, ...]],
        values: tuple[Any, ...],
        errors: Mapping[str, Say] | None = None,
    ) -> str | None:
        """Send `values` with the second officer's signature; the transaction, None of a check.

        `action`: name and ABI types of what is countersigned. `errors`: words of this act for errors of the
        contract. BooksRefusedError.
        """
        maker, checker = self._pair()
        name, types = action
        consent = countersignature(self.chain, checker, CONTRACT, ("string", *types), (name, *values))
        acts = Acts(
            self.chain,
            CONTRACT,
            self._gas,
            self._check,
            lambda reason: BooksRefusedError(explained(reason, errors or {}, _WORDS)),
        )
        return acts.perform(maker, function, (*values, consent))

    def _pair(self) -> tuple[LocalAccount, LocalAccount]:
        """The treasurer, and another person of PENGURUS. BooksRefusedError."""
        officers = self._keyring.officers()
        for maker in (each for each in officers if each.office == "BENDAHARA"):
            for checker in (each for office in _CHECKERS for each in officers if each.office == office):
                if checker.person != maker.person:
                    return maker.account, checker.account
        raise BooksRefusedError(
            words(
                "Kunci BENDAHARA dan kunci orang lain yang KETUA atau SEKRETARIS tidak ada di sini.",
                "The keys of BENDAHARA and of another person who is KETUA or SEKRETARIS are not here.",
            )
        )


_WORDS: Final[Mapping[str, Say]] = {
    "BooksAccountRefused": (
        1,
        lambda v: words(
            f"Akun {v[0]} tidak dapat dijurnal di sini: bukan akun dari bagan yang berlaku, atau milik "
            "simpanan, pinjaman atau kas (kas: tulis KAS atau BANK).",
            f"Account {v[0]} cannot be posted here: it is not of the chart in force, or belongs to savings, "
            "loans or cash (cash: write KAS or BANK).",
        ),
    ),
    "BooksLineInvalid": (
        1,
        lambda v: words(
            f"Baris {v[0] + 1}: jumlah 1 sampai 9.223.372.036.854.775.807 rupiah.",
            f"Line {v[0] + 1}: an amount is 1 to 9,223,372,036,854,775,807 rupiah.",
        ),
    ),
    "BooksUnbalanced": (
        2,
        lambda v: words(
            f"Debit {rupiah(v[0])}, kredit {rupiah(v[1])}: samakan jumlahnya.",
            f"Debits are {rupiah(v[0])}, credits {rupiah(v[1])}: make them equal.",
        ),
    ),
    "BooksTooFewLines": plain("Jurnal perlu dua baris.", "A journal needs two lines."),
    "BooksReceiptInvalid": plain(
        "Nomor bukti bukan nomor jurnal.", "The receipt number is not of the journals."
    ),
    "BooksNothingToCorrect": (
        1,
        lambda v: words(
            f"Tidak ada yang dibukukan dengan bukti {paper(v[0])}.",
            f"Nothing was booked under {paper(v[0])}.",
        ),
    ),
    "BooksMonthInvalid": (
        2,
        lambda v: words(
            f"{month_text(Month(v[0]))} sudah diakhiri; mulai {month_text(Month(v[1]))} atau sesudahnya.",
            f"{month_text(Month(v[0]))} was ended already; begin in {month_text(Month(v[1]))} or later.",
        ),
    ),
    "BooksScheduleInvalid": plain(
        "Jadwal tidak dapat berlaku: debit dan kredit harus lain, sisa di bawah jumlah, 1 sampai 600 bulan; "
        "menurun hanya untuk penyusutan dan dalam tahun penuh; sisa hanya untuk penyusutan.",
        "The schedule cannot hold: debit and credit must differ, the residual is below the amount, 1 to 600 "
        "months; declining is for depreciation only and in whole years; a residual for depreciation only.",
    ),
}
