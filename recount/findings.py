"""Differences between what the chain's events say and what a recount finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "ROLL": ("jumlah anggota terdaftar berbeda", "the size of the roll differs"),
    "ACCEPTED": ("dihitung, padahal harus ditolak", "was counted, but must be refused"),
    "REFUSED": ("ditolak, padahal sah", "was refused, but is good"),
    "REASON": ("ditolak dengan alasan lain", "was refused for another reason"),
    "MISSING": ("ada dalam calldata, tetapi tidak dalam log", "is in the calldata, but not in the logs"),
    "ADDED": ("ada dalam log, tetapi tidak dalam calldata", "is in the logs, but not in the calldata"),
    "DOUBLED": ("dihitung dua kali", "was counted twice"),
    "CHOICES": ("pilihannya berbeda dari yang ditandatangani", "its choices differ from what was signed"),
    "CALL": ("dihitung pada panggilan lain", "was counted in another call"),
    "PAPER_LIST": ("tidak boleh ada di daftar kertas", "must not be on the paper list"),
    "CONSENT": ("calon tidak menyatakan bersedia", "the candidate did not consent"),
    "PROXY": ("kuasa tidak sah", "the proxy is not valid"),
    "OBJECTION": ("keberatan tidak sah", "the objection is not valid"),
    "CONSENSUS": ("mufakat tidak dapat dinyatakan", "consensus could not be declared"),
    "WITHDRAWN": ("usul ditarik terlambat", "the motion was withdrawn too late"),
    "CARRIED_OUT": (
        "dilaksanakan, padahal belum atau tidak diputuskan",
        "was carried out, but not decided or too soon",
    ),
    "SEAT": ("jabatan diisi orang lain", "the seat was filled by somebody else"),
    "VIEW": ("kontrak menjawab lain", "the contract answers otherwise"),
}
"""What each kind of difference means, in Indonesian and English."""


@dataclass(frozen=True)
class Difference:
    """`said` is the chain's, `found` the recount's; None where there is nothing to compare."""

    kind: str
    transaction: str = ""
    row: int = 0
    member: int = 0
    what: str = ""
    said: Any = None
    found: Any = None

    def plain(self) -> dict[str, Any]:
        """As JSON has it: without what is empty."""
        fields = ("kind", "transaction", "row", "member", "what", "said", "found")
        return {name: getattr(self, name) for name in fields if getattr(self, name) not in ("", 0, None)}


@dataclass
class Differences:
    """Those found so far, in the order of the chain."""

    found: list[Difference] = field(default_factory=list)

    def add(self, kind: str, **details: Any) -> None:
        """One more."""
        self.found.append(Difference(kind, **details))
