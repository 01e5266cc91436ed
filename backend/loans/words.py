"""Words of a loan's document in both languages."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from backend.documents.words import Words, words
from rules.types import AmendmentKind, Collectibility, LoanMethod, SavingsKind

METHODS: Final[Mapping[LoanMethod, str]] = {
    LoanMethod.FLAT: "Tetap dari pokok semula (FLAT)",
    LoanMethod.DECLINING: "Menurun dari sisa pokok (DECLINING)",
    LoanMethod.ANNUITY: "Anuitas, angsuran sama (ANNUITY)",
    LoanMethod.BULLET: "Pokok sekaligus di akhir (BULLET)",
}
SAVINGS: Final[Mapping[SavingsKind, str]] = {
    SavingsKind.POKOK: "Simpanan pokok",
    SavingsKind.WAJIB: "Simpanan wajib",
    SavingsKind.SUKARELA: "Simpanan sukarela",
    SavingsKind.PAYABLE: "Hak anggota keluar",
}


class Reason(StrEnum):
    """Why terms change or penalty is waived, without saying anything personal."""

    REQUEST = "REQUEST"
    HARDSHIP = "HARDSHIP"
    DISASTER = "DISASTER"
    CORRECTION = "CORRECTION"


REASONS: Final[Mapping[Reason, Words]] = {
    Reason.REQUEST: words("atas permohonan Peminjam", "at the Borrower's request"),
    Reason.HARDSHIP: words(
        "karena kemampuan bayar Peminjam menurun", "as the Borrower can pay less than before"
    ),
    Reason.DISASTER: words(
        "karena bencana atau keadaan di luar kuasa para pihak", "for a disaster, or what no party could help"
    ),
    Reason.CORRECTION: words("untuk membetulkan kekeliruan", "to put a mistake right"),
}
KINDS: Final[Mapping[AmendmentKind, Words]] = {
    AmendmentKind.RESCHEDULE: words("penjadwalan ulang", "rescheduling"),
    AmendmentKind.RESTRUCTURE: words("penataan ulang syarat", "restructuring"),
    AmendmentKind.FREEZE: words("pembekuan jasa", "interest freeze"),
}
GRADES: Final[Mapping[Collectibility, str]] = {
    Collectibility.LANCAR: "Lancar",
    Collectibility.KURANG_LANCAR: "Kurang lancar",
    Collectibility.DIRAGUKAN: "Diragukan",
    Collectibility.MACET: "Macet",
}
