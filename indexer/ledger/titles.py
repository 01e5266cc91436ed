"""What the entries of each posting rule are called, in Indonesian and English."""

from collections.abc import Mapping
from typing import Final

TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "deposit": ("Setoran simpanan", "Deposit"),
    "withdrawal": ("Penarikan simpanan", "Withdrawal"),
    "storno": ("Storno setoran", "Deposit reversed"),
    "cash-move": ("Pemindahan kas", "Cash moved"),
    "payroll": ("Potong gaji", "Payroll deduction"),
    "loan": ("Pencairan pinjaman", "Loan paid out"),
    "loan-draw": ("Pencairan lanjutan pinjaman", "Further tranche of a loan"),
    "loan-payment": ("Angsuran pinjaman", "Loan payment"),
    "loan-write-off": ("Penghapusan pinjaman", "Loan written off"),
    "loan-recovery": ("Penerimaan pinjaman yang dihapus", "Recovery of a written-off loan"),
    "loan-assumed": ("Pengalihan pinjaman kepada ahli waris", "Loan taken over"),
    "interest-accrual": ("Jasa pinjaman yang masih harus diterima", "Interest accrued on a loan"),
    "loan-allowance": ("Penyisihan pinjaman", "Allowance for a loan"),
    "savings-interest-accrual": ("Jasa simpanan yang masih harus dibayar", "Interest accrued on savings"),
    "interest": ("Jasa simpanan", "Interest on savings"),
    "exit": ("Anggota keluar", "Member left"),
    "surplus-allocation": ("Pembagian SHU", "Allocation of the surplus"),
    "surplus-share": ("Bagian SHU anggota ke simpanan", "Share of the surplus into savings"),
    "surplus-share-cash": ("Bagian SHU anggota tunai", "Share of the surplus in cash"),
    "lien-claim": ("Klaim jaminan simpanan", "Lien claimed"),
    "standing-order": ("Autodebet angsuran", "Standing order for an instalment"),
    "journal": ("Jurnal umum", "Journal of the office"),
    "depreciation": ("Penyusutan aset tetap", "Depreciation of fixed assets"),
    "schedule": ("Jurnal terjadwal", "Scheduled journal"),
    "year-closing": ("Penutupan tahun buku", "Close of the book year"),
    "savings-opening": ("Saldo awal simpanan", "Opening savings"),
    "channel-opening": ("Saldo awal kas", "Opening cash"),
    "loan-opening": ("Saldo awal pinjaman", "Opening loan"),
}
