"""The documents of a loan's agreements and of what was decided about it, by the hashes on the chain."""

import msgspec
from sqlalchemy import Connection, select

from indexer.ledger import schema
from indexer.reports.loans import UnknownLoanError
from rules.types import LoanNumber

_NONE = bytes(32)


class AgreedDocument(msgspec.Struct, frozen=True):
    """What was signed with a version of the terms: `document_hash` is sha2-256 of the document's bytes."""

    version: int
    cause: str
    book_day: int
    document_hash: bytes


def agreed_documents(
    connection: Connection, loan: LoanNumber, cooperative_id: int = 1
) -> tuple[AgreedDocument, ...]:
    """The documents of a loan's versions, the first one first; a tranche has none. UnknownLoanError."""
    table = schema.loan_version.c
    query = (
        select(table.version, table.cause, table.book_day, table.document_hash)
        .where(table.cooperative_id == cooperative_id, table.loan == loan)
        .order_by(table.block_number, table.log_index)
    )
    rows = connection.execute(query).all()
    if not rows:
        raise UnknownLoanError(loan)
    return tuple(AgreedDocument(*row) for row in rows if row.document_hash not in (None, _NONE))


class ActDocument(msgspec.Struct, frozen=True):
    """What two offices decided: `cause` PENALTY_WAIVED, ASSUMED or WRITTEN_OFF. `document_hash` is
    sha2-256 of
    its record, or a code where the office gave one."""

    cause: str
    book_day: int
    document_hash: bytes


def act_documents(
    connection: Connection, loan: LoanNumber, cooperative_id: int = 1
) -> tuple[ActDocument, ...]:
    """What was decided about a loan, in the order of the chain."""
    table = schema.loan_change.c
    query = (
        select(table.change, table.book_day, table.document_hash)
        .where(table.cooperative_id == cooperative_id, table.loan == loan)
        .order_by(table.block_number, table.log_index)
    )
    rows = connection.execute(query).all()
    return tuple(ActDocument(*row) for row in rows if row.document_hash != _NONE)
