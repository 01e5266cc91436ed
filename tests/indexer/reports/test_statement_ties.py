"""Every tie between statements, each at many dates, for both example years and the years after them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Connection

from indexer.ledger.accounts import ALLOWANCE, CHANNEL_ACCOUNTS, LOANS
from indexer.ledger.checks import check_books
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from indexer.reports.statements.account_books import cash_book, general_ledger, teller_report
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.cash_flows import cash_flows_direct, cash_flows_indirect
from indexer.reports.statements.equity import equity
from indexer.reports.statements.loan_notes import allowance_table, classes_table, running_loans
from indexer.reports.statements.periods import year_to
from indexer.reports.statements.position import position
from indexer.reports.statements.promotion import promotion
from indexer.reports.statements.structs import Row, Span, Statement
from indexer.reports.statements.subsidiary import SUBSIDIARIES, subsidiary
from indexer.reports.statements.surplus import surplus
from indexer.reports.trial_balance import trial_balance
from rules.calendar import day_of_timestamp, first_day, last_day, month_of, month_of_day, parse_day
from rules.types import Channel, WibDay
from tests.indexer.ledger.fake_chain import Cooperative
from tests.indexer.reports.statement_years import Office, book_two_years


def year_of(year: int) -> Span:
    return Span(first_day(month_of(year, 1)), last_day(month_of(year, 12)))


def spans() -> Iterator[Span]:
    """Every month and year of both years, the year up to many days, and odd stretches."""
    for year in (2025, 2026):
        yield year_of(year)
        for number in range(1, 13):
            month = month_of(year, number)
            yield Span(first_day(month), last_day(month))
            yield year_to(WibDay(first_day(month) + 12))
    for first, last in (
        ("2025-02-03", "2025-02-03"),
        ("2025-11-20", "2026-03-20"),
        ("2025-12-31", "2025-12-31"),
        ("2026-02-10", "2026-02-10"),
        ("2025-01-01", "2026-12-31"),
        ("2025-07-01", "2025-12-31"),
        ("2026-12-15", "2027-01-10"),
        ("2024-05-01", "2024-12-31"),
    ):
        yield Span(parse_day(first), parse_day(last))


SPANS: Final = tuple(spans())


@dataclass
class Books:
    name: str
    office: Office
    connection: Connection

    def on(self, span: Span) -> BookAmounts:
        return BookAmounts.on(self.connection, span.to_day)


@pytest.fixture(scope="module", params=["ksp-kecil", "ksp-samosir"])
def books(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    folder: Path = tmp_path_factory.mktemp("statements")
    engine = open_engine(f"sqlite:///{folder / 'books.sqlite'}")
    office = book_two_years(request.param, engine)
    assert check_books(engine) == []
    with engine.connect() as connection:
        yield Books(request.param, office, connection)
    engine.dispose()


def amount(statement: Statement, element: str, column: int = 0) -> int:
    return statement.amount(element, column)


def component(statement: Statement, step: str, name: str) -> int:
    at = [column.component for column in statement.columns].index(name)
    return statement.amount(step, at)


def balance_sheet_balances(books: BookAmounts, span: Span) -> None:
    sheet = position(books, span)
    for at in range(len(sheet.columns)):
        assert amount(sheet, "Assets", at) == amount(sheet, "LiabilitiesAndEquity", at)


def balance_sheet_is_the_trial_balance(books: BookAmounts, span: Span) -> None:
    sheet = position(books, span)
    held = {row.account: row.debit - row.credit for row in trial_balance(books.connection, span.to_day).rows}
    assert amount(sheet, "Assets") == sum(net for code, net in held.items() if code < 2000)
    assert amount(sheet, "Liabilities") == -sum(net for code, net in held.items() if 2000 <= code < 3000)


def direct_cash_flows_end_in_the_channels(books: BookAmounts, span: Span) -> None:
    flows = cash_flows_direct(books, span)
    for at, column in enumerate(flows.columns):
        day = column.span.to_day
        channels = sum(books.balance(day, code) for code in CHANNEL_ACCOUNTS.values())
        assert amount(flows, "CashAtEnd", at) == amount(flows, "CashByChannel", at) == channels


def indirect_cash_flows_end_in_the_channels(books: BookAmounts, span: Span) -> None:
    flows = cash_flows_indirect(books, span)
    for at in range(len(flows.columns)):
        assert amount(flows, "CashAtEnd", at) == amount(flows, "CashByChannel", at)


def both_cash_flows_agree_on_operations(books: BookAmounts, span: Span) -> None:
    direct, indirect = cash_flows_direct(books, span), cash_flows_indirect(books, span)
    for element in ("CashFromOperations", "CashFromInvesting", "CashFromFinancing", "NetCashFlow"):
        for at in range(len(direct.columns)):
            assert amount(direct, element, at) == amount(indirect, element, at), element


def cash_flows_end_in_the_balance_sheet(books: BookAmounts, span: Span) -> None:
    sheet, flows = position(books, span), cash_flows_direct(books, span)
    assert amount(flows, "CashAtEnd") == amount(sheet, "CashAndBank")
    assert amount(flows, "CashAtBeginning") == amount(sheet, "CashAndBank", 1)


def surplus_is_that_of_the_cash_flows_and_of_equity(books: BookAmounts, span: Span) -> None:
    net = amount(surplus(books, span), "NetSurplus")
    assert amount(cash_flows_indirect(books, span), "NetSurplus") == net
    assert component(equity(books, span), "SurplusOfThePeriod", "SurplusNotDistributed") == net


def surplus_of_the_year_is_that_of_the_balance_sheet(books: BookAmounts, span: Span) -> None:
    net = amount(surplus(books, year_to(span.to_day)), "NetSurplus")
    assert amount(position(books, span), "SurplusOfTheYear") == net


def equity_movements_end_in_equity(books: BookAmounts, span: Span) -> None:
    changes = equity(books, span)
    steps = ("EquityAtBeginning", "EquityAdded", "EquityTaken", "SurplusOfThePeriod")
    for suffix in ("", "Before1"):
        for at in range(len(changes.columns)):
            moved = sum(amount(changes, step + suffix, at) for step in steps)
            assert moved == amount(changes, f"EquityAtEnd{suffix}", at)


def equity_is_that_of_the_balance_sheet(books: BookAmounts, span: Span) -> None:
    sheet, changes = position(books, span), equity(books, span)
    for column in changes.columns:
        own = component(changes, "EquityAtEnd", column.component)
        if column.component == "SurplusNotDistributed":
            own -= amount(sheet, "SurplusOfTheYear")
        assert own == amount(sheet, column.component), column.component
    assert component(changes, "EquityAtBeginning", "Equity") == amount(sheet, "Equity", 1)


def totals_are_what_their_terms_say(books: BookAmounts, span: Span) -> None:
    for make in (position, surplus, cash_flows_direct, cash_flows_indirect, equity):
        statement = make(books, span)
        rows: dict[str, Row] = {row.element: row for row in statement.rows if row.kind != "heading"}
        for row in statement.rows:
            if row.kind == "total":
                assert row.terms or not any(row.amounts), row.element
                for at in range(len(statement.columns)):
                    parts = [term.sign * (rows[term.element].amounts[at] or 0) for term in row.terms]
                    assert row.amounts[at] == sum(parts), row.element


def comparatives_are_the_earlier_statement(books: BookAmounts, span: Span) -> None:
    for make in (position, surplus, cash_flows_direct, cash_flows_indirect):
        statement = make(books, span)
        for at, column in enumerate(statement.columns[1:], 1):
            earlier = make(books, column.span)
            for row in statement.rows:
                if row.kind != "heading":
                    then = [each for each in earlier.rows if each.element == row.element and each.amounts]
                    assert row.amounts[at] == (then[0].amounts[0] if then else 0), row.element


def comparatives_of_equity_are_the_earlier_statement(books: BookAmounts, span: Span) -> None:
    changes = equity(books, span)
    before = equity(books, surplus(books, span).columns[1].span)
    for row in before.rows:
        if row.kind != "heading" and "Before" not in row.element:
            for column in before.columns:
                told = component(changes, f"{row.element}Before1", column.component)
                assert told == component(before, row.element, column.component)


def subsidiaries_sum_to_their_control_accounts(books: BookAmounts, span: Span) -> None:
    """Nothing is booked on a control account without its member or loan, but by the test's own journals."""
    for name in SUBSIDIARIES:
        listing = subsidiary(books, name, span.to_day)
        for at, field in enumerate(listing.fields):
            if field.kind == "amount":
                code = int(field.name)
                side = 1 if books.chart.of(code).debit else -1
                assert listing.totals[at] == side * books.balance(span.to_day, code)
                assert listing.totals[at] == sum(int(row[at] or 0) for row in listing.rows)
                named = sum(int(row[at] or 0) for row in listing.rows if row[0] is not None)
                assert named == (0 if code == 2310 else listing.totals[at]), code


