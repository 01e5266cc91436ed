"""Why an order is not taken, or was not accepted, in the words of both languages."""

from enum import StrEnum
from typing import Final


class OrderReason(StrEnum):
    """The reasons of the contract's papers, then the door's own."""

    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    ALREADY_VOTED = "ALREADY_VOTED"
    ALREADY_PRESENT = "ALREADY_PRESENT"
    OVERVOTE = "OVERVOTE"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    EXPIRED = "EXPIRED"
    WRONG_MEETING = "WRONG_MEETING"
    CALL_CLOSED = "CALL_CLOSED"
    NOT_HELD = "NOT_HELD"
    PROXIES_OFF = "PROXIES_OFF"
    UNKNOWN_MOTION = "UNKNOWN_MOTION"
    ALREADY_WAITING = "ALREADY_WAITING"
    REFUSED_BY_CONTRACT = "REFUSED_BY_CONTRACT"


WORDS: Final = {
    OrderReason.NOT_ELIGIBLE: (
        "Nomor ini tidak ada dalam daftar hak suara, atau penanda tangannya dipulihkan setelah undangan.",
        "This member number is not on the roll, or its signer was recovered after the notice.",
    ),
    OrderReason.ALREADY_VOTED: (
        "Sudah diterima sebelumnya: satu anggota, satu suara.",
        "One was accepted before: one member, one vote.",
    ),
    OrderReason.ALREADY_PRESENT: ("Anggota ini sudah hadir.", "This member is present already."),
    OrderReason.OVERVOTE: (
        "Terlalu banyak pilihan: setuju dan tidak setuju sekaligus, atau calon melebihi kursi.",
        "Too many marks: for and against both, or more candidates than seats.",
    ),
    OrderReason.BAD_SIGNATURE: (
        "Tanda tangannya bukan dari dompet atau passkey yang terdaftar bagi anggota ini.",
        "The signature is not of the wallet or passkey registered for this member.",
    ),
    OrderReason.EXPIRED: (
        "Batas waktunya sudah lewat; tandatangani lagi dengan batas waktu baru.",
        "Its deadline has passed; sign again with a new deadline.",
    ),
    OrderReason.WRONG_MEETING: (
        "Ditandatangani untuk rapat atau panggilan lain.",
        "It was signed for another meeting or call.",
    ),
    OrderReason.CALL_CLOSED: ("Panggilan rapat ini sudah ditutup.", "This call of the meeting has closed."),
    OrderReason.NOT_HELD: (
        "Panggilan kedua tidak diadakan: panggilan pertama mencapai kuorum.",
        "There is no second call: the first had its quorum.",
    ),
    OrderReason.PROXIES_OFF: (
        "Rapat ini tidak mengenal surat kuasa.",
        "This meeting has no proxies.",
    ),
    OrderReason.UNKNOWN_MOTION: ("Rapat ini tidak punya usul itu.", "This meeting has no such motion."),
    OrderReason.ALREADY_WAITING: (
        "Yang Anda kirim sebelumnya masih menunggu; tunggu hasilnya dulu.",
        "The one you sent before is still waiting; wait for what becomes of it.",
    ),
    OrderReason.REFUSED_BY_CONTRACT: (
        "Kontrak menolaknya.",
        "The contract refused it.",
    ),
}


def words_of(reason: str) -> tuple[str, str]:
    """Indonesian and English; of a contract's own error, that and its name."""
    try:
        return WORDS[OrderReason(reason)]
    except ValueError:
        indonesian, english = WORDS[OrderReason.REFUSED_BY_CONTRACT]
        return f"{indonesian} ({reason})", f"{english} ({reason})"
