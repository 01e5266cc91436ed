"""The documents of running loans: made, kept, and made again from the books."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection

from backend.documents.cid import Cid
from backend.documents.errors import DocumentMissingError
from backend.documents.store import DocumentStore
from backend.loans.addendum import Addendum, AmendedTerms
from backend.loans.paper import Paper, PaperMaker
from backend.loans.records import AssumptionRecord, WaiverRecord, WriteOffRecord
from backend.loans.words import Reason
from indexer.reports.loan_position import END, Place, Told, loan_position, told_of
from rules.loans import Amendment
from rules.types import AmendmentKind, BasisPoints, LoanMethod, LoanNumber, MemberNumber, Rupiah, WibDay

LIFETIME: Final = 31
"""Days for which a document may wait until it is carried out (a proposal lives 30)."""


class LoanPapers:
    """Makes and keeps the documents of one cooperative's running loans."""

    def __init__(self, store: DocumentStore, cooperative: str) -> None:
        self._store = store
        self._maker = PaperMaker(cooperative)

    def keep(self, paper: Paper) -> bytes:
        """sha2-256 of the document, kept when this returns. DocumentError, LoanChangeError."""
        return self._store.add(self._maker.pdf(paper)).digest

    def hash_of(self, paper: Paper) -> bytes:
        """sha2-256 of the document, which is not kept."""
        return sha256(self._maker.pdf(paper)).digest()

    def read(self, document_hash: bytes, papers: Iterable[Paper]) -> bytes:
        """The document of that hash: the one kept, or the first of `papers` that has it, kept again.

        DocumentMissingError if it is none of them; DocumentDamagedError.
        """
        try:
            return self._store.read(Cid.of_block(document_hash))
        except DocumentMissingError:
            for paper in papers:
                made = self._tried(paper)
                if made is not None and sha256(made).digest() == document_hash:
                    self._store.add(made)
                    return made
            raise

    def _tried(self, paper: Paper) -> bytes | None:
        try:
            return self._maker.pdf(paper)
        except ValueError:  # these terms could not come into force as the loan stood then
            return None


def papers_in_books(
    connection: Connection, loan: LoanNumber, document_hash: bytes, cooperative_id: int = 1
) -> Iterator[Paper]:
    """What the document of that hash may say, by the books: the likeliest first. UnknownLoanError.

    The books tell what was decided, not on which day before the document was made, nor why.
    """
    told = told_of(connection, loan, cooperative_id)
    for act in told:
        if getattr(act.row, "document_hash", None) != document_hash:
            continue
        if hasattr(act.row, "cause"):
            yield from addenda(connection, loan, amended_terms(loan, act), told, act, cooperative_id)
        elif hasattr(act.row, "change"):
            yield from _records(connection, loan, told, act, cooperative_id)


def amended_terms(loan: LoanNumber, told: Told) -> AmendedTerms:
    """The amendment that a log told."""
    row = told.row
    terms = Amendment(
        BasisPoints(row.rate_bps),
        row.months,
        LoanMethod(row.method),
        row.grace_months,
        row.freeze_months,
        Rupiah(row.interest_waived),
    )
    return AmendedTerms(loan, AmendmentKind[row.cause], terms)


def addenda(
    connection: Connection,
    loan: LoanNumber,
    agreed: AmendedTerms,
    told: list[Told],
    act: Told | WibDay,
    cooperative_id: int,
    reasons: Iterable[Reason] = tuple(Reason),
) -> Iterator[Addendum]:
    """The addenda that may have been made of these terms before `act`, a log or the end of a day."""
    for before, day in moments(told, act):
        position = loan_position(connection, loan, cooperative_id, before)
        for reason in reasons:
            yield Addendum(agreed, position, day, reason)


def moments(told: list[Told], act: Told | WibDay) -> Iterator[tuple[Place, WibDay]]:
    """Where in the logs and on which day a document of `act` may have been made, the latest first."""
    end, last = (END, act) if isinstance(act, int) else (act.place, act.on)
    earlier = [each for each in told if each.place < end]
    first = WibDay(last - LIFETIME)
    for index in range(len(earlier), 0, -1):
        before = end if index == len(earlier) else earlier[index].place
        until = last if index == len(earlier) else earlier[index].on
        since = max(earlier[index - 1].on, first)
        for day in range(until, since - 1, -1):
            yield before, WibDay(day)
        if since == first:
            return


def _records(
    connection: Connection, loan: LoanNumber, told: list[Told], act: Told, cooperative_id: int
) -> Iterator[Paper]:
    row = act.row
    days = {before: WibDay(row.book_day) for before, _ in moments(told, act)}
    if row.change == "ASSUMED":
        for before, day in moments(told, act):
            position = loan_position(connection, loan, cooperative_id, before)
            yield AssumptionRecord(position, day, MemberNumber(row.member))
    for before, day in days.items():
        position = loan_position(connection, loan, cooperative_id, before)
        if row.change == "WRITTEN_OFF":
            yield WriteOffRecord(position, day)
        elif row.change == "PENALTY_WAIVED":
            for reason in Reason:
                yield WaiverRecord(position, day, Rupiah(row.amount), reason)
