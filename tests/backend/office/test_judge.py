"""Every reason is reached by changing one thing of an accepted row; both years give `expected/`."""

import csv
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from backend.office.daybooks import (
    BookRow,
    Joining,
    JournalLine,
    JournalRow,
    LoanRow,
    PayrollRow,
    SlipRow,
    read_day_books,
)
from backend.office.judge import (
    ACCOUNT_REFUSED,
    ALREADY_REGISTERED,
    AMOUNT_TOO_LARGE,
    GUARANTOR_NOT_ACTIVE,
    LOAN_EXISTS,
    PLEDGE_INVALID,
    PRODUCT_REFUSED,
    RATE_ABOVE_CAP,
    REFINANCE_REFUSED,
    OfficeState,
)
from backend.office.products import Product
from backend.terms import Pledge
from rules.calendar import first_day, month_of_day, parse_day, parse_month
from rules.interest import InterestRules, RateHistory
from rules.types import (
    BasisPoints,
    Channel,
    LoanMethod,
    LoanNumber,
    MemberNumber,
    Receipt,
    SavingsKind,
    SlipKind,
    WibDay,
)
from rules.types import RefusalReason as R

EXAMPLES = Path(__file__).parents[3] / "examples"
DAY = parse_day("2025-03-10")
DECLINING, FEES, STRICT, CLOSED_PRODUCT = 2, 5, 6, 7
PRODUCTS = {
    number: Product(number - 1, 0, 2_400, 1, 2**56 - 1, 1, 360, 0, 0, 0, 0, 0, 0, 15, True)
    for number in range(1, 5)
}
WIDE = PRODUCTS[DECLINING]
PRODUCTS |= {
    FEES: replace(WIDE, max_fee_bps=200, max_grace_months=3, penalty_bps=1_000, penalty_cap_bps=500),
    STRICT: replace(WIDE, min_principal=1_200_001, collateral=4),
    CLOSED_PRODUCT: replace(WIDE, offered=False),
}
ALICE, BUDI, NEW, UNKNOWN = (MemberNumber(n) for n in (1, 2, 3, 9))
LOAN, CLOSED = LoanNumber(7), LoanNumber(8)


def interest(day: WibDay) -> InterestRules:
    return InterestRules(RateHistory(((day, BasisPoints(600)),)))


def slip(kind: SlipKind, amount: int | None, member: MemberNumber | None = ALICE, **other: object) -> SlipRow:
    row = SlipRow("teller.csv", "S", 1, DAY, Receipt(1), member, kind, amount, Channel.KAS, None, None)
    return replace(row, **other)


LOAN_ROW = LoanRow(
    "loans.csv", "loan 9", 1, DAY, Receipt(2), LoanNumber(9), ALICE, 1_200_000, 1200,
    LoanMethod.DECLINING, 12, Channel.BANK, 2, pledges=(Pledge(BUDI, SavingsKind.SUKARELA, 0),),
)  # fmt: skip


def pledged(
    member: MemberNumber, amount: int, kind: SavingsKind = SavingsKind.SUKARELA
) -> tuple[Pledge, ...]:
    return (Pledge(member, kind, amount),)


PAYROLL_ROW = PayrollRow(
    "payroll/2025-03.csv", "row 1", 1, DAY, Receipt(3), parse_month("2025-03"), ALICE, 50_000, 25_000, True,
    LOAN, 100_000, 175_000,
)  # fmt: skip
JOURNAL_ROW = JournalRow(
    "journal.csv", "J", 1, DAY, Receipt(4), (JournalLine(5110, False, 1_000, Channel.KAS),)
)
PAYOFF = 1_200_000 + 12_000


