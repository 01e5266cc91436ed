"""What a verification says: what was checked, what was not, and the figures that are proven."""

from dataclasses import dataclass, field
from typing import Any, Final

from rules.calendar import day_text
from rules.types import WibDay
from verifier.chain import Header, Log
from verifier.errors import RefusedError

CHAIN: Final = (
    "bahwa hash blok yang Anda berikan memang ada di chain: tanyakan pada node atau penjelajah yang "
    "Anda percaya",
    "that the block hashes you gave are the chain's: ask a node or explorer that you trust",
)

REPLACED: Final = (
    "bahwa tutup buku ini masih berlaku: RAT dapat membuka periode lagi, dan periode itu lalu ditutup ulang "
    "(koperasi closes, atau log Treasury dan Books sesudah blok ini)",
    "that this close still stands: a RAT can open a period again, which is then closed anew (koperasi "
    "closes, or the logs of Treasury and Books after this block)",
)


def rupiah(amount: int) -> str:
    """Rp 1.234.567"""
    return f"Rp {amount:,}".replace(",", ".")


def day_text_of(day: int) -> str:
    """A WIB day as YYYY-MM-DD."""
    return day_text(WibDay(day))


@dataclass
class Report:
    """`names`: the cooperative's contracts by address (hex), if they are known. Texts in Indonesian and
    English."""

    kind: str
    names: dict[str, str] | None = None
    checked: list[tuple[str, str]] = field(default_factory=list)
    unchecked: list[tuple[str, str]] = field(default_factory=lambda: [CHAIN])
    figures: dict[str, Any] = field(default_factory=dict)

    def check(self, indonesian: str, english: str) -> None:
        """This is proven."""
        self.checked.append((indonesian, english))

    def leave(self, indonesian: str, english: str) -> None:
        """This is not."""
        self.unchecked.append((indonesian, english))

    def close(self) -> None:
        """A close was proven, which says nothing of what came after it."""
        if REPLACED not in self.unchecked:
            self.unchecked.append(REPLACED)

    def header(self, header: Header) -> None:
        """A header was found to have a hash that was given."""
        blocks = self.figures.setdefault("blocks", {})
        if str(header.number) not in blocks:
            blocks[str(header.number)] = f"0x{header.hash.hex()}"
            self.check(
                f"kepala blok {header.number} berhash 0x{header.hash.hex()}, seperti yang Anda berikan",
                f"the header of block {header.number} hashes to 0x{header.hash.hex()}, as you gave it",
            )

    def contract(self, address: bytes, name: str) -> None:
        """An address is said to be the contract `name`. RefusedError: CONTRACT, if it is known to be
        another."""
        text = address.hex()
        if self.names is None:
            said = (f"bahwa 0x{text} adalah kontrak {name}", f"that 0x{text} is the contract {name}")
            hint = (
                "bandingkan dengan alamat yang diumumkan, atau berikan --deployment",
                "compare it with the address that was published, or give --deployment",
            )
            told = (f"{said[0]} koperasi: {hint[0]}", f"{said[1]} of the cooperative: {hint[1]}")
            if told not in self.unchecked:
                self.unchecked.append(told)
        elif self.names.get(text) != name:
            known = self.names.get(text, "-")
            raise RefusedError(
                "CONTRACT",
                f"0x{text} diberikan sebagai {name}; menurut deployment: {known}",
                f"0x{text} is given as {name}; by the deployment it is: {known}",
            )

    def log(self, log: Log, name: str) -> None:
        """A log of the contract `name` was proven."""
        self.header(log.header)
        self.contract(log.address, name)
