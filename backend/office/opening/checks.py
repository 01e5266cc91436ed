"""What must hold in a folder of opening balances before anything of it is shown to a meeting."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from backend.office.opening.folder import (
    CASH,
    LEDGER,
    LOANS,
    MEMBERS,
    SAVINGS,
    Fault,
    OpeningFolder,
    OpeningLoan,
    OpeningRefusedError,
)
from backend.office.products import Product
from rules.amortization import LoanState, LoanTerms, OverpaymentError, apply_payment, within_rate_cap
from rules.types import BasisPoints, Channel, MemberNumber, Rupiah, SavingsKind

CASH_ACCOUNTS: Final = {Channel.KAS: 1110, Channel.BANK: 1120}
SAVINGS_ACCOUNTS: Final = {SavingsKind.POKOK: 3110, SavingsKind.WAJIB: 3120, SavingsKind.SUKARELA: 2110}
LENT, INTEREST_RECEIVABLE, ALLOWANCE = 1210, 1220, 1290
OPENING: Final = 3990
_CLOSED: Final[Mapping[int, tuple[str, str]]] = {
    1130: ("stablecoin tidak dapat dibuka dari buku kertas", "stablecoin is not opened from paper books"),
    2120: (
        "kreditkan jasa simpanan sebelum hari pembukaan, atau catat di 2410",
        "credit the interest on savings before the opening day, or carry it on 2410",
    ),
    2130: (
        "bayarkan hak anggota keluar sebelum hari pembukaan, atau catat di 2410",
        "pay what is owed to who left before the opening day, or carry it on 2410",
    ),
    2140: ("akun mesin; harus nol", "an account of the machine; it must be nought"),
    2310: (
        "SHU tahun lalu yang belum diambil dicatat di 2315",
        "unclaimed surplus of earlier years stands on 2315",
    ),
    3990: ("akun mesin; harus nol", "an account of the machine; it must be nought"),
}
"""Accounts that no opening may carry, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the deployment says that a folder is held against.

    pokok: rupiah of a member's simpanan pokok. products: by number. chart: every account of the house.
    rate_cap_bps: declining equivalent. earned: 1220 and 1290 of the loans on the opening day, in rupiah.
    """

    pokok: int
    products: Mapping[int, Product]
    chart: frozenset[int]
    rate_cap_bps: BasisPoints
    earned: Callable[[OpeningFolder, Mapping[int, Product]], tuple[int, int]]


def check(folder: OpeningFolder, rules: Rules) -> None:
    """OpeningRefusedError with everything that is wrong."""
    faults = [
        *_members(folder),
        *_savings(folder, rules.pokok),
        *_loans(folder, rules),
        *_ledger_rows(folder, rules.chart),
    ]
    if not faults:
        faults = [*_balance(folder, rules)]
    if faults:
        raise OpeningRefusedError(faults)


def terms_of(loan: OpeningLoan, product: Product) -> LoanTerms:
    """A loan's terms as its schedule follows from them."""
    return LoanTerms(
        loan.principal,
        loan.rate_bps,
        loan.months,
        loan.method,
        loan.disbursed_on,
        grace_months=loan.grace_months,
        rounding_exponent=product.rounding_exponent,
    )


def balances(folder: OpeningFolder) -> dict[int, int]:
    """The trial balance, in rupiah by account, a debit positive."""
    return {each.account: each.debit - each.credit for each in folder.ledger}


def _twice(source: str, what: str, numbers: Iterable[tuple[int, int]]) -> Iterator[Fault]:
    seen: set[int] = set()
    for row, number in numbers:
        if number in seen:
            yield Fault(source, row, f"{what} {number} dua kali", f"{what} {number} stands twice")
        seen.add(number)


def _members(folder: OpeningFolder) -> Iterator[Fault]:
    yield from _twice(MEMBERS, "member_no", ((each.row, each.member) for each in folder.members))
    for each in folder.members:
        if each.joined_on > folder.day:
            yield Fault(
                MEMBERS,
                each.row,
                "joined_on setelah hari pembukaan; anggota baru didaftarkan kemudian",
                "joined_on is after the opening day; a new member is registered afterwards",
            )
    if not folder.members:
        yield Fault(MEMBERS, 0, "tidak ada anggota", "there are no members")


def _savings(folder: OpeningFolder, pokok: int) -> Iterator[Fault]:
    known = {each.member for each in folder.members}
    yield from _twice(SAVINGS, "member_no", ((each.row, each.member) for each in folder.savings))
    for each in folder.savings:
        if each.member not in known:
            yield _unknown(SAVINGS, each.row, each.member)
        if each.amounts[SavingsKind.POKOK] != pokok:
            yield Fault(
                SAVINGS,
                each.row,
                f"pokok harus {pokok}, sama bagi semua anggota",
                f"pokok must be {pokok}, equal for all members",
            )
    saved = {each.member for each in folder.savings}
    for member in folder.members:
        if member.member not in saved:
            text = f"{MEMBERS}:{member.row} {member.member}"
            yield Fault(SAVINGS, 0, f"tidak memuat {text}", f"says nothing of {text}")