@pytest.fixture
def state() -> OfficeState:
    """Alice (with loan 7 and the closed loan 8) and Budi are active, NEW has not paid the pokok."""
    office = OfficeState(interest(WibDay(DAY - 30)), 100_000, frozenset({5110}), PRODUCTS)
    office.cash = {Channel.KAS: 5_000_000, Channel.BANK: 50_000_000, Channel.STABLECOIN: 0}
    rows: list[BookRow] = [Joining("members.csv", "m", 1, DAY, number) for number in (ALICE, BUDI, NEW)]
    rows += [slip(SlipKind.SETOR_POKOK, 100_000, number) for number in (ALICE, BUDI)]
    rows += [slip(SlipKind.SETOR_SUKARELA, 500_000)]
    rows += [replace(LOAN_ROW, loan=number) for number in (LOAN, CLOSED)]
    rows += [slip(SlipKind.PELUNASAN, PAYOFF, loan=CLOSED)]
    for row in rows:
        assert office.judge(row, DAY) is None, row
        office.apply(row, DAY)
    return office


DEPOSIT = slip(SlipKind.SETOR_SUKARELA, 50_000)
WITHDRAWAL = slip(SlipKind.TARIK_SUKARELA, 500_000)
POKOK = slip(SlipKind.SETOR_POKOK, 100_000, NEW)
PAYMENT = slip(SlipKind.ANGSURAN, 112_000, loan=LOAN)
PAYOFF_SLIP = slip(SlipKind.PELUNASAN, PAYOFF, loan=LOAN)
EXCESS = slip(SlipKind.ANGSURAN_LEBIH, 2_000_000, loan=LOAN)
MOVE = slip(SlipKind.PINDAH, 5_000_000, None, to_channel=Channel.BANK)


@pytest.mark.parametrize(
    "row",
    [
        DEPOSIT,
        WITHDRAWAL,
        POKOK,
        PAYMENT,
        PAYOFF_SLIP,
        EXCESS,
        MOVE,
        LOAN_ROW,
        PAYROLL_ROW,
        JOURNAL_ROW,
        replace(LOAN_ROW, product=FEES, fee=24_000, grace_months=3),
        replace(LOAN_ROW, pledges=pledged(ALICE, 500_000)),
        replace(LOAN_ROW, refinances=LOAN, principal=PAYOFF),
        replace(LOAN_ROW, method=LoanMethod.BULLET, product=4),
        replace(LOAN_ROW, product=STRICT, principal=1_200_001, pledges=pledged(ALICE, 1)),
    ],
)
def test_judge__happy_case__is_accepted(state: OfficeState, row: BookRow) -> None:
    assert state.judge(row, DAY) is None


