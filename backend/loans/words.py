"""Words of a loan's document in both languages."""

from collections.abc import Mapping
from typing import Final

from rules.types import LoanMethod, SavingsKind

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