def _loans(folder: OpeningFolder, rules: Rules) -> Iterator[Fault]:
    known = {each.member for each in folder.members}
    yield from _twice(LOANS, "loan_no", ((each.row, each.loan) for each in folder.loans))
    for each in folder.loans:
        for party in (each.member, each.guarantor):
            if party is not None and party not in known:
                yield _unknown(LOANS, each.row, party)
        if each.guarantor == each.member:
            yield Fault(LOANS, each.row, "penjamin adalah peminjam", "the guarantor is the borrower")
        if each.disbursed_on > folder.day:
            yield Fault(
                LOANS,
                each.row,
                "disbursed_on setelah hari pembukaan",
                "disbursed_on is after the opening day",
            )
        product = rules.products.get(each.product)
        if product is None:
            yield Fault(
                LOANS, each.row, f"produk {each.product} tidak ada", f"there is no product {each.product}"
            )
        else:
            yield from _schedule(each, product, rules.rate_cap_bps)


def _schedule(loan: OpeningLoan, product: Product, rate_cap_bps: BasisPoints) -> Iterator[Fault]:
    """Whether what was paid is where the schedule puts it: oldest instalment first, in it interest first."""
    try:
        terms = terms_of(loan, product)
    except ValueError as error:
        yield Fault(LOANS, loan.row, f"syarat tidak mungkin ({error})", f"impossible terms ({error})")
        return
    if not within_rate_cap(terms, rate_cap_bps):
        yield Fault(
            LOANS,
            loan.row,
            f"bunga di atas batas {rate_cap_bps} bps setara menurun; sepakati syarat baru dulu",
            f"the rate is above the cap of {rate_cap_bps} bps, declining equivalent; agree on new terms "
            "first",
        )
    if loan.principal_paid >= loan.principal:
        yield Fault(
            LOANS, loan.row, "pokok sudah lunas; jangan dicantumkan", "principal is paid; do not list it"
        )
        return
    paid = Rupiah(loan.principal_paid + loan.interest_paid)
    try:
        state = apply_payment(terms, LoanState(), paid)[0] if paid else LoanState()
    except OverpaymentError:
        yield Fault(LOANS, loan.row, "dibayar melebihi jadwal", "more was paid than the schedule asks for")
        return
    if state.principal_paid != loan.principal_paid:
        interest = paid - state.principal_paid
        yield Fault(
            LOANS,
            loan.row,
            f"dari {paid} menurut jadwal {state.principal_paid} pokok dan {interest} jasa; sepakati "
            "perubahan syarat atau bagi lagi",
            f"of {paid} the schedule makes {state.principal_paid} principal and {interest} interest; agree "
            "on an amendment, or allocate again",
        )


def _ledger_rows(folder: OpeningFolder, chart: frozenset[int]) -> Iterator[Fault]:
    yield from _twice(LEDGER, "account", ((each.row, each.account) for each in folder.ledger))
    for each in folder.ledger:
        if each.account not in chart:
            text = f"akun {each.account} tidak ada dalam bagan"
            yield Fault(LEDGER, each.row, text, f"the chart has no account {each.account}")
        if each.debit and each.credit:
            yield Fault(LEDGER, each.row, "debit dan kredit terisi", "both debit and credit are filled in")
        if each.account in _CLOSED and each.debit != each.credit:
            yield Fault(LEDGER, each.row, *_CLOSED[each.account])


def _balance(folder: OpeningFolder, rules: Rules) -> Iterator[Fault]:
    """The trial balance balances, and what stands below an account adds up to it."""
    held = balances(folder)
    debit, credit = sum(each.debit for each in folder.ledger), sum(each.credit for each in folder.ledger)
    if debit != credit:
        yield Fault(
            LEDGER,
            0,
            f"neraca saldo tidak seimbang: debit {debit}, kredit {credit}",
            f"the trial balance does not balance: debit {debit}, credit {credit}",
        )
    interest, allowance = rules.earned(folder, rules.products)
    below = {
        **{account: (CASH, folder.cash.get(channel, 0)) for channel, account in CASH_ACCOUNTS.items()},
        **{
            account: (SAVINGS, -sum(each.amounts[kind] for each in folder.savings))
            for kind, account in SAVINGS_ACCOUNTS.items()
        },
        LENT: (LOANS, sum(each.outstanding for each in folder.loans)),
        INTEREST_RECEIVABLE: (LOANS, interest),
        ALLOWANCE: (LOANS, -allowance),
    }
    for account, (source, total) in below.items():
        if held.get(account, 0) != total:
            told = held.get(account, 0)
            why = _why(account)
            yield Fault(
                LEDGER,
                next((each.row for each in folder.ledger if each.account == account), 0),
                f"{account} {abs(told)}, menurut {source} {abs(total)}{why[0]}",
                f"{account} is {abs(told)}, by {source} {abs(total)}{why[1]}",
            )


def _why(account: int) -> tuple[str, str]:
    if account in (INTEREST_RECEIVABLE, ALLOWANCE):
        return (
            " (aturan koperasi pada hari itu; sesuaikan buku kertas dengan jurnal penyesuaian)",
            " (the house's rule on that day; bring the paper books to it by an adjusting entry)",
        )
    return "", ""


def _unknown(source: str, row: int, member: MemberNumber) -> Fault:
    return Fault(
        source, row, f"anggota {member} tidak ada di {MEMBERS}", f"member {member} is not in {MEMBERS}"
    )
