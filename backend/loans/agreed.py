"""The terms that a loan in the books was started on, and their document: kept, or made again."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from itertools import islice, takewhile
from typing import Final

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

_AHEAD: Final = 16
"""Documents that are made, or waited for, before they are asked for: some 30,000 bytes each."""


def terms_in_books(connection: Connection, loan: LoanNumber, cooperative_id: int) -> AgreedTerms:
    """The terms of a loan's first version, planned for the day it was paid out. UnknownLoanError."""
    table, version = schema.loan.c, schema.loan_version.c
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
        _pledges(connection, loan, cooperative_id, row.block_number),
        Conditions(BasisPoints(row.penalty_bps), BasisPoints(row.penalty_cap_bps), Waterfall(row.waterfall)),
        row.rounding_exponent,
        WibDay(row.disbursed_day),
    )


def _pledges(
    connection: Connection, loan: LoanNumber, cooperative_id: int, started_in: int
) -> tuple[Pledge, ...]:
    """In the order of the terms; `started_in` is the block of the loan's start."""
    table = schema.loan_pledge.c
    query = (
        select(table.member, table.kind, table.amount)
        .where(table.cooperative_id == cooperative_id, table.loan == loan, table.block_number == started_in)
        .order_by(table.log_index)
    )
    return tuple(
        Pledge(MemberNumber(member), SavingsKind(kind), amount)
        for member, kind, amount in connection.execute(query)
    )


class Agreements:
    """Makes and keeps the agreements of one cooperative, whose name heads them."""

    def __init__(self, store: DocumentStore, cooperative: str) -> None:
        self._store = store
        self._cooperative = cooperative
        self._maker: AgreementMaker | None = None
        self._kept: dict[AgreedTerms, bytes] = {}
        self._worker = ThreadPoolExecutor(1, "agreements")
        self._expected: Iterator[AgreedTerms] = iter(())
        self._ahead: dict[AgreedTerms, Future[bytes]] = {}

    def foresee(self, terms: Iterable[AgreedTerms]) -> None:
        """Make these in their order in a thread, a few before `hash_of` asks for them.

        typst lets go of Python meanwhile: an import waits for its chain in that time.
        """
        self._expected = iter(terms)
        self._make_ahead()

    def hash_of(self, terms: AgreedTerms) -> bytes:
        """sha2-256 of the agreement of these terms, made and kept if it was not yet. DocumentError."""
        if terms not in self._kept:
            self._kept[terms] = self._store.add(self._made(terms)).digest
        return self._kept[terms]

    def read(self, document_hash: bytes, terms: AgreedTerms) -> bytes:
        """The document of that hash: the one kept, or else what `terms` give if it has the same hash.

        DocumentMissingError if it is neither; DocumentDamagedError.
        """
        try:
            return self._store.read(Cid.of_block(document_hash))
        except DocumentMissingError:
            made = self._made(terms)
            if sha256(made).digest() != document_hash:
                raise
            self._store.add(made)
            return made

    def _make_ahead(self) -> None:
        for terms in islice(self._expected, _AHEAD - len(self._ahead)):
            self._ahead[terms] = self._worker.submit(self._pdf, terms)

    def _made(self, terms: AgreedTerms) -> bytes:
        """What was foreseen, letting go of all that was expected before it; else made now."""
        made = self._ahead.get(terms)
        if made is None:
            return self._worker.submit(self._pdf, terms).result()
        for each in list(takewhile(lambda each: each != terms, self._ahead)):
            self._ahead.pop(each).cancel()
        del self._ahead[terms]
        self._make_ahead()
        return made.result()

    def _pdf(self, terms: AgreedTerms) -> bytes:
        if self._maker is None:
            self._maker = AgreementMaker(self._cooperative)
        return self._maker.pdf(terms)
