"""A loan as the books had it between two logs: terms, how far they are paid, penalty, pledges, allowance.

What a document of a loan says is taken from here, when it is made and when it is made again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, Table, case, func, select, tuple_

from indexer.ledger import schema
from indexer.ledger.accounts import ALLOWANCE
from indexer.ledger.loan_source import version_of
from indexer.ledger.penalties import LoanPenalty, first_penalty
from indexer.reports.loans import UnknownLoanError
from rules.accrual import progress
from rules.calendar import day_of_timestamp
from rules.loans import Conditions, Loan
from rules.types import LoanNumber, MemberNumber, Rupiah, SavingsKind, Waterfall, WibDay

Place = tuple[int, int]
"""A log: number of its block, its place there."""
END: Final[Place] = (2**62, 0)
"""After all logs."""
_TABLES: Final = (schema.loan_version, schema.loan_payment, schema.loan_change, schema.loan_closure)


@dataclass(frozen=True, slots=True)
class Pledged:
    """Who answers for a loan, with `amount` rupiah of savings of `kind` (none: 0)."""

    member: MemberNumber
    kind: SavingsKind
    amount: int


@dataclass(frozen=True, slots=True)
class LoanPosition:
    """A loan before the log `before`. `liens`: rupiah that savings hold for it, `allowance` the credit of
    account 1290, `document_hash` that of the last agreement (None: taken over from paper books)."""

    number: LoanNumber
    borrower: MemberNumber
    product: int
    pledges: tuple[Pledged, ...]
    loan: Loan
    liens: int
    allowance: int
    document_hash: bytes | None


@dataclass(frozen=True, slots=True)
class Told:
    """A log about a loan: its row, the table it is in, and the WIB day of its block."""

    table: Table
    row: Row[Any]
    on: WibDay

    @property
    def place(self) -> Place:
        """Where it is on the chain."""
        return self.row.block_number, self.row.log_index


def told_of(connection: Connection, loan: LoanNumber, cooperative_id: int = 1) -> list[Told]:
    """All that logs say of a loan, in the order of the chain. UnknownLoanError."""
    block = schema.block.c
    found = []
    for table in _TABLES:
        own = table.c
        query = (
            select(table, block.time.label("block_time"))
            .join(
                schema.block,
                (block.cooperative_id == own.cooperative_id) & (block.block_number == own.block_number),
            )
            .where(own.cooperative_id == cooperative_id, own.loan == loan)
        )
        found += [Told(table, row, day_of_timestamp(row.block_time)) for row in connection.execute(query)]
    if not found:
        raise UnknownLoanError(loan)
    return sorted(found, key=lambda told: told.place)


def place_after(told: list[Told], day: WibDay) -> Place:
    """Before the first log of a block after `day`: END if there is none."""
    return next((each.place for each in told if each.on > day), END)


def loan_position(
    connection: Connection, loan: LoanNumber, cooperative_id: int = 1, before: Place = END
) -> LoanPosition:
    """The loan before that log; by default as the books have it now. UnknownLoanError."""
    table = schema.loan.c
    query = select(schema.loan).where(table.cooperative_id == cooperative_id, table.loan == loan)
    about = connection.execute(query).first()
    told = [each for each in told_of(connection, loan, cooperative_id) if each.place < before]
    if about is None or not told:
        raise UnknownLoanError(loan)
    changes = [each.row for each in told if each.table is schema.loan_change]
    heirs = [row.member for row in changes if row.change == "ASSUMED"]
    return LoanPosition(
        loan,
        MemberNumber(heirs[-1] if heirs else about.borrower),
        about.product,
        tuple(_pledges(connection, about)),
        _loan(about, told),
        _sum(connection, _liens(about, before)),
        -_sum(connection, _posted(about, ALLOWANCE, before)),
        next(iter(_documents(told)), None),
    )


def _documents(told: list[Told]) -> list[bytes]:
    """What was signed with versions of the terms, the last one first."""
    hashes = [each.row.document_hash for each in reversed(told) if each.table is schema.loan_version]
    return [each for each in hashes if each not in (None, bytes(32))]


def _loan(about: Row[Any], told: list[Told]) -> Loan:
    versions = [each.row for each in told if each.table is schema.loan_version]
    changes = {each.row.change for each in told if each.table is schema.loan_change}
    kept = _followed(about, told)
    paid = progress(kept.version, kept.principal_paid, kept.interest_paid)
    lapsed = bool(changes & {"ASSUMED", "WRITTEN_OFF"}) or kept.closed or versions[0].cause == "OPENED"
    undrawn = 0 if lapsed else about.principal - sum(row.drawn for row in versions)
    return Loan(
        kept.version.terms,
        Conditions(about.penalty_bps, about.penalty_cap_bps, Waterfall(about.waterfall)),
        Rupiah(kept.lent),
        WibDay(versions[-1].book_day),
        kept.penalty,
        paid.state,
        versions[-1].version,
        paid.carried,
        kept.carried_since,
        Rupiah(undrawn),
        "WRITTEN_OFF" in changes,
        kept.closed,
    )


def _followed(about: Row[Any], told: list[Told]) -> LoanPenalty:
    first, *rest = told
    kept = first_penalty(about, first.row, _version(about, first))
    for each in rest:
        kept.follow(each.table, each.row, _version(about, each))
    return kept


def _version(about: Row[Any], told: Told) -> Any:
    if told.table is not schema.loan_version:
        return None
    return version_of(told.row, about.disbursed_day, about.rounding_exponent)


def _pledges(connection: Connection, about: Row[Any]) -> Iterator[Pledged]:
    """In the order of the terms: those that its start told."""
    table = schema.loan_pledge.c
    query = (
        select(table.member, table.kind, table.amount)
        .where(table.cooperative_id == about.cooperative_id, table.loan == about.loan)
        .where(table.block_number == about.block_number)
        .order_by(table.log_index)
    )
    for member, kind, amount in connection.execute(query):
        yield Pledged(MemberNumber(member), SavingsKind(kind), amount)


def _liens(about: Row[Any], before: Place) -> Select[Any]:
    lien = schema.lien_change.c
    signs = case((lien.change == "PLACED", 1), (lien.change.in_(("RELEASED", "CLAIMED")), -1), else_=0)
    return select(func.sum(signs * lien.amount)).where(
        lien.cooperative_id == about.cooperative_id,
        lien.loan == about.loan,
        tuple_(lien.block_number, lien.log_index) < tuple_(*before),
    )


def _posted(about: Row[Any], account: int, before: Place) -> Select[Any]:
    line, entry = schema.line.c, schema.entry.c
    return (
        select(func.sum(line.amount))
        .join(schema.entry, (entry.cooperative_id == line.cooperative_id) & (entry.number == line.entry))
        .where(line.cooperative_id == about.cooperative_id, line.loan == about.loan, line.account == account)
        .where(tuple_(entry.block_number, entry.log_index) < tuple_(*before))
    )


def _sum(connection: Connection, query: Select[Any]) -> int:
    return int(connection.execute(query).scalar() or 0)
