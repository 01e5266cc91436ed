"""A cooperative in a few dictionaries, which imports a folder of day books by examples/README.md."""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from rules.amortization import (
    LoanState,
    LoanTerms,
    OverpaymentError,
    apply_payment,
    apply_payoff,
    is_closed,
    payoff,
)
from rules.calendar import date_of_day, first_day, last_day, month_of_day, month_text, parse_day, parse_month
from rules.types import BasisPoints, LoanMethod, Month, RefusalReason, Rupiah, SavingsKind, WibDay

EXAMPLES = Path(__file__).parents[2] / "examples"
POKOK = 100_000

Row = dict[str, str]
Savings = dict[int, int]


class RefusedError(Exception):
    """A row is refused for a reason."""


@dataclass
class Loan:
    member: int
    terms: LoanTerms
    state: LoanState = field(default_factory=LoanState)


class Cooperative:
    """Balances after every month, and the refused rows, of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.joined = {
            int(row["member_no"]): parse_day(row["joined_on"]) for row in read(folder / "members.csv")
        }
        self.loans: dict[int, Loan] = {}
        self.savings: dict[int, Savings] = {member: dict.fromkeys(SavingsKind, 0) for member in self.joined}
        self.cash = {"KAS": 0, "BANK": 0}
        self.slip_refusals: list[Row] = []
        self.payroll_refusals: list[Row] = []
        self.payroll_totals: dict[str, tuple[int, int]] = {}
        self.loan_rows: list[Row] = []
        self.savings_rows: list[Row] = []
        self.cash_rows: list[Row] = []

    def run(self) -> "Cooperative":
        months = [parse_month(path.stem) for path in sorted((self.folder / "payroll").iterdir())]
        books = {name: by_day(self.folder / f"{name}.csv") for name in ("teller", "journal")}
        books["loans"] = by_day(self.folder / "loans.csv", "disbursed_on")
        for month in months:
            for day in range(first_day(month), last_day(month) + 1):
                self.import_day(WibDay(day), books)
            self.close_month(month)
        return self

    def import_day(self, day: WibDay, books: dict[str, dict[WibDay, list[Row]]]) -> None:
        for row in books["loans"].get(day, []):
            self.disburse(day, row)
        for row in books["teller"].get(day, []):
            try:
                self.slip(day, row)
            except RefusedError as refused:
                self.slip_refusals.append(refusal("teller.csv", row["ref"], refused))
        if date_of_day(day).day == 25:
            self.payroll(day)
        for row in books["journal"].get(day, []):
            self.move(row["channel"], int(row["amount"]) * (1 if row["side"] == "CR" else -1))

    def move(self, channel: str, amount: int) -> None:
        if self.cash[channel] + amount < 0:
            raise RefusedError(RefusalReason.INSUFFICIENT_CASH)
        self.cash[channel] += amount

    def disburse(self, day: WibDay, row: Row) -> None:
        self.move(row["channel"], -int(row["principal"]))
        terms = LoanTerms(
            Rupiah(int(row["principal"])),
            BasisPoints(int(row["annual_rate_bps"])),
            int(row["months"]),
            LoanMethod[row["method"]],
            day,
        )
        self.loans[int(row["loan_no"])] = Loan(int(row["member_no"]), terms)

    def slip(self, day: WibDay, row: Row) -> None:
        kind, channel = row["kind"], row["channel"]
        member = None if kind == "PINDAH" else self.member(row["member_no"], day)
        amount = whole(row["amount"])
        refuse_if(amount == 0, RefusalReason.ZERO_AMOUNT)
        if member is None:
            source, target = channel.split(">")
            self.move(source, -amount)
            self.move(target, amount)
            return
        savings = self.savings[member]
        refuse_if(kind != "SETOR_POKOK" and not savings[SavingsKind.POKOK], RefusalReason.NOT_ACTIVE)
        if kind == "TARIK_SUKARELA":
            refuse_if(amount > self.available(day, member), RefusalReason.INSUFFICIENT_SAVINGS)
            self.move(channel, -amount)
            savings[SavingsKind.SUKARELA] -= amount
            return
        if kind.startswith("SETOR_"):
            wrong = kind == "SETOR_POKOK" and (amount != POKOK or savings[SavingsKind.POKOK])
            refuse_if(bool(wrong), RefusalReason.WRONG_POKOK)
            savings[SavingsKind[kind.removeprefix("SETOR_")]] += amount
        elif kind == "ANGSURAN":
            self.pay(self.open_loan(row["loan_no"], member), amount)
        else:
            loan = self.open_loan(row["loan_no"], member)
            refuse_if(payoff(loan.terms, loan.state, day).total != amount, RefusalReason.WRONG_PAYOFF)
            loan.state, _ = apply_payoff(loan.terms, loan.state, day)
        self.move(channel, amount)

    def available(self, day: WibDay, member: int) -> int:
        """What the member can withdraw on a day, without interest."""
        return self.savings[member][SavingsKind.SUKARELA]

    def payroll(self, day: WibDay) -> None:
        month = month_text(month_of_day(day))
        accepted: set[tuple[str, str]] = set()
        total = 0
        for number, row in enumerate(read(self.folder / "payroll" / f"{month}.csv"), 1):
            try:
                total += self.payroll_row(day, row, accepted)
                accepted.add((row["member_no"], row["loan_no"]))
            except RefusedError as refused:
                self.payroll_refusals.append(refusal(f"payroll/{month}.csv", f"row {number}", refused))
        self.payroll_totals[month] = (len(accepted), total)

    def payroll_row(self, day: WibDay, row: Row, accepted: set[tuple[str, str]]) -> int:
        member = self.member(row["member_no"], day)
        wajib, sukarela, angsuran, total = (
            whole(row[name]) for name in ("wajib", "sukarela", "angsuran", "total")
        )
        refuse_if(wajib + sukarela + angsuran != total, RefusalReason.TOTAL_MISMATCH)
        refuse_if((row["member_no"], row["loan_no"]) in accepted, RefusalReason.DUPLICATE_ROW)
        savings = self.savings[member]
        refuse_if(not savings[SavingsKind.POKOK], RefusalReason.NOT_ACTIVE)
        if row["loan_no"]:
            self.pay(self.open_loan(row["loan_no"], member), angsuran)
        savings[SavingsKind.WAJIB] += wajib
        savings[SavingsKind.SUKARELA] += sukarela
        self.move("BANK", total)
        return total

    def member(self, text: str, day: WibDay) -> int:
        member = int(text) if text.isdigit() else 0
        refuse_if(self.joined.get(member, day + 1) > day, RefusalReason.UNKNOWN_MEMBER)
        return member

    def open_loan(self, text: str, member: int) -> Loan:
        loan = self.loans.get(int(text) if text.isdigit() else 0)
        if loan is None:
            raise RefusedError(RefusalReason.UNKNOWN_LOAN)
        refuse_if(loan.member != member, RefusalReason.NOT_BORROWER)
        refuse_if(is_closed(loan.terms, loan.state), RefusalReason.LOAN_CLOSED)
        return loan

    def pay(self, loan: Loan, amount: int) -> None:
        try:
            loan.state, _ = apply_payment(loan.terms, loan.state, Rupiah(amount))
        except OverpaymentError as error:
            raise RefusedError(RefusalReason.OVERPAYMENT) from error

    def close_month(self, month: Month) -> None:
        text, end = month_text(month), last_day(month)
        self.cash_rows.append(text_row(month=text, **self.cash))
        for member, savings in self.savings.items():
            if self.joined[member] <= end:
                kinds = (
                    savings[kind] for kind in (SavingsKind.POKOK, SavingsKind.WAJIB, SavingsKind.SUKARELA)
                )
                names = ("pokok", "wajib", "sukarela_without_interest")
                kept = dict(zip(names, kinds, strict=True))
                self.savings_rows.append(text_row(month=text, member_no=member, **kept))
        for number, loan in sorted(self.loans.items()):
            paid, interest = loan.state.principal_paid, loan.state.interest_paid
            owed = loan.terms.principal - paid
            amounts = {"outstanding_principal": owed, "paid_principal": paid, "paid_interest": interest}
            self.loan_rows.append(text_row(month=text, loan_no=number, **amounts))


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_day(path: Path, column: str = "date") -> dict[WibDay, list[Row]]:
    rows: dict[WibDay, list[Row]] = defaultdict(list)
    for row in read(path):
        rows[parse_day(row[column])].append(row)
    return rows


def whole(text: str) -> int:
    refuse_if(not re.fullmatch("[0-9]+", text), RefusalReason.NEGATIVE_OR_FRACTION)
    return int(text)


def refuse_if(condition: bool, reason: RefusalReason) -> None:
    if condition:
        raise RefusedError(reason)


def refusal(source: str, ref: str, refused: RefusedError) -> Row:
    return {"source": source, "ref": ref, "reason": str(refused)}


def text_row(**values: object) -> Row:
    return {name: str(value) for name, value in values.items()}
