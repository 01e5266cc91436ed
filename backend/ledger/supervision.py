"""Ratios, limits and health scores as the bodies of the API."""

from collections.abc import Iterator
from contextlib import contextmanager

from backend import errors
from backend.ledger import supervision_schemas as schemas
from backend.ledger.reading import Books
from backend.ledger.service import day_asked
from backend.ledger.statements import stated_on, told
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.chart import ChartError, FindChart
from indexer.reports.supervision import figures, health, limits, ratios
from indexer.reports.supervision.ratio_tables import READING
from rules.calendar import day_text
from rules.types import WibDay


def ratios_of(books: Books, find: FindChart, as_of: int | None) -> ratios.Ratios:
    """The ratios at the end of a day, that of the last block by default. ChartUnreadableError."""
    day = day_asked(books, as_of)
    with _readable():
        return ratios.ratios(_amounts(books, find, day), day)


def limits_of(books: Books, find: FindChart, as_of: int | None) -> limits.Limits:
    """The limits at the end of a day, that of the last block by default. ChartUnreadableError."""
    day = day_asked(books, as_of)
    with _readable():
        return limits.limits(_amounts(books, find, day), day)


def health_of(books: Books, find: FindChart, as_of: int | None) -> health.HealthScores:
    """The health scores at the end of a day, that of the last block by default. ChartUnreadableError."""
    day = day_asked(books, as_of)
    with _readable():
        return health.health_scores(_amounts(books, find, day), day, find)


def ratios_body(found: ratios.Ratios) -> schemas.Ratios:
    """Ratios as they are told."""
    return schemas.Ratios(
        day_text(found.day),
        found.version,
        found.definitions,
        told(READING),
        [_ratio(each) for each in found.ratios],
        stated_on(found.stand),
    )


def limits_body(found: limits.Limits) -> schemas.Limits:
    """Limits as they are told."""
    equity = found.equity
    return schemas.Limits(
        day_text(found.day),
        schemas.EquityBasis(str(equity.amount), equity.basis, day_text(equity.day)),
        found.related_from,
        found.related_bps,
        str(found.related_ceiling),
        _rupiah(found.contract_ceiling),
        found.single_bps,
        _rupiah(found.single_ceiling),
        [_borrower(each) for each in found.related],
        [_borrower(each) for each in found.largest],
        stated_on(found.stand),
    )


def health_body(found: health.HealthScores) -> schemas.HealthScores:
    """Health scores as they are told."""
    scores = [
        schemas.HealthScore(
            each.regime,  # type: ignore[arg-type]
            told(each.label),
            each.state,
            each.source,
            _file(each.table),
            _file(each.answers),
            [_aspect(aspect) for aspect in each.aspects],
            each.total,
            None if each.predicate is None else told(each.predicate),
        )
        for each in found.scores
    ]
    return schemas.HealthScores(day_text(found.day), scores, stated_on(found.stand))


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except ChartError as error:
        raise errors.ChartUnreadableError(error.indonesian, error.english) from None


def _amounts(books: Books, find: FindChart, day: WibDay) -> BookAmounts:
    return BookAmounts.on(books.connection, day, books.cooperative_id, find)


def _ratio(ratio: ratios.Ratio) -> schemas.Ratio:
    return schemas.Ratio(
        ratio.name,
        ratio.group,  # type: ignore[arg-type]
        told(ratio.label),
        ratio.better,
        _side(ratio.numerator),
        _side(ratio.denominator),
        ratio.bps,
        ratio.target_bps,
        ratio.met,
    )


def _side(side: figures.Side) -> schemas.RatioSide:
    return schemas.RatioSide(str(side.amount), [_part(each) for each in side.parts])


def _part(part: figures.Part) -> schemas.RatioPart:
    accounts = [
        schemas.AccountPart(each.account, told(each.label), str(each.amount)) for each in part.accounts
    ]
    amounts = (str(part.balance), str(part.amount))
    return schemas.RatioPart(
        part.source, part.key, told(part.label), part.share_bps, *amounts, accounts, part.loans
    )


def _borrower(each: limits.Borrower) -> schemas.Borrower:
    amounts = (str(each.outstanding), str(each.undrawn), str(each.exposure))
    return schemas.Borrower(
        each.member, list(each.offices), *amounts, each.share_bps, _rupiah(each.headroom), each.breach
    )


def _file(file: health.AdoptedFile | None) -> schemas.AdoptedFile | None:
    if file is None:
        return None
    problem = None if file.problem is None else told(file.problem)
    return schemas.AdoptedFile(file.hash.hex(), day_text(file.since), problem)


def _aspect(each: health.AspectScore) -> schemas.AspectScore:
    indicators = [_indicator(indicator) for indicator in each.indicators]
    return schemas.AspectScore(
        each.aspect, told(each.label), each.weight, each.state, each.points, indicators
    )


def _indicator(each: health.IndicatorScore) -> schemas.IndicatorScore:
    ratio = None if each.ratio is None else _ratio(each.ratio)
    values = (each.source, each.value, each.low, each.high, each.points, each.most)
    return schemas.IndicatorScore(each.name, told(each.label), *values, ratio)


def _rupiah(amount: int | None) -> str | None:
    return None if amount is None else str(amount)
