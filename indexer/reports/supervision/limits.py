"""What related parties and the largest borrowers owe, against what they may.

Related are members who hold an elected office (pengurus, pengawas), as `ILoanPolicy.isRelated`; families of
officers are not known to any book. A member owes what `LoanExposure` counts: principal, written off or not,
and what can still be drawn.
"""

import json
from collections import defaultdict
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import ColumnElement, Select, Table, select

from indexer.ledger import schema
from indexer.ledger.accounts import POKOK, WAJIB
from indexer.ledger.schema import joined, sum_words
from indexer.reports.closes import standing_closes
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.options import options_on, rate_of
from indexer.reports.statements.related import holders_of_offices
from indexer.reports.statements.structs import Stand
from indexer.reports.supervision.figures import FiguresOn, read_figures
from rules.calendar import timestamp_of_day
from rules.ratios import basis_points
from rules.types import BPS, Office, WibDay

SINGLE_LIMIT: Final = "single-borrower-limit"
"""Option: basis points of the equity that one borrower may owe; no source was found, so none unless adopted.
"""
LEGAL_RELATED_BPS: Final = 1_000
"""The most of the equity that a related party may owe (Permenkop 8/2023, S)."""
ELECTED: Final = (Office.KETUA, Office.SEKRETARIS, Office.BENDAHARA, Office.PENGAWAS)
LARGEST: Final = 10
"""How many of the largest borrowers are told, besides those above the limit."""
_EQUITY: Final = read_figures("position:Equity")
Basis = Literal["last-close", "member-shares"]


class EquityBasis(msgspec.Struct, frozen=True):
    """The equity that limits are of, in rupiah: at `day`, the last that was closed, or before the first close
    simpanan pokok and wajib at the end of the report's day."""

    amount: int
    basis: Basis
    day: WibDay


class Borrower(msgspec.Struct, frozen=True):
    """A member against a limit, rupiah: `outstanding` of principal, `undrawn` what can still be drawn, both
    together `exposure`; `share_bps` of the equity; `headroom` what is left of the limit, below nought where
    it is broken, None where there is no limit."""

    member: int
    offices: tuple[str, ...]
    outstanding: int
    undrawn: int
    exposure: int
    share_bps: int | None
    headroom: int | None
    breach: bool


class Limits(msgspec.Struct, frozen=True):
    """Limits at the end of `day`. Ceilings are rupiah, None where no limit is set.

    `related_from`: `policy` if the books hold what LoanPolicy was set to, else `law`, the most that the law
    allows (what a deployment begins with is in no log that the books count). `contract_ceiling` is what
    LoanDesk allows a related party: it counts pokok and wajib always; None where the policy is not known.
    """

    day: WibDay
    equity: EquityBasis
    related_from: Literal["policy", "law"]
    related_bps: int
    related_ceiling: int
    contract_ceiling: int | None
    single_bps: int | None
    single_ceiling: int | None
    related: tuple[Borrower, ...]
    largest: tuple[Borrower, ...]
    stand: Stand


def limits(books: BookAmounts, day: WibDay, largest: int = LARGEST) -> Limits:
    """Every related party, and the `largest` borrowers, by number. It looks at every loan."""
    equity = equity_basis(books, day)
    policy = _policy_limit(books, day)
    related_bps = LEGAL_RELATED_BPS if policy is None else policy
    single_bps = rate_of(options_on(books.connection, day, books.cooperative_id), SINGLE_LIMIT)
    related_ceiling = _ceiling(equity.amount, related_bps)
    single_ceiling = None if single_bps is None else _ceiling(equity.amount, single_bps)
    offices = _elected(books, day)
    owed = _owed(books, day)
    related = [
        _borrower(member, offices[member], owed.get(member, (0, 0)), equity.amount, related_ceiling)
        for member in sorted(offices)
    ]
    borrowers = [
        _borrower(member, offices.get(member, ()), amounts, equity.amount, single_ceiling)
        for member, amounts in owed.items()
    ]
    borrowers.sort(key=lambda each: (-each.exposure, each.member))
    told = [each for at, each in enumerate(borrowers) if at < largest or each.breach]
    return Limits(
        day,
        equity,
        "law" if policy is None else "policy",
        related_bps,
        related_ceiling,
        None if policy is None else _ceiling(_member_shares(books, day), policy),
        single_bps,
        single_ceiling,
        tuple(related),
        tuple(told),
        books.stand(),
    )