@pytest.mark.parametrize(
    ("row", "changes", "reason"),
    [
        (DEPOSIT, {"problem": "MALFORMED_ROW"}, "MALFORMED_ROW"),
        (DEPOSIT, {"member": UNKNOWN}, R.UNKNOWN_MEMBER),
        (DEPOSIT, {"member": None}, R.UNKNOWN_MEMBER),
        (DEPOSIT, {"member": UNKNOWN, "amount": None}, R.UNKNOWN_MEMBER),
        (DEPOSIT, {"amount": None}, R.NEGATIVE_OR_FRACTION),
        (DEPOSIT, {"amount": 0}, R.ZERO_AMOUNT),
        (DEPOSIT, {"member": NEW, "amount": 0}, R.ZERO_AMOUNT),
        (DEPOSIT, {"member": NEW}, R.NOT_ACTIVE),
        (DEPOSIT, {"amount": 2**63}, AMOUNT_TOO_LARGE),
        (POKOK, {"amount": 99_999}, R.WRONG_POKOK),
        (POKOK, {"member": ALICE}, R.WRONG_POKOK),
        (PAYMENT, {"loan": None}, R.UNKNOWN_LOAN),
        (PAYMENT, {"loan": LoanNumber(99)}, R.UNKNOWN_LOAN),
        (PAYMENT, {"member": BUDI}, R.NOT_BORROWER),
        (PAYMENT, {"member": NEW}, R.NOT_ACTIVE),
        (PAYMENT, {"loan": CLOSED}, R.LOAN_CLOSED),
        (PAYMENT, {"amount": 1_278_001}, R.OVERPAYMENT),
        (PAYOFF_SLIP, {"amount": PAYOFF - 1}, R.WRONG_PAYOFF),
        (PAYOFF_SLIP, {"amount": PAYOFF + 1}, R.WRONG_PAYOFF),
        (PAYOFF_SLIP, {"loan": CLOSED}, R.LOAN_CLOSED),
        (WITHDRAWAL, {"amount": 500_001}, R.INSUFFICIENT_SAVINGS),
        (WITHDRAWAL, {"member": BUDI}, R.INSUFFICIENT_SAVINGS),
        (WITHDRAWAL, {"channel": Channel.STABLECOIN}, R.INSUFFICIENT_CASH),
        (MOVE, {"amount": 6_912_001}, R.INSUFFICIENT_CASH),
        (LOAN_ROW, {"member": UNKNOWN}, R.UNKNOWN_MEMBER),
        (LOAN_ROW, {"principal": None}, R.NEGATIVE_OR_FRACTION),
        (LOAN_ROW, {"principal": 0}, R.ZERO_AMOUNT),
        (LOAN_ROW, {"member": NEW}, R.NOT_ACTIVE),
        (LOAN_ROW, {"loan": LOAN}, LOAN_EXISTS),
        (LOAN_ROW, {"pledges": pledged(NEW, 0)}, GUARANTOR_NOT_ACTIVE),
        (LOAN_ROW, {"pledges": pledged(ALICE, 0)}, GUARANTOR_NOT_ACTIVE),
        (LOAN_ROW, {"pledges": pledged(UNKNOWN, 1)}, GUARANTOR_NOT_ACTIVE),
        (LOAN_ROW, {"pledges": pledged(ALICE, 500_001)}, R.INSUFFICIENT_SAVINGS),
        (LOAN_ROW, {"pledges": pledged(ALICE, 1, SavingsKind.WAJIB)}, R.INSUFFICIENT_SAVINGS),
        (LOAN_ROW, {"pledges": pledged(ALICE, 1) * 2}, PLEDGE_INVALID),
        (LOAN_ROW, {"fee": 1}, PRODUCT_REFUSED),
        (LOAN_ROW, {"grace_months": 1}, PRODUCT_REFUSED),
        (LOAN_ROW, {"grace_months": 12}, PRODUCT_REFUSED),
        (LOAN_ROW, {"product": 1}, PRODUCT_REFUSED),
        (LOAN_ROW, {"product": 99}, PRODUCT_REFUSED),
        (LOAN_ROW, {"product": FEES, "fee": 24_001}, PRODUCT_REFUSED),
        (LOAN_ROW, {"product": FEES, "fee": 84_000}, RATE_ABOVE_CAP),
        (LOAN_ROW, {"product": FEES, "fee": 1_200_000}, REFINANCE_REFUSED),
        (LOAN_ROW, {"product": STRICT}, PRODUCT_REFUSED),
        (LOAN_ROW, {"product": STRICT, "principal": 1_200_001}, PRODUCT_REFUSED),
        (LOAN_ROW, {"product": CLOSED_PRODUCT}, PRODUCT_REFUSED),
        (LOAN_ROW, {"refinances": LoanNumber(99)}, R.UNKNOWN_LOAN),
        (LOAN_ROW, {"refinances": CLOSED}, R.LOAN_CLOSED),
        (LOAN_ROW, {"refinances": LOAN, "member": BUDI, "pledges": ()}, R.NOT_BORROWER),
        (LOAN_ROW, {"refinances": LOAN, "principal": PAYOFF - 1}, REFINANCE_REFUSED),
        (EXCESS, {"loan": CLOSED}, R.LOAN_CLOSED),
        (EXCESS, {"loan": None}, R.UNKNOWN_LOAN),
        (EXCESS, {"member": BUDI}, R.NOT_BORROWER),
        (LOAN_ROW, {"principal": 60_000_000}, R.INSUFFICIENT_CASH),
        (LOAN_ROW, {"annual_rate_bps": 2401}, RATE_ABOVE_CAP),
        (LOAN_ROW, {"months": 361}, RATE_ABOVE_CAP),
        (PAYMENT, {"day": WibDay(DAY - 1)}, R.UNKNOWN_LOAN),
        (PAYROLL_ROW, {"member": UNKNOWN}, R.UNKNOWN_MEMBER),
        (PAYROLL_ROW, {"wajib": None}, R.NEGATIVE_OR_FRACTION),
        (PAYROLL_ROW, {"total": 175_001}, R.TOTAL_MISMATCH),
        (PAYROLL_ROW, {"member": NEW}, R.NOT_ACTIVE),
        (PAYROLL_ROW, {"loan": None}, R.UNKNOWN_LOAN),
        (PAYROLL_ROW, {"member": BUDI}, R.NOT_BORROWER),
        (PAYROLL_ROW, {"loan": CLOSED}, R.LOAN_CLOSED),
        (PAYROLL_ROW, {"angsuran": 1_278_001, "total": 1_353_001}, R.OVERPAYMENT),
        (PAYROLL_ROW, {"wajib": 2**56, "total": 2**56 + 125_000}, AMOUNT_TOO_LARGE),
        (JOURNAL_ROW, {"lines": (JournalLine(5110, False, None, Channel.KAS),)}, R.NEGATIVE_OR_FRACTION),
        (JOURNAL_ROW, {"lines": (JournalLine(5110, False, 0, Channel.KAS),)}, R.ZERO_AMOUNT),
        (JOURNAL_ROW, {"lines": (JournalLine(2110, False, 1, Channel.KAS),)}, ACCOUNT_REFUSED),
        (JOURNAL_ROW, {"lines": (JournalLine(5110, False, 10**9, Channel.KAS),)}, R.INSUFFICIENT_CASH),
        (Joining("members.csv", "m", 1, DAY, NEW), {}, ALREADY_REGISTERED),
    ],
)
def test_judge__one_thing_wrong__names_the_first_reason(
    state: OfficeState, row: BookRow, changes: dict[str, object], reason: str
) -> None:
    assert state.judge(replace(row, **changes), DAY) == reason


