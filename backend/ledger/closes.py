"""Closed periods as bodies of the API."""

from typing import cast

from backend.ledger import close_schemas as schemas
from backend.ledger.reading import Books
from indexer.reports.closes import ClosedPeriod, closed_periods
from rules.calendar import day_text
from rules.types import WibDay


def closes(books: Books) -> schemas.Closes:
    """Every close and reopening, the newest first."""
    periods = closed_periods(books.connection, books.cooperative_id)
    closed = periods[-1].through if periods else 0
    told = day_text(WibDay(closed)) if closed else None
    return schemas.Closes(told, [_close(each) for each in reversed(periods)])


def _close(period: ClosedPeriod) -> schemas.Close:
    figures = None
    if period.entries is not None:
        hashes = (period.ledger_root, period.trial_balance_hash, period.claims_root)
        root, balance, claims = (cast("bytes", each).hex() for each in hashes)
        people = cast("int", period.maker), cast("int", period.checker)
        figures = schemas.CloseFigures(
            period.entries, root, balance, claims, str(period.claims_total), *people
        )
    return schemas.Close(
        cast("schemas.Change", period.change),
        day_text(WibDay(period.through)) if period.through else None,
        period.block_number,
        period.log_index,
        period.final,
        period.year_end,
        period.stands,
        figures,
        period.agrees,
        [schemas.CloseDifference(each.figure, each.attested, each.found) for each in period.differences],
    )
