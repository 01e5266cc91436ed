"""Laporan promosi ekonomi anggota: what members gained by the cooperative, beside what the market would do.

The rates of the market are nobody's to guess: they are the options `market-loan-rate` and
`market-savings-rate` (basis points a year). While they were not adopted, those lines are not known and the
total leaves them out.
"""

from typing import Final

from sqlalchemy import select

from indexer.ledger import schema
from indexer.ledger.schema import joined
from indexer.reports.statements.amounts import NOTHING, BookAmounts
from indexer.reports.statements.layout import rows_of
from indexer.reports.statements.options import (
    MARKET_LOAN_RATE,
    MARKET_SAVINGS_RATE,
    options_on,
    rate_of,
)
from indexer.reports.statements.periods import checked, span_columns
from indexer.reports.statements.structs import Span, Statement, Words
from rules.rounding import div_half_up
from rules.types import BPS, WibDay

TITLE: Final = Words("Laporan promosi ekonomi anggota", "Statement of the economic promotion of members")
_DAYS_A_YEAR: Final = 365
_BORROWING: Final = ("LoanInterest", "LoanPenalties", "LoanFees")
_NO_RATE: Final = Words(
    "Suku bunga pasar belum diputuskan (opsi market-loan-rate, market-savings-rate): manfaatnya tidak "
    "dihitung.",
    "No market rates were adopted (options market-loan-rate, market-savings-rate): that benefit is not "
    "computed.",
)
_HOW: Final = Words(
    "Manfaat: saldo harian kali suku bunga pasar / 365, dibandingkan dengan yang dibukukan.",
    "Benefit: daily balances times the market's rate / 365, beside what was booked.",
)


def promotion(books: BookAmounts, span: Span) -> Statement:
    """Benefit of borrowing, saving and SHU in a span and in those it is compared with. PeriodError."""
    columns = span_columns(checked(span))
    amounts = [promotion_amounts(books, column.span) for column in columns]
    unknown = any(amount is None for column in amounts for amount in column.values())
    remarks = (_HOW, _NO_RATE) if unknown else (_HOW,)
    rows = rows_of("promotion", amounts)
    return Statement("promotion", TITLE, columns, tuple(rows), books.stand(), remarks)


def promotion_amounts(books: BookAmounts, span: Span) -> dict[str, int | None]:
    """Rupiah by line; None where a rate is missing."""
    options = options_on(books.connection, span.to_day, books.cooperative_id)
    lines = books.chart.by_line()
    charged = -sum(_moved(books, span, code) for name in _BORROWING for code in lines.get(name, ()))
    credited = sum(_moved(books, span, code) for code in lines.get("SavingsInterestExpense", ()))
    allotted = sum(books.moved(span).get(code, NOTHING).credit for code in lines.get("SurplusPayable", ()))
    rates = (rate_of(options, key) for key in (MARKET_LOAN_RATE, MARKET_SAVINGS_RATE))
    borrowing, saving = (
        None if rate is None else _at_market(books, span, lines.get(line, ()), rate)
        for rate, line in zip(rates, ("LoansToMembers", "VoluntarySavings"), strict=True)
    )
    return {
        "BenefitOfBorrowing": None if borrowing is None else borrowing - charged,
        "BenefitOfSaving": None if saving is None else credited - saving,
        "SurplusAllotted": allotted,
        "InterestOfBorrowers": charged,
        "InterestToSavers": credited,
    }


def _moved(books: BookAmounts, span: Span, code: int) -> int:
    return books.moved(span).get(code, NOTHING).net


def _at_market(books: BookAmounts, span: Span, accounts: tuple[int, ...], rate_bps: int) -> int:
    """What the daily balances of accounts would bear at a rate, half up once."""
    days = abs(sum(_sum_of_days(books, span, code) for code in accounts))
    return div_half_up(days * rate_bps, BPS * _DAYS_A_YEAR)


def _sum_of_days(books: BookAmounts, span: Span, code: int) -> int:
    """The sum of the balances at the end of each day of a span."""
    kept = schema.account_day.c
    total = books.balance(WibDay(span.from_day - 1), code) * (span.to_day - span.from_day + 1)
    query = select(kept.day, kept.debit_high, kept.debit_low, kept.credit_high, kept.credit_low).where(
        kept.cooperative_id == books.cooperative_id,
        kept.account == code,
        kept.day.between(span.from_day, span.to_day),
    )
    for day, *words in books.connection.execute(query):
        total += (joined(*words[:2]) - joined(*words[2:])) * (span.to_day - day + 1)
    return total