def general_ledgers_end_in_the_trial_balance(books: BookAmounts, span: Span) -> None:
    for row in trial_balance(books.connection, span.to_day).rows:
        ledger = general_ledger(books, row.account, span)
        side = 1 if books.chart.of(row.account).debit else -1
        end = side * (row.debit - row.credit)
        assert ledger.totals[-1] == end
        assert ledger.opening + side * (ledger.totals[-3] - ledger.totals[-2]) == end  # type: ignore[operator]
        assert not ledger.rows or ledger.rows[-1][-1] == end


def cash_books_end_in_the_channels(books: BookAmounts, span: Span) -> None:
    for channel, code in CHANNEL_ACCOUNTS.items():
        assert cash_book(books, Channel(channel), span).totals[-1] == books.balance(span.to_day, code)


def tellers_days_end_in_the_channels(books: BookAmounts, span: Span) -> None:
    told = teller_report(books, span.to_day)
    for at in range(len(told.columns)):
        parts = sum(amount(told, element, at) for element in ("CashAtBeginning", "Received", "Paid"))
        assert parts == amount(told, "CashAtEnd", at)
    assert amount(told, "CashAtEnd", -1) == books.held(span.to_day)


def allowance_moves_to_that_of_the_balance_sheet(books: BookAmounts, span: Span) -> None:
    assert allowance_table(books, span).totals[-1] == -books.balance(span.to_day, ALLOWANCE)


