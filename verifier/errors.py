"""Why a bundle is refused: a stable code, what it means, and what exactly is wrong, in both languages."""

from collections.abc import Mapping
from typing import Final

CODES: Final[Mapping[str, tuple[str, str]]] = {
    "FORMAT": ("bukan bundel", "is no bundle"),
    "VERSION": ("versi bundel tidak dikenal", "a version of a bundle that is not known"),
    "NOT_CANONICAL": ("tidak ditulis secara kanonik", "is not written in the canonical way"),
    "HEADER": ("kepala blok tidak terbaca", "a block header cannot be read"),
    "BLOCK_HASH": (
        "kepala blok bukan milik hash blok yang diberikan",
        "a header has another hash than those given",
    ),
    "RECEIPT": (
        "bukti tanda terima transaksi tidak sah",
        "the proof of a transaction's receipt does not hold",
    ),
    "LOG": ("log bukan yang dimaksud", "the log is not what it is given as"),
    "CONTRACT": ("kontrak bukan milik koperasi ini", "a contract is not this cooperative's"),
    "ENTRY": ("isi jurnal tidak terbaca", "the contents of an entry cannot be read"),
    "INCLUSION": (
        "jurnal tidak termasuk buku yang ditutup",
        "the entry is not in the books that were closed",
    ),
    "CONSISTENCY": (
        "buku yang baru bukan lanjutan buku yang lama",
        "the newer books do not go on from the older",
    ),
    "CLAIM": ("angka simpanan tidak mungkin benar", "a figure of the claim cannot be right"),
    "CLAIM_ROOT": (
        "simpanan tidak termasuk daftar saat tutup buku",
        "the claim is not in the close's claims",
    ),
    "SHARE": ("bagian SHU bukan yang dibagi", "the share is not of what was allocated"),
    "ACCOUNT": ("bukti akun kontrak tidak sah", "the proof of a contract's account does not hold"),
    "STORAGE": ("bukti penyimpanan kontrak tidak sah", "the proof of a contract's storage does not hold"),
    "FIGURE": ("angka berbeda dari yang terbukti", "a figure differs from what is proven"),
    "INCOMPLETE": ("bundel tidak lengkap", "the bundle is not whole"),
    "TRIAL_BALANCE": ("neraca saldo bukan yang ditutup", "the trial balance is not the one that was closed"),
    "ATTESTATION": ("pernyataan pengawas tidak berlaku", "an attestation by pengawas does not hold"),
}
"""What each code means, in Indonesian and English."""


_MOST_LETTERS: Final = 600


def shown(text: str) -> str:
    """Words that a bundle may have put in, safe to print: without what moves a terminal's cursor, ends a
    line or turns letters round, and cut where they are long."""
    plain = "".join(
        letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text[:_MOST_LETTERS]
    )
    return plain if len(text) <= _MOST_LETTERS else f"{plain}..."


class RefusedError(Exception):
    """A bundle that does not hold. `code` is one of `CODES`; the texts say where and what, as `shown`."""

    def __init__(self, code: str, indonesian: str, english: str) -> None:
        self.code = code
        meaning = CODES[code]
        self.indonesian = f"{code}: {meaning[0]}: {shown(indonesian)}"
        self.english = f"{code}: {meaning[1]}: {shown(english)}"
        super().__init__(f"{self.indonesian} / {self.english}")
