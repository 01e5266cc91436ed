"""The year's surplus as a body of the API."""

from backend.ledger import surplus_schemas as schemas
from backend.ledger.reading import Books
from indexer.reports.surplus import SurplusYear, surplus_years
from rules.calendar import day_text
from rules.types import WibDay


def surpluses(books: Books) -> schemas.Surpluses:
    """Every allocated year: its pots, and what of the members' is paid."""
    return schemas.Surpluses([_year(each) for each in surplus_years(books.connection, books.cooperative_id)])


def _year(year: SurplusYear) -> schemas.SurplusOfYear:
    return schemas.SurplusOfYear(
        year.year,
        day_text(WibDay(year.book_day)),
        str(year.total),
        [schemas.SurplusPot(pot.account, str(pot.amount)) for pot in year.pots],
        str(year.members_total),
        str(year.paid_into_savings),
        str(year.paid_to_left),
        str(year.paid_in_cash),
        str(year.unpaid),
        year.shares_paid,
        year.shares_root.hex(),
        year.document.hex(),
    )