def loans_by_class_are_those_of_the_balance_sheet(books: BookAmounts, span: Span) -> None:
    """On any day what is outstanding, at a month's end the allowance too: it was just brought there."""
    classes = classes_table(books, running_loans(books, span.to_day), span)
    _, _, _, outstanding, provision = classes.totals
    assert outstanding == books.balance(span.to_day, LOANS)
    if span.to_day == last_day(month_of_day(span.to_day)) and span.to_day < parse_day("2026-02-01"):
        assert provision == -books.balance(span.to_day, ALLOWANCE)


def promotion_is_of_the_surplus(books: BookAmounts, span: Span) -> None:
    own, phu = promotion(books, span), surplus(books, span)
    charged = sum(amount(phu, element) for element in ("LoanInterest", "LoanPenalties", "LoanFees"))
    assert amount(own, "InterestOfBorrowers") == charged
    assert amount(own, "InterestToSavers") == amount(phu, "SavingsInterestExpense")


TIES: Final[tuple[Callable[[BookAmounts, Span], None], ...]] = (
    balance_sheet_balances,
    balance_sheet_is_the_trial_balance,
    direct_cash_flows_end_in_the_channels,
    indirect_cash_flows_end_in_the_channels,
    both_cash_flows_agree_on_operations,
    cash_flows_end_in_the_balance_sheet,
    surplus_is_that_of_the_cash_flows_and_of_equity,
    surplus_of_the_year_is_that_of_the_balance_sheet,
    equity_movements_end_in_equity,
    equity_is_that_of_the_balance_sheet,
    totals_are_what_their_terms_say,
    comparatives_are_the_earlier_statement,
    comparatives_of_equity_are_the_earlier_statement,
    subsidiaries_sum_to_their_control_accounts,
    general_ledgers_end_in_the_trial_balance,
    cash_books_end_in_the_channels,
    tellers_days_end_in_the_channels,
    allowance_moves_to_that_of_the_balance_sheet,
    loans_by_class_are_those_of_the_balance_sheet,
    promotion_is_of_the_surplus,
)


@pytest.mark.parametrize("tie", TIES, ids=lambda tie: tie.__name__)
def test_tie__at_every_date__holds(books: Books, tie: Callable[[BookAmounts, Span], None]) -> None:
    for span in SPANS:
        tie(books.on(span), span)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ties__random_books__hold(seed: int, tmp_path: Path) -> None:
    """Loans refinanced, drawn, written off and recovered, exits, claims and openings, in any order."""
    engine = open_engine(f"sqlite:///{tmp_path / 'random.sqlite'}")
    blocks = Cooperative(seed).blocks(150)
    Ledger(engine).append(blocks, floor=0)
    first, last = (day_of_timestamp(blocks[at].time) for at in (0, -1))
    spans = [year_to(last), Span(first, last), Span(WibDay(first + 20), WibDay(last - 30))]
    with engine.connect() as connection:
        for span in (*spans, *(Span(WibDay(day), WibDay(day + 13)) for day in range(first, last, 14))):
            for tie in TIES:
                tie(BookAmounts.on(connection, span.to_day), span)
    engine.dispose()
