"""Penalty of loans as it follows from their versions and payments: docs/decisions/0011-loans.md, "Penalty".

No event says what accrued: it is counted from what was unpaid on each day, as LoanBook counts it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, select

from indexer.ledger import schema
from indexer.ledger.loan_source import version_of
from rules import penalty as penalties
from rules.accrual import Progress, Version, progress
from rules.amortization import unpaid_parts
from rules.penalty import Overdue, Penalty
from rules.types import BPS, BasisPoints, Rupiah, WibDay

_NEVER: Final = WibDay(0)
_TABLES: Final = (schema.loan_version, schema.loan_payment, schema.loan_change, schema.loan_closure)


@dataclass(slots=True)
class LoanPenalty:
    """A loan whose product asks for penalty, as the logs so far leave it: basis points, rupiah."""

    rate_bps: BasisPoints
    cap_bps: BasisPoints
    version: Version
    penalty: Penalty
    lent: int = 0
    principal_paid: int = 0
    interest_paid: int = 0
    carried_since: WibDay = _NEVER
    closed: bool = False

    def accrued(self, day: WibDay) -> Penalty:
        """As it stands when `day` begins."""
        return penalties.accrue(self.penalty, self.rate_bps, self._overdue(day), day)

    def owed(self, day: WibDay) -> Rupiah:
        """Neither paid nor waived, in rupiah."""
        return penalties.owed(self.accrued(day), Rupiah(self.lent * self.cap_bps // BPS))

    def follow(self, table: Table, row: Row[Any], version: Version | None) -> None:
        """A row of one of the tables of loans, the next in the order of the chain."""
        if table is schema.loan_closure:
            self.closed = True
            return
        if table is schema.loan_change and row.change != "PENALTY_WAIVED":
            return
        self.penalty = self.accrued(row.book_day)
        if table is schema.loan_change:
            self.penalty = replace(self.penalty, waived=Rupiah(self.penalty.waived + row.amount))
        elif table is schema.loan_payment:
            self.penalty = replace(self.penalty, paid=Rupiah(self.penalty.paid + row.penalty))
            self.principal_paid += row.principal
            self.interest_paid += row.interest
        elif version is not None:
            self._begin(version)
            self.lent += row.drawn

    def _begin(self, version: Version) -> None:
        """Interest that the old version leaves due is owed since its oldest instalment with some."""
        paid = self._progress()
        gone = version.terms.instalments_before - self.version.terms.instalments_before
        past = takewhile(lambda part: part.number <= gone, unpaid_parts(self.version.terms, paid.state))
        due = next((part.due_on for part in past if part.interest), _NEVER)
        self.carried_since = self.carried_since if paid.carried else due
        self.version, self.principal_paid, self.interest_paid = version, 0, 0

    def _progress(self) -> Progress:
        return progress(self.version, self.principal_paid, self.interest_paid)

    def _overdue(self, day: WibDay) -> list[Overdue]:
        if self.closed:
            return []
        paid = self._progress()
        due = takewhile(lambda part: part.due_on <= day, unpaid_parts(self.version.terms, paid.state))
        parts = [Overdue(part.due_on, Rupiah(part.principal + part.interest)) for part in due]
        return [*parts, Overdue(self.carried_since, paid.carried)] if paid.carried else parts


def penalties_at(connection: Connection, cooperative_id: int, block_number: int) -> dict[int, LoanPenalty]:
    """By loan, of those whose product asks for penalty, what the books say after a block."""
    loan = schema.loan.c
    query = select(schema.loan).where(
        loan.cooperative_id == cooperative_id, loan.penalty_bps > 0, loan.block_number <= block_number
    )
    agreed = {row.loan: row for row in connection.execute(query)}
    found: dict[int, LoanPenalty] = {}
    for table, row in _told(connection, cooperative_id, block_number):
        about = agreed[row.loan]
        version = None
        if table is schema.loan_version:
            version = version_of(row, about.disbursed_day, about.rounding_exponent)
            if row.loan not in found:
                found[row.loan] = first_penalty(about, row, version)
                continue
        found[row.loan].follow(table, row, version)
    return found


def first_penalty(about: Row[Any], row: Row[Any], version: Version) -> LoanPenalty:
    """A loan from paper books bears penalty for the days after it was opened here, no earlier ones."""
    rates = (BasisPoints(about.penalty_bps), BasisPoints(about.penalty_cap_bps))
    opened = (row.drawn, about.opened_principal_paid, about.opened_interest_paid)
    return LoanPenalty(*rates, version, Penalty(about.listed_day), *opened)


def _told(connection: Connection, cooperative_id: int, block_number: int) -> Iterator[tuple[Table, Row[Any]]]:
    """What logs say of loans with penalty up to a block, in the order of the chain."""
    loan = schema.loan.c
    mine = select(loan.loan).where(loan.cooperative_id == cooperative_id, loan.penalty_bps > 0)
    rows: list[tuple[Table, Row[Any]]] = []
    for table in _TABLES:
        own = table.c
        query = select(table).where(
            own.cooperative_id == cooperative_id, own.loan.in_(mine), own.block_number <= block_number
        )
        rows += [(table, row) for row in connection.execute(query)]
    return iter(sorted(rows, key=lambda told: (told[1].block_number, told[1].log_index)))