def test_judge__principal_above_what_a_loan_may_be__is_too_large(state: OfficeState) -> None:
    state.cash[Channel.BANK] = 2**60
    assert state.judge(replace(LOAN_ROW, principal=2**56), DAY) == AMOUNT_TOO_LARGE
    assert state.judge(replace(LOAN_ROW, principal=2**56 - 1), DAY) is None


def test_judge__second_payroll_row_of_member_and_loan__is_a_duplicate(state: OfficeState) -> None:
    state.apply(PAYROLL_ROW, DAY)
    assert state.judge(PAYROLL_ROW, DAY) == R.DUPLICATE_ROW
    other_file = replace(PAYROLL_ROW, source="payroll/2025-04.csv")
    assert state.judge(other_file, DAY) is None
    without_loan = replace(PAYROLL_ROW, has_loan=False, loan=None, angsuran=0, total=75_000)
    assert state.judge(without_loan, DAY) is None
    state.apply(without_loan, DAY)
    assert state.judge(without_loan, DAY) == R.DUPLICATE_ROW


def test_apply__payment_with_a_rest__closes_the_loan_and_saves_it(state: OfficeState) -> None:
    """The whole schedule of loan 7 asks for 1,278,000."""
    state.apply(EXCESS, DAY)
    assert state.loans[LOAN].loan.closed
    assert state.members[ALICE].sukarela.balance == 500_000 + 722_000
    assert state.judge(PAYMENT, DAY) == R.LOAN_CLOSED
    assert state.cash[Channel.KAS] == 6_912_000 + 2_000_000


def test_apply__loan_with_a_lien__holds_the_savings(state: OfficeState) -> None:
    state.apply(replace(LOAN_ROW, pledges=pledged(ALICE, 100_000)), DAY)
    assert state.judge(WITHDRAWAL, DAY) == R.INSUFFICIENT_SAVINGS
    assert state.judge(replace(WITHDRAWAL, amount=400_000), DAY) is None


