"""Loans as the books hold them, in a handful of queries for any number of loans."""

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from typing import Any, Final

from sqlalchemy import Connection, Select, Table, case, func, or_, select, union

from indexer.ledger import savings_source, schema
from indexer.ledger.accounts import ALLOWANCE, INTEREST_RECEIVABLE
from indexer.ledger.closes import closed_through
from indexer.ledger.known_books import KnownSchedule
from indexer.ledger.known_savings import SavingsBooks
from indexer.ledger.loans import LoanState, Option
from indexer.ledger.rate_index import rates
from indexer.ledger.schedule_source import schedules
from indexer.ledger.schema import joined, kept_words, sum_words
from indexer.ledger.turnovers import turnovers
from rules.accrual import Version
from rules.amortization import LoanTerms
from rules.calendar import timestamp_of_day
from rules.types import LoanMethod, WibDay

_CHUNK: Final = 5_000
_Ids = Collection[int] | Select[tuple[int]]


class BooksSource:
    """Reads one cooperative's loans by connections that `connect` opens."""

    def __init__(
        self,
        connect: Callable[[], AbstractContextManager[Connection]],
        cooperative_id: int,
        until: WibDay | None = None,
    ) -> None:
        """With `until`, loans are as they were at the end of that day by book dates, their liens by the time
        of the blocks; only what 1220 and 1290 hold of them is always what they hold now."""
        self._connect = connect
        self._mine = cooperative_id
        self._until = until

    def loans(self, numbers: Collection[int] | None) -> Iterator[LoanState]:
        """These loans; if None, all that run or of which 1220 or 1290 hold something."""
        with self._connect() as connection:
            if numbers is None:
                yield from self._states(connection, self._accountable())
                return
            wanted = sorted(numbers)
            for first in range(0, len(wanted), _CHUNK):
                yield from self._states(connection, wanted[first : first + _CHUNK])

    def owed(self, day: WibDay) -> Iterator[LoanState]:
        """Loans paid out by the end of `day` and not closed by then, by number, written off or not."""
        loan, closure = schema.loan.c, schema.loan_closure.c
        closed = select(closure.loan).where(closure.cooperative_id == self._mine, closure.book_day <= day)
        owed = select(loan.loan).where(
            loan.cooperative_id == self._mine, loan.disbursed_day <= day, loan.loan.not_in(closed)
        )
        with self._connect() as connection:
            numbers = list(connection.execute(owed.order_by(loan.loan)).scalars())
            for first in range(0, len(numbers), _CHUNK):
                part = numbers[first : first + _CHUNK]
                states = self._states(connection, owed.where(loan.loan.between(part[0], part[-1])))
                yield from sorted(states, key=lambda state: state.loan)

    def options(self) -> list[Option]:
        """Every option that was adopted, in the order of the chain."""
        setting = schema.setting.c
        query = (
            select(setting.effective_day, setting.value)
            .where(setting.cooperative_id == self._mine, setting.name == "option")
            .order_by(setting.block_number, setting.log_index)
        )
        with self._connect() as connection:
            rows = [(day, json.loads(text)) for day, text in connection.execute(query)]
        return [Option(day, _bytes(told["key"]), _bytes(told["value"])) for day, told in rows]

    def closed_through(self) -> int | None:
        """The last closed day; None if nothing was ever closed."""
        with self._connect() as connection:
            return closed_through(connection, self._mine)

    def schedules(self) -> list[KnownSchedule]:
        """Every schedule that runs, with the last month that was ended since its adoption."""
        with self._connect() as connection:
            return schedules(connection, self._mine)

    def rates(self) -> list[tuple[int, int]]:
        """First WIB day and basis points a year of every rate of sukarela, in the order of the chain."""
        with self._connect() as connection:
            return rates(connection, self._mine)

    def interest_due(self, members: Collection[int]) -> dict[int, int]:
        """What 2120 owes of these members, in rupiah."""
        with self._connect() as connection:
            return savings_source.interest_due(connection, self._mine, members)

    def savings(self, day: int) -> SavingsBooks:
        """Sukarela at the end of the WIB day `day` by the time of the blocks."""
        with self._connect() as connection:
            return savings_source.savings(connection, self._mine, day)

    def turnovers(self, day: int) -> dict[int, tuple[int, int]]:
        """Debits and credits of every account with postings up to the end of `day`, in rupiah."""
        with self._connect() as connection:
            return turnovers(connection, WibDay(day), self._mine)

    def _accountable(self) -> Select[tuple[int]]:
        loan, kept = schema.loan.c, schema.loan_balance.c
        ended = union(
            select(schema.loan_closure.c.loan).where(schema.loan_closure.c.cooperative_id == self._mine),
            select(schema.loan_change.c.loan).where(
                schema.loan_change.c.cooperative_id == self._mine,
                schema.loan_change.c.change == "WRITTEN_OFF",
            ),
        )
        differs = or_(kept.debit_high != kept.credit_high, kept.debit_low != kept.credit_low)
        held = select(kept.loan).where(
            kept.cooperative_id == self._mine, kept.account.in_((INTEREST_RECEIVABLE, ALLOWANCE)), differs
        )
        return select(loan.loan).where(
            loan.cooperative_id == self._mine, or_(loan.loan.not_in(ended), loan.loan.in_(held))
        )

    def _states(self, connection: Connection, ids: _Ids) -> list[LoanState]:
        states = {state.loan: state for state in map(_state, connection.execute(self._latest(ids)))}
        for loan, *sums in connection.execute(self._paid(ids)):
            states[loan].paid_principal += joined(*sums[:2])
            states[loan].paid_interest += joined(*sums[2:])
        for loan, account, *sums in connection.execute(self._kept(ids)):
            if account == INTEREST_RECEIVABLE:
                states[loan].receivable = joined(*sums)
            else:
                states[loan].allowance = -joined(*sums)
        for loan, *sums in connection.execute(self._liens(ids)):
            if loan in states:
                states[loan].liens = joined(*sums)
        for loan, change, member in connection.execute(self._changes(ids)):
            if change == "ASSUMED":
                states[loan].borrower = member
            states[loan].written_off |= change == "WRITTEN_OFF"
        for loan in connection.execute(self._of(schema.loan_closure, ids)).scalars():
            states[loan].closed = True
        return list(states.values())

    def _of(self, table: Table, ids: _Ids, *columns: Any) -> Select[Any]:
        """Loan and these columns of the rows of `table` that speak of the loans."""
        query = select(table.c.loan, *columns).where(
            table.c.cooperative_id == self._mine, table.c.loan.in_(ids)
        )
        if self._until is None or table is schema.loan_balance:
            return query
        if table is schema.lien_change:
            block = schema.block.c
            by_then = (
                select(block.block_number)
                .where(
                    block.cooperative_id == self._mine, block.time < timestamp_of_day(WibDay(self._until + 1))
                )
                .order_by(block.block_number.desc())
                .limit(1)
            )
            return query.where(table.c.block_number <= by_then.scalar_subquery())
        return query.where(table.c.book_day <= self._until)

    def _latest(self, ids: _Ids) -> Select[Any]:
        """Every loan with its last version."""
        loan, version = schema.loan.c, schema.loan_version.c
        last = (
            self._of(schema.loan_version, ids, func.max(version.version).label("version"))
            .group_by(version.loan)
            .subquery()
        )
        return (
            select(
                schema.loan_version,
                loan.borrower,
                loan.disbursed_day,
                loan.rounding_exponent,
                loan.opened_principal_paid,
                loan.opened_interest_paid,
            )
            .join(last, (version.loan == last.c.loan) & (version.version == last.c.version))
            .join(schema.loan, (loan.cooperative_id == version.cooperative_id) & (loan.loan == version.loan))
            .where(version.cooperative_id == self._mine)
        )

    def _paid(self, ids: _Ids) -> Select[Any]:
        payment = schema.loan_payment.c
        sums = (*sum_words(payment.principal), *sum_words(payment.interest))
        return self._of(schema.loan_payment, ids, *sums).group_by(payment.loan)

    def _kept(self, ids: _Ids) -> Select[Any]:
        kept = schema.loan_balance.c
        query = self._of(schema.loan_balance, ids, kept.account, *kept_words(schema.loan_balance))
        held = query.where(kept.account.in_((INTEREST_RECEIVABLE, ALLOWANCE)))
        return held.group_by(kept.loan, kept.account)

    def _liens(self, ids: _Ids) -> Select[Any]:
        lien = schema.lien_change.c
        signs = case((lien.change == "PLACED", 1), (lien.change.in_(("RELEASED", "CLAIMED")), -1), else_=0)
        return self._of(schema.lien_change, ids, *sum_words(signs * lien.amount)).group_by(lien.loan)

    def _changes(self, ids: _Ids) -> Select[Any]:
        change = schema.loan_change.c
        query = self._of(schema.loan_change, ids, change.change, change.member)
        return query.order_by(change.block_number, change.log_index)


def version_of(row: Any, disbursed_on: WibDay, exponent: int) -> Version:
    """The terms that a row of `loan_version` tells."""
    terms = LoanTerms(
        row.principal,
        row.rate_bps,
        row.months,
        LoanMethod(row.method),
        disbursed_on,
        row.grace_months,
        exponent,
        row.freeze_months,
        row.instalments_before,
    )
    return Version(terms, row.interest_carried, row.interest_ahead)


def _state(row: Any) -> LoanState:
    version = version_of(row, row.disbursed_day, row.rounding_exponent)
    return LoanState(
        row.loan,
        row.borrower,
        row.version,
        version,
        before_principal=row.principal_before,
        before_interest=row.interest_before,
        paid_principal=row.opened_principal_paid,
        paid_interest=row.opened_interest_paid,
    )


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
