"""The chart of accounts, and which accounts channels and kinds of savings post to.

The chart is examples/accounts.csv with two accounts that only the machine needs (2140, 3990); a test holds it
against that file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.types import Account, Channel, SavingsKind


class AccountType(StrEnum):
    """Where an account stands in the statements."""

    ASSET = "ASSET"
    LIABILITY = "LIABILITY"
    EQUITY = "EQUITY"
    INCOME = "INCOME"
    EXPENSE = "EXPENSE"


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """An account: code, Indonesian and English name, type, and whether its balance is a debit."""

    code: Account
    name: str
    name_en: str
    type: AccountType
    debit: bool


CASH: Final = Account(1110)
BANK: Final = Account(1120)
STABLECOIN: Final = Account(1130)
LOANS: Final = Account(1210)
INTEREST_RECEIVABLE: Final = Account(1220)
ALLOWANCE: Final = Account(1290)
SUKARELA: Final = Account(2110)
SAVINGS_INTEREST_DUE: Final = Account(2120)
PAYABLE: Final = Account(2130)
CLEARING: Final = Account(2140)
INTEREST_TAX: Final = Account(2210)
SHU_PAYABLE: Final = Account(2310)
POKOK: Final = Account(3110)
WAJIB: Final = Account(3120)
RESERVES: Final = Account(3200)
SURPLUS: Final = Account(3900)
OPENING: Final = Account(3990)
LOAN_INTEREST: Final = Account(4110)
PENALTIES: Final = Account(4120)
LOAN_FEES: Final = Account(4130)
RECOVERIES: Final = Account(4140)
SAVINGS_INTEREST: Final = Account(5010)
LOAN_LOSSES: Final = Account(5020)

CHANNEL_ACCOUNTS: Final[Mapping[int, Account]] = {
    Channel.KAS: CASH,
    Channel.BANK: BANK,
    Channel.STABLECOIN: STABLECOIN,
}
KIND_ACCOUNTS: Final[Mapping[int, Account]] = {
    SavingsKind.POKOK: POKOK,
    SavingsKind.WAJIB: WAJIB,
    SavingsKind.SUKARELA: SUKARELA,
    SavingsKind.PAYABLE: PAYABLE,
}

_ROWS: Final = """
1110|Kas|Cash in till|ASSET|DR
1120|Bank|Bank|ASSET|DR
1130|Stablecoin Rupiah|Rupiah stablecoin|ASSET|DR
1210|Pinjaman anggota|Loans to members|ASSET|DR
1220|Piutang jasa pinjaman|Interest receivable|ASSET|DR
1290|Penyisihan pinjaman|Allowance for loans|ASSET|CR
1510|Aset tetap|Fixed assets|ASSET|DR
1590|Akumulasi penyusutan|Accumulated depreciation|ASSET|CR
2110|Simpanan sukarela|Voluntary savings|LIABILITY|CR
2120|Utang jasa simpanan|Interest payable on savings|LIABILITY|CR
2130|Utang kepada anggota keluar|Payable to members who left|LIABILITY|CR
2140|Kliring nontunai|Non-cash clearing|LIABILITY|CR
2210|Utang PPh final|Final income tax payable|LIABILITY|CR
2310|Utang SHU anggota|SHU payable to members|LIABILITY|CR
2315|Utang SHU tahun-tahun lalu|SHU payable of earlier years|LIABILITY|CR
2320|Dana pendidikan|Education fund|LIABILITY|CR
2330|Dana sosial|Social fund|LIABILITY|CR
2340|Dana pengurus|Board fund|LIABILITY|CR
2350|Dana karyawan|Staff fund|LIABILITY|CR
2360|Dana pembangunan|Development fund|LIABILITY|CR
2410|Biaya yang masih harus dibayar|Accrued expenses|LIABILITY|CR
3110|Simpanan pokok|Share savings|EQUITY|CR
3120|Simpanan wajib|Mandatory savings|EQUITY|CR
3200|Cadangan|Reserves|EQUITY|CR
3300|Hibah|Grants|EQUITY|CR
3900|SHU tahun berjalan|Surplus of the year|EQUITY|CR
3990|Saldo awal (perantara)|Opening balances (clearing)|EQUITY|CR
4110|Partisipasi jasa pinjaman|Interest from members' loans|INCOME|CR
4120|Denda pinjaman|Penalties|INCOME|CR
4130|Provisi dan administrasi pinjaman|Loan fees|INCOME|CR
4140|Penerimaan pinjaman yang dihapus|Recovery of written-off loans|INCOME|CR
4900|Pendapatan lain|Other income|INCOME|CR
5010|Beban jasa simpanan|Interest expense on savings|EXPENSE|DR
5020|Beban penyisihan pinjaman|Loan loss expense|EXPENSE|DR
5110|Gaji karyawan|Salaries|EXPENSE|DR
5120|Listrik dan air|Electricity and water|EXPENSE|DR
5130|Alat tulis kantor|Office supplies|EXPENSE|DR
5140|Internet dan telepon|Internet and telephone|EXPENSE|DR
5150|Beban bank|Bank charges|EXPENSE|DR
5160|Penyusutan|Depreciation|EXPENSE|DR
5210|Honor pengurus|Board fees|EXPENSE|DR
5220|Biaya rapat|Meetings|EXPENSE|DR
"""


def _read(row: str) -> AccountInfo:
    code, name, name_en, kind, side = row.split("|")
    return AccountInfo(Account(int(code)), name, name_en, AccountType(kind), side == "DR")


CHART: Final[Mapping[int, AccountInfo]] = {info.code: info for info in map(_read, _ROWS.split("\n")[1:-1])}
"""Every account of the house by its code, in ascending order."""


def is_income_or_expense(code: int) -> bool:
    """Whether a year's close empties the account; one that is not of the house by its first digit, 4 or 5."""
    info = CHART.get(Account(code))
    if info is None:
        return code // 1000 in (4, 5)
    return info.type in (AccountType.INCOME, AccountType.EXPENSE)
