"""The terms that a loan in the books was started on, and their document: kept, or made again."""

from hashlib import sha256

from sqlalchemy import Connection, select

from backend.documents.cid import Cid
from backend.documents.errors import DocumentMissingError
from backend.documents.store import DocumentStore
from backend.loans.agreement import AgreementMaker
from backend.terms import AgreedTerms, Pledge
from indexer.ledger import schema
from indexer.reports.loans import UnknownLoanError
from rules.loans import Conditions
from rules.types import (
    BasisPoints,
    LoanMethod,
    LoanNumber,
    MemberNumber,
    Rupiah,
    SavingsKind,
    Waterfall,
    WibDay,
)


def terms_in_books(connection: Connection, loan: LoanNumber, cooperative_id: int) -> AgreedTerms:
    """The terms of a loan's first version, planned for the day it was paid out. UnknownLoanError."""
    table, version, pledge = schema.loan.c, schema.loan_version.c, schema.loan_pledge.c
    query = (
        select(schema.loan, version.rate_bps, version.months, version.grace_months, version.method)
        .join(
            schema.loan_version,
            (version.cooperative_id == table.cooperative_id)
            & (version.loan == table.loan)
            & (version.block_number == table.block_number)
            & (version.log_index == table.log_index),
        )
        .where(table.cooperative_id == cooperative_id, table.loan == loan)
    )
    row = connection.execute(query).first()
    if row is None:
        raise UnknownLoanError(loan)
    pledged = (
        select(pledge.member, pledge.kind, pledge.amount)
        .where(
            pledge.cooperative_id == cooperative_id,
            pledge.loan == loan,
            pledge.block_number == row.block_number,
        )
        .order_by(pledge.log_index)
    )
    return AgreedTerms(
        loan,
        MemberNumber(row.borrower),
        row.product,
        Rupiah(row.principal),
        Rupiah(row.fee),
        BasisPoints(row.rate_bps),
        row.months,
        row.grace_months,
        LoanMethod(row.method),
        LoanNumber(row.refinances) if row.refinances else None,
        tuple(
            Pledge(MemberNumber(member), SavingsKind(kind), amount)
            for member, kind, amount in connection.execute(pledged)
        ),
        Conditions(BasisPoints(row.penalty_bps), BasisPoints(row.penalty_cap_bps), Waterfall(row.waterfall)),
        row.rounding_exponent,
        WibDay(row.disbursed_day),
    )


class Agreements:
    """Makes and keeps the agreements of one cooperative, whose name heads them."""

    def __init__(self, store: DocumentStore, cooperative: str) -> None:
        self._store = store
        self._cooperative = cooperative
        self._maker: AgreementMaker | None = None
        self._kept: dict[AgreedTerms, bytes] = {}

    def hash_of(self, terms: AgreedTerms) -> bytes:
        """sha2-256 of the agreement of these terms, made and kept if it was not yet. DocumentError."""
        if terms not in self._kept:
            self._kept[terms] = self._store.add(self._pdf(terms)).digest
        return self._kept[terms]

    def read(self, document_hash: bytes, terms: AgreedTerms) -> bytes:
        """The document of that hash: the one kept, or else what `terms` give if it has the same hash.

        DocumentMissingError if it is neither; DocumentDamagedError.
        """
        try:
            return self._store.read(Cid.of_block(document_hash))
        except DocumentMissingError:
            made = self._pdf(terms)
            if sha256(made).digest() != document_hash:
                raise
            self._store.add(made)
            return made

    def _pdf(self, terms: AgreedTerms) -> bytes:
        if self._maker is None:
            self._maker = AgreementMaker(self._cooperative)
        return self._maker.pdf(terms)
