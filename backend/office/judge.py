"""Whether a row of a day book is accepted, and why not (the reasons and their order: examples/README.md).

The office judges each row against the cooperative's state as it will be when the row's turn comes, so that
batches can be sent ahead; the contracts judge once more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from backend.office.accounts import LoanAccount, MemberAccount
from backend.office.daybooks import (
    BookRow,
    Joining,
    JournalRow,
    LoanRow,
    PayrollRow,
    SlipRow,
)
from backend.office.products import Product
from backend.terms import Pledge
from rules import loans
from rules.amortization import LoanTerms, OverpaymentError, within_rate_cap
from rules.interest import InterestRules
from rules.types import (
    MAX_RUPIAH,
    BasisPoints,
    Channel,
    LoanNumber,
    MemberNumber,
    Rupiah,
    SavingsKind,
    SlipKind,
    WibDay,
)
from rules.types import RefusalReason as R

# Reasons of the office itself, for what the formats do not foresee.
AMOUNT_TOO_LARGE: Final = "AMOUNT_TOO_LARGE"
ALREADY_REGISTERED: Final = "ALREADY_REGISTERED"
LOAN_EXISTS: Final = "LOAN_EXISTS"
RATE_ABOVE_CAP: Final = "RATE_ABOVE_CAP"
GUARANTOR_NOT_ACTIVE: Final = "GUARANTOR_NOT_ACTIVE"
PLEDGE_INVALID: Final = "PLEDGE_INVALID"
PRODUCT_REFUSED: Final = "PRODUCT_REFUSED"
REFINANCE_REFUSED: Final = "REFINANCE_REFUSED"
ACCOUNT_REFUSED: Final = "ACCOUNT_REFUSED"

_CURABLE: Final = {
    R.UNKNOWN_MEMBER,
    R.NOT_ACTIVE,
    R.UNKNOWN_LOAN,
    R.LOAN_CLOSED,
    R.OVERPAYMENT,
    R.WRONG_PAYOFF,
    R.INSUFFICIENT_SAVINGS,
    R.INSUFFICIENT_CASH,
    GUARANTOR_NOT_ACTIVE,
}
_PAYMENTS: Final = (SlipKind.ANGSURAN, SlipKind.PELUNASAN, SlipKind.ANGSURAN_LEBIH)
MAX_MONTHS: Final = 360
MAX_PAYROLL_AMOUNT: Final = 2**56 - 1
"""Rupiah that fit a payroll row on the chain (ITellerDesk)."""
MAX_PRINCIPAL: Final = 2**56 - 1
"""Rupiah that a LoanBook lends at most in one loan."""


@dataclass(slots=True)
class OfficeState:
    """The cooperative as the rows so far leave it. `postable`: accounts that journals may carry."""

    interest: InterestRules
    pokok_amount: int
    postable: frozenset[int]
    products: Mapping[int, Product] = field(default_factory=dict)
    members: dict[MemberNumber, MemberAccount] = field(default_factory=dict)
    loans: dict[LoanNumber, LoanAccount] = field(default_factory=dict)
    cash: dict[Channel, int] = field(default_factory=lambda: dict.fromkeys(Channel, 0))
    deducted: set[tuple[str, MemberNumber, LoanNumber | None]] = field(default_factory=set)
    waiting: list[BookRow] = field(default_factory=list)
    registered: set[MemberNumber] = field(default_factory=set)
    """All members in the register, whether the folder names them or not."""
    joined: dict[MemberNumber, WibDay] = field(default_factory=dict)
    """The day of joining of members whom the folder names; before it they are unknown."""

    def judge(self, row: BookRow, today: WibDay) -> str | None:
        """The first reason that refuses `row` on `today` (the day of block time), or None."""
        if row.problem is not None:
            return row.problem
        match row:
            case Joining():
                return ALREADY_REGISTERED if row.member in self.members else None
            case LoanRow():
                return self._judge_loan(row, today)
            case SlipRow():
                return self._judge_slip(row, today)
            case PayrollRow():
                return self._judge_payroll(row)
            case JournalRow():
                return self._judge_journal(row)

    def apply(self, row: BookRow, today: WibDay) -> None:
        """What an accepted row does."""
        match row:
            case Joining():
                self.members[row.member] = MemberAccount()
                self.registered.add(row.member)
            case LoanRow():
                self._apply_loan(row)
            case SlipRow():
                self._apply_slip(row, today)
            case PayrollRow():
                self._apply_payroll(row, today)
            case JournalRow():
                for line in row.lines:
                    self.cash[line.channel] += (line.amount or 0) * (1 if line.is_credit else -1)

    def may_depend_on_waiting(self, row: BookRow, reason: str) -> bool:
        """Whether `reason` might fall away once the rows that wait for a signature are posted."""
        if not self.waiting or reason not in _CURABLE:
            return False
        if reason == R.INSUFFICIENT_CASH:
            return True
        members = {w.member for w in self.waiting if not isinstance(w, JournalRow)}
        loans = {w.loan for w in self.waiting if isinstance(w, LoanRow | SlipRow | PayrollRow) and w.loan}
        touches_member = not isinstance(row, JournalRow) and bool(row.member) and row.member in members
        if isinstance(row, LoanRow):
            touches_member |= any(pledge.member in members for pledge in row.pledges)
            touches_member |= row.refinances in loans
        return touches_member or (isinstance(row, LoanRow | SlipRow | PayrollRow) and row.loan in loans)

    def credit_interest(self, today: WibDay) -> None:
        """Credits every month that ended before `today` to the members who have an account that earns."""
        for member in self.members.values():
            if member.sukarela.last_day is not None:
                member.sukarela, _ = member.sukarela.credit(self.interest, today)

    def releasable(self) -> list[LoanNumber]:
        """The loans whose liens hold more than they need, by number."""
        secured = ((number, account) for number, account in self.loans.items() if account.liens)
        return sorted(number for number, account in secured if account.needed() != account.liens)

    def hold(self, loan: LoanNumber, liens: tuple[Pledge, ...]) -> None:
        """Liens hold for `loan` what `liens` say, and no more."""
        account = self.loans[loan]
        self._hold(account.liens, -1)
        self._hold(liens, 1)
        account.liens = liens

    def _member(self, number: MemberNumber | None, day: WibDay) -> MemberAccount | None:
        """The account of a member who had joined by `day`."""
        if number is None or self.joined.get(number, day) > day:
            return None
        return self.members.get(number)

    def _judge_loan(self, row: LoanRow, today: WibDay) -> str | None:
        borrower = self._member(row.member, row.day)
        if borrower is None:
            return R.UNKNOWN_MEMBER
        if row.principal is None:
            return R.NEGATIVE_OR_FRACTION
        if row.principal == 0:
            return R.ZERO_AMOUNT
        if not borrower.active:
            return R.NOT_ACTIVE
        if row.loan in self.loans:
            return LOAN_EXISTS
        reason = self._judge_pledges(row, today) or self._judge_refinance(row, row.principal)
        if reason is not None:
            return reason
        if row.principal - row.fee - self._offset(row) > self.cash[row.channel]:
            return R.INSUFFICIENT_CASH
        if row.principal > MAX_PRINCIPAL:
            return AMOUNT_TOO_LARGE
        if not 1 <= row.months <= MAX_MONTHS:
            return RATE_ABOVE_CAP
        product = self.products.get(row.product)
        if row.grace_months >= row.months or product is None:
            return PRODUCT_REFUSED
        if not within_rate_cap(_terms(row, product), fees=Rupiah(row.fee)):
            return RATE_ABOVE_CAP
        return None if product.allows(row) else PRODUCT_REFUSED

    def _judge_pledges(self, row: LoanRow, today: WibDay) -> str | None:
        """Guarantors are other active members; a lien is within what nothing holds yet."""
        if len({(pledge.member, pledge.kind) for pledge in row.pledges}) < len(row.pledges):
            return PLEDGE_INVALID
        for pledge in row.pledges:
            member = self._member(pledge.member, row.day)
            itself = pledge.member == row.member and not pledge.amount
            if member is None or not member.active or itself:
                return GUARANTOR_NOT_ACTIVE
            account, _ = member.sukarela.credit(self.interest, today)
            if pledge.amount > member.available(pledge.kind, account.balance):
                return R.INSUFFICIENT_SAVINGS
        return None

    def _judge_refinance(self, row: LoanRow, principal: int) -> str | None:
        """What it pays off is the borrower's own, and within what is lent after the fee."""
        if row.refinances is not None:
            older = self.loans.get(row.refinances)
            if older is None or row.day < older.loan.terms.disbursed_on:
                return R.UNKNOWN_LOAN
            if older.borrower != row.member:
                return R.NOT_BORROWER
            if older.loan.closed:
                return R.LOAN_CLOSED
        kept = row.fee + self._offset(row)
        return None if kept < principal or (kept == principal and row.refinances) else REFINANCE_REFUSED

    def _offset(self, row: LoanRow) -> int:
        """Rupiah that pay off the older loan on the row's day."""
        if row.refinances is None:
            return 0
        return int(loans.payoff_of(self.loans[row.refinances].loan, row.day).total)

    def _judge_slip(self, row: SlipRow, today: WibDay) -> str | None:
        member = self._member(row.member, row.day)
        if row.kind is not SlipKind.PINDAH and member is None:
            return R.UNKNOWN_MEMBER
        if row.amount is None:
            return R.NEGATIVE_OR_FRACTION
        if row.amount == 0:
            return R.ZERO_AMOUNT
        if member is not None:
            reason = self._judge_member_slip(row, row.amount, member, today)
            if reason is not None:
                return reason
        if row.kind in (SlipKind.TARIK_SUKARELA, SlipKind.PINDAH) and row.amount > self.cash[row.channel]:
            return R.INSUFFICIENT_CASH
        takes_in = row.kind not in (SlipKind.TARIK_SUKARELA, SlipKind.PINDAH)
        return self._too_large(row.amount) if takes_in else None

    def _judge_member_slip(
        self, row: SlipRow, amount: int, member: MemberAccount, today: WibDay
    ) -> str | None:
        if row.kind is SlipKind.SETOR_POKOK:
            return R.WRONG_POKOK if amount != self.pokok_amount or member.pokok else None
        if row.kind is not SlipKind.PINDAH and not member.active:
            return R.NOT_ACTIVE
        if row.kind in _PAYMENTS:
            return self._judge_payment(row.loan, row.member, amount, row.day, row.kind)
        if row.kind is SlipKind.TARIK_SUKARELA:
            account, _ = member.sukarela.credit(self.interest, today)
            free = member.available(SavingsKind.SUKARELA, account.balance)
            return R.INSUFFICIENT_SAVINGS if amount > free else None
        return None

    def _judge_payroll(self, row: PayrollRow) -> str | None:
        member = self._member(row.member, row.day)
        if row.member is None or member is None:
            return R.UNKNOWN_MEMBER
        if row.wajib is None or row.sukarela is None or row.angsuran is None or row.total is None:
            return R.NEGATIVE_OR_FRACTION
        if row.wajib + row.sukarela + row.angsuran != row.total:
            return R.TOTAL_MISMATCH
        if (row.source, row.member, row.loan) in self.deducted:
            return R.DUPLICATE_ROW
        if not member.active:
            return R.NOT_ACTIVE
        if row.has_loan or row.angsuran:
            reason = self._judge_payment(row.loan, row.member, row.angsuran, row.day, SlipKind.ANGSURAN)
            if reason is not None:
                return reason
        if max(row.wajib, row.sukarela, row.angsuran) > MAX_PAYROLL_AMOUNT:
            return AMOUNT_TOO_LARGE
        return self._too_large(row.total)

    def _judge_payment(
        self, loan: LoanNumber | None, payer: MemberNumber | None, amount: int, day: WibDay, kind: SlipKind
    ) -> str | None:
        account = self.loans.get(loan) if loan is not None else None
        if account is None or day < account.loan.terms.disbursed_on:
            return R.UNKNOWN_LOAN
        if account.borrower != payer:
            return R.NOT_BORROWER
        if account.loan.closed:
            return R.LOAN_CLOSED
        if kind is SlipKind.PELUNASAN:
            return None if amount == loans.payoff_of(account.loan, day).total else R.WRONG_PAYOFF
        if amount and kind is SlipKind.ANGSURAN:
            try:
                loans.pay(account.loan, Rupiah(amount), day)
            except OverpaymentError:
                return R.OVERPAYMENT
        return None

    def _judge_journal(self, row: JournalRow) -> str | None:
        if any(line.amount is None for line in row.lines):
            return R.NEGATIVE_OR_FRACTION
        if any(line.amount == 0 for line in row.lines):
            return R.ZERO_AMOUNT
        if any(line.account not in self.postable for line in row.lines):
            return ACCOUNT_REFUSED
        cash = dict(self.cash)
        for line in row.lines:
            cash[line.channel] += (line.amount or 0) * (1 if line.is_credit else -1)
        if min(cash.values()) < 0:
            return R.INSUFFICIENT_CASH
        return self._too_large(sum(line.amount or 0 for line in row.lines if line.is_credit))

    def _too_large(self, amount: int) -> str | None:
        """Nothing the cooperative holds may pass 2^63 - 1 rupiah."""
        return AMOUNT_TOO_LARGE if sum(self.cash.values()) + amount > MAX_RUPIAH else None

    def _apply_slip(self, row: SlipRow, today: WibDay) -> None:
        amount = Rupiah(row.amount or 0)
        if row.kind is SlipKind.PINDAH:
            assert row.to_channel is not None
            self.cash[row.channel] -= amount
            self.cash[row.to_channel] += amount
            return
        assert row.member is not None
        member = self.members[row.member]
        match row.kind:
            case SlipKind.SETOR_POKOK:
                member.pokok, member.active = amount, True
            case SlipKind.SETOR_WAJIB:
                member.wajib += amount
            case SlipKind.SETOR_SUKARELA:
                member.sukarela, _ = member.sukarela.deposit(self.interest, today, amount)
            case SlipKind.TARIK_SUKARELA:
                member.sukarela, _ = member.sukarela.withdraw(self.interest, today, amount)
            case SlipKind.ANGSURAN | SlipKind.PELUNASAN | SlipKind.ANGSURAN_LEBIH:
                rest = self._apply_payment(row.loan, amount, row.day, row.kind)
                if rest:
                    member.sukarela, _ = member.sukarela.deposit(self.interest, today, rest)
        self.cash[row.channel] += -amount if row.kind is SlipKind.TARIK_SUKARELA else amount

    def _apply_payroll(self, row: PayrollRow, today: WibDay) -> None:
        assert row.member is not None
        member = self.members[row.member]
        member.wajib += row.wajib or 0
        if row.sukarela:
            member.sukarela, _ = member.sukarela.deposit(self.interest, today, Rupiah(row.sukarela))
        if row.angsuran:
            self._apply_payment(row.loan, Rupiah(row.angsuran), row.day, SlipKind.ANGSURAN)
        self.cash[Channel.BANK] += row.total or 0
        self.deducted.add((row.source, row.member, row.loan))

    def _apply_loan(self, row: LoanRow) -> None:
        self.cash[row.channel] -= (row.principal or 0) - row.fee - self._offset(row)
        if row.refinances is not None:
            older = self.loans[row.refinances]
            older.loan, _ = loans.pay_off(older.loan, row.day)
            self.hold(row.refinances, ())
        liens = tuple(pledge for pledge in row.pledges if pledge.amount)
        self._hold(liens, 1)
        product = self.products[row.product]
        loan = loans.start(_terms(row, product), product.conditions())
        self.loans[row.loan] = LoanAccount(row.member, loan, liens, liens)

    def _hold(self, liens: Sequence[Pledge], sign: int) -> None:
        for lien in liens:
            if (member := self.members.get(lien.member)) is not None:
                member.held[lien.kind] = member.held.get(lien.kind, 0) + sign * lien.amount

    def _apply_payment(self, loan: LoanNumber | None, amount: Rupiah, day: WibDay, kind: SlipKind) -> Rupiah:
        """What of `amount` was more than the loan asks for, in rupiah."""
        assert loan is not None
        account = self.loans[loan]
        if kind is SlipKind.PELUNASAN:
            account.loan, paid = loans.pay_off(account.loan, day)
        else:
            account.loan, paid = loans.pay_up_to(account.loan, amount, day)
        return Rupiah(amount - paid.total)


def _terms(row: LoanRow, product: Product) -> LoanTerms:
    return LoanTerms(
        Rupiah(row.principal or 0),
        BasisPoints(row.annual_rate_bps),
        row.months,
        row.method,
        row.day,
        row.grace_months,
        product.rounding_exponent,
    )