def test_releasable__principal_fell__its_share_rounded_up(state: OfficeState) -> None:
    """After 100,000 of 1,200,000: 11/12 of 400,001 are 366,667.58."""
    state.apply(replace(LOAN_ROW, pledges=pledged(ALICE, 400_001)), DAY)
    assert state.releasable() == []
    state.apply(replace(PAYMENT, loan=LoanNumber(9)), DAY)
    assert state.judge(replace(WITHDRAWAL, amount=100_000), DAY) == R.INSUFFICIENT_SAVINGS
    assert state.releasable() == [LoanNumber(9)]
    state.hold(LoanNumber(9), state.loans[LoanNumber(9)].needed())
    assert state.members[ALICE].held[SavingsKind.SUKARELA] == 366_668
    assert state.judge(replace(WITHDRAWAL, amount=133_332), DAY) is None
    assert state.releasable() == []


def test_needed__what_can_still_be_drawn__counts_on_both_sides(state: OfficeState) -> None:
    state.apply(replace(LOAN_ROW, pledges=pledged(ALICE, 400_000)), DAY)
    state.apply(replace(PAYMENT, loan=LoanNumber(9)), DAY)
    account = state.loans[LoanNumber(9)]
    account.undrawn = 1_200_000
    assert [lien.amount for lien in account.needed()] == [383_334]


def test_apply__refinancing__pays_the_older_off_and_frees_its_liens(state: OfficeState) -> None:
    state.apply(replace(LOAN_ROW, pledges=pledged(ALICE, 500_000)), DAY)
    bank = state.cash[Channel.BANK]
    newer = replace(LOAN_ROW, loan=LoanNumber(10), principal=2_000_000, refinances=LoanNumber(9))
    assert state.judge(newer, DAY) is None
    state.apply(newer, DAY)
    assert state.cash[Channel.BANK] == bank - (2_000_000 - PAYOFF)
    assert state.loans[LoanNumber(9)].loan.closed
    assert state.judge(WITHDRAWAL, DAY) is None


def test_judge__overdue_with_penalty__payoff_asks_for_it(state: OfficeState) -> None:
    """112,000 due on 10 April, paid off on 10 May: 29 whole days at 10% a year are 889 rupiah."""
    loan, later = LoanNumber(11), parse_day("2025-05-10")
    state.apply(replace(LOAN_ROW, loan=loan, product=FEES), DAY)
    payoff = slip(SlipKind.PELUNASAN, 1_200_000 + 12_000 + 11_000 + 10_000, loan=loan, day=later)
    assert state.judge(payoff, later) == R.WRONG_PAYOFF
    assert payoff.amount is not None
    accepted = [
        n for n in range(2_000) if state.judge(replace(payoff, amount=payoff.amount + n), later) is None
    ]
    assert accepted == [889]


@pytest.mark.parametrize("year", ["ksp-kecil", "ksp-samosir"])
def test_judge__a_whole_year__refuses_what_is_expected(year: str) -> None:
    books = read_day_books(EXAMPLES / year)
    with (EXAMPLES / "accounts.csv").open() as file:
        postable = frozenset(int(row["code"]) for row in csv.DictReader(file) if "Books" in row["kept_by"])
    state = OfficeState(interest(books.rows[0].day), 100_000, postable, PRODUCTS)
    refused: list[tuple[BookRow, str]] = []
    month = None
    for row in books.rows:
        if month_of_day(row.day) != month:
            month = month_of_day(row.day)
            state.credit_interest(first_day(month))
        reason = state.judge(row, row.day)
        if reason is None:
            state.apply(row, row.day)
        else:
            refused.append((row, reason))
    assert rejects(refused) == expected(year)
    assert min(state.cash.values()) >= 0


def rejects(refused: Iterable[tuple[BookRow, str]]) -> list[tuple[str, str, str]]:
    in_order = sorted(
        refused, key=lambda item: (item[0].source != "teller.csv", item[0].source, item[0].position)
    )
    return [(row.source, row.ref, str(reason)) for row, reason in in_order]


def expected(year: str) -> list[tuple[str, str, str]]:
    with (EXAMPLES / year / "expected" / "rejects.csv").open() as file:
        return [(row["source"], row["ref"], row["reason"]) for row in csv.DictReader(file)]
