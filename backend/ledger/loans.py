"""The reports on loans as the bodies of the API."""

from collections.abc import Sequence
from typing import Final, cast

from backend import errors
from backend.documents.cid import Cid
from backend.ledger import loan_schemas as schemas
from backend.ledger.reading import Books
from backend.ledger.schemas import Kind
from backend.ledger.service import day_asked
from indexer.reports import ageing as ageings
from indexer.reports import agreements
from indexer.reports import exposure as exposures
from indexer.reports import instalment_card as cards
from indexer.reports.entries import reference
from indexer.reports.loans import UnknownLoanError
from indexer.reports.passbook import UnknownMemberError
from rules.calendar import day_text
from rules.types import LoanNumber, WibDay

MOST_IN_GROUP: Final = 50
"""Members whose exposure is told at once."""


def instalment_card(books: Books, loan: int) -> schemas.InstalmentCard:
    """The card of a loan. UnknownLoanError."""
    try:
        card = cards.instalment_card(books.connection, LoanNumber(loan), books.cooperative_id)
    except UnknownLoanError:
        raise errors.UnknownLoanError(loan) from None
    return schemas.InstalmentCard(
        card.loan,
        card.member,
        cast("schemas.LoanStatus", card.state),
        str(card.outstanding),
        str(card.interest_carried),
        str(card.interest_receivable),
        str(card.allowance),
        str(card.penalty_paid),
        str(card.penalty_waived),
        [_terms(each) for each in card.versions],
        [_instalment(each) for each in card.instalments],
        [_payment(each) for each in card.payments],
    )


def agreement(books: Books, loan: int) -> schemas.Agreement:
    """The documents of a loan's agreements, and of what was decided about it. UnknownLoanError."""
    try:
        found = agreements.agreed_documents(books.connection, LoanNumber(loan), books.cooperative_id)
        decided = agreements.act_documents(books.connection, LoanNumber(loan), books.cooperative_id)
    except UnknownLoanError:
        raise errors.UnknownLoanError(loan) from None
    documents = [
        schemas.AgreedDocument(
            each.version,
            each.cause,
            day_text(WibDay(each.book_day)),
            each.document_hash.hex(),
            str(Cid.of_block(each.document_hash)),
        )
        for each in found
    ]
    acts = [
        schemas.ActDocument(
            cast("schemas.ActCause", each.cause),
            day_text(WibDay(each.book_day)),
            each.document_hash.hex(),
            str(Cid.of_block(each.document_hash)),
        )
        for each in decided
    ]
    return schemas.Agreement(loan, documents, acts)


def outstanding(books: Books, loan: int, as_of: int | None) -> schemas.LoanOutstanding:
    """Principal of a loan at the end of a WIB day; by default of the last block's. UnknownLoanError."""
    day = day_asked(books, as_of)
    try:
        found = exposures.outstanding_on(books.connection, LoanNumber(loan), day, books.cooperative_id)
    except UnknownLoanError:
        raise errors.UnknownLoanError(loan) from None
    amounts = (str(found.in_books), str(found.written_off), str(found.scheduled))
    return schemas.LoanOutstanding(loan, day_text(day), *amounts)


def ageing(books: Books, as_of: int | None) -> schemas.Ageing:
    """All running loans by class on a WIB day; by default the last block's."""
    day = day_asked(books, as_of)
    rows = ageings.ageing(books.connection, day, books.cooperative_id)
    classes = [
        schemas.AgeingClass(
            cast("schemas.Grade", each.grade.name),
            each.loans,
            str(each.outstanding),
            str(each.overdue),
            str(each.provision),
        )
        for each in ageings.by_class(rows)
    ]
    return schemas.Ageing(day_text(day), classes)


def ageing_loans(books: Books, as_of: int | None, after: int, limit: int) -> schemas.AgeingPage:
    """Running loans with numbers above `after` on a WIB day, `limit` at most; by default the last block's."""
    day = day_asked(books, as_of)
    found = ageings.ageing(books.connection, day, books.cooperative_id, after=after, limit=limit + 1)
    page = [_aged(row) for row in found[:limit]]
    return schemas.AgeingPage(day_text(day), page, page[-1].loan if len(found) > limit else None)


def exposure(books: Books, members: Sequence[int]) -> schemas.GroupExposure:
    """What members owe, each and together. UnknownMemberError."""
    try:
        found = exposures.exposure(books.connection, members, books.cooperative_id)
    except UnknownMemberError as unknown:
        raise errors.UnknownMemberError(unknown.member) from None
    total = sum(each.outstanding for each in found)
    return schemas.GroupExposure(str(total), [_exposure(each) for each in found])


def _terms(version: cards.CardVersion) -> schemas.CardTerms:
    return schemas.CardTerms(
        version.version,
        version.cause,
        day_text(WibDay(version.book_day)),
        str(version.drawn),
        str(version.principal),
        version.rate_bps,
        version.months,
        version.grace_months,
        version.freeze_months,
        cast("schemas.Method", version.method.name),
        version.instalments_before,
        str(version.interest_carried),
        str(version.interest_waived),
        version.effective_rate_bps,
    )


def _instalment(due: cards.CardInstalment) -> schemas.CardInstalment:
    return schemas.CardInstalment(
        due.number,
        day_text(WibDay(due.due_on)),
        str(due.principal),
        str(due.interest),
        str(due.principal_unpaid),
        str(due.interest_unpaid),
        str(due.outstanding_after),
    )


def _payment(paid: cards.CardPayment) -> schemas.CardPayment:
    return schemas.CardPayment(
        day_text(WibDay(paid.book_day)),
        reference(paid.receipt),
        str(paid.principal),
        str(paid.interest),
        str(paid.penalty),
        paid.channel,
        paid.recovered,
        str(paid.outstanding),
    )


def _aged(row: ageings.AgeingRow) -> schemas.AgeingLoan:
    return schemas.AgeingLoan(
        row.loan,
        row.member,
        cast("schemas.Grade", row.grade.name),
        None if row.late_since is None else day_text(row.late_since),
        str(row.outstanding),
        str(row.overdue),
        str(row.interest_due),
        str(row.allowance),
        str(row.provision),
    )


def _exposure(found: exposures.Exposure) -> schemas.MemberExposure:
    return schemas.MemberExposure(
        found.member,
        str(found.outstanding),
        [
            schemas.OwedLoan(each.loan, cast("schemas.LoanStatus", each.state), str(each.outstanding))
            for each in found.loans
        ],
        [
            schemas.Guarantee(each.loan, cast("Kind", each.kind.name), str(each.amount))
            for each in found.guarantees
        ],
    )