def equity_basis(books: BookAmounts, day: WibDay) -> EquityBasis:
    """The equity as it was at the last close that stood at the end of `day`; before the first, pokok and
    wajib."""
    standing = standing_closes(books.connection, day, books.cooperative_id)
    if not standing:
        return EquityBasis(_member_shares(books, day), "member-shares", day)
    closed = WibDay(max(standing))
    return EquityBasis(FiguresOn(books, closed).side(_EQUITY).amount, "last-close", closed)


def _member_shares(books: BookAmounts, day: WibDay) -> int:
    return -sum(books.balance(day, account) for account in (POKOK, WAJIB))


def _policy_limit(books: BookAmounts, day: WibDay) -> int | None:
    """Basis points as the policy's contract had them at the end of `day`."""
    setting, block = schema.setting.c, schema.block.c
    query = (
        select(setting.value)
        .join(
            schema.block,
            (block.cooperative_id == setting.cooperative_id) & (block.block_number == setting.block_number),
        )
        .where(setting.cooperative_id == books.cooperative_id, setting.name == "related_limit")
        .where(block.time < timestamp_of_day(WibDay(day + 1)))
        .order_by(setting.block_number.desc(), setting.log_index.desc())
        .limit(1)
    )
    value = books.connection.execute(query).scalar_one_or_none()
    return None if value is None else int(json.loads(value)["bps"])


def _elected(books: BookAmounts, day: WibDay) -> dict[int, tuple[str, ...]]:
    names = {office.name for office in ELECTED}
    held = holders_of_offices(books.connection, day, books.cooperative_id)
    return {member: tuple(sorted(offices & names)) for member, offices in held.items() if offices & names}


def _ceiling(equity: int, bps: int) -> int:
    """Rounded down, as the contract does; nought where the equity is below it."""
    return max(equity, 0) * bps // BPS


def _owed(books: BookAmounts, day: WibDay) -> dict[int, tuple[int, int]]:
    """Outstanding and undrawn of every member who owes something at the end of `day`, in rupiah.

    Of sums by loan, as `exposure.outstanding_on`: what was lent less what was paid on it. What a closed loan
    could have drawn is gone, so is that of one that was written off or taken over by an heir.
    """
    lent = _summed(books, schema.loan_version, schema.loan_version.c.drawn, day)
    paid = _summed(books, schema.loan_payment, schema.loan_payment.c.principal, day)
    closed = set(books.connection.execute(_by(books, schema.loan_closure, day)).scalars())
    heirs, lapsed = _changes(books, day)
    loan = schema.loan.c
    columns = (loan.loan, loan.borrower, loan.principal, loan.opened_principal_paid)
    query = select(*columns).where(loan.cooperative_id == books.cooperative_id, loan.disbursed_day <= day)
    owed: defaultdict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for number, borrower, principal, opened in books.connection.execute(query):
        if number in closed or number not in lent:
            continue
        undrawn = 0 if number in lapsed else principal - lent[number]
        before = owed[member := heirs.get(number, borrower)]
        left = lent[number] - opened - paid.get(number, 0)
        owed[member] = (before[0] + left, before[1] + undrawn)
    return {member: amounts for member, amounts in owed.items() if any(amounts)}


def _by(books: BookAmounts, table: Table, day: WibDay, *columns: ColumnElement[Any]) -> Select[Any]:
    """Loan and columns of the rows of a log table up to the end of a day."""
    own = table.c
    return select(own.loan, *columns).where(own.cooperative_id == books.cooperative_id, own.book_day <= day)


def _summed(books: BookAmounts, table: Table, amount: ColumnElement[int], day: WibDay) -> dict[int, int]:
    rows = books.connection.execute(_by(books, table, day, *sum_words(amount)).group_by(table.c.loan))
    return {loan: joined(*words) for loan, *words in rows}


def _changes(books: BookAmounts, day: WibDay) -> tuple[dict[int, int], set[int]]:
    """Who owes loans that were taken over, and the loans of which nothing can be drawn any more."""
    change = schema.loan_change.c
    query = _by(books, schema.loan_change, day, change.change, change.member)
    heirs: dict[int, int] = {}
    lapsed: set[int] = set()
    for loan, what, member in books.connection.execute(
        query.where(change.change.in_(("ASSUMED", "WRITTEN_OFF"))).order_by(
            change.block_number, change.log_index
        )
    ):
        lapsed.add(loan)
        if what == "ASSUMED":
            heirs[loan] = member
    return heirs, lapsed


def _borrower(
    member: int, offices: tuple[str, ...], amounts: tuple[int, int], equity: int, ceiling: int | None
) -> Borrower:
    exposure = sum(amounts)
    headroom = None if ceiling is None else ceiling - exposure
    share = basis_points(exposure, equity)
    broken = headroom is not None and headroom < 0
    return Borrower(member, offices, *amounts, exposure, share, headroom, broken)
