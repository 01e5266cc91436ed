"""The health score of a cooperative on a day: indicator, value, band, points, aspect, total, predicate.

Table and answers are files of the cooperative, adopted by their SHA-256 (options `health-<regime>` and
`answers-<regime>`). What is not configured has no points, and a total is told only if every aspect is whole.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Final, Literal, NamedTuple

import msgspec

from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.options import Adopted, options_on
from indexer.reports.statements.structs import Stand, Words
from indexer.reports.supervision.figures import FiguresOn
from indexer.reports.supervision.ratios import Ratio, ratio_of
from indexer.reports.supervision.regimes import AspectWeight, Regime, predicate_of, regimes
from indexer.reports.supervision.score_table import (
    Indicator,
    ScoreTable,
    ScoreTableError,
    read_answers,
    read_table,
)
from rules.types import WibDay

FindFile = Callable[[bytes], bytes | None]
"""The bytes of the file with this SHA-256, None if nobody has it."""
State = Literal["not-configured", "incomplete", "complete"]
TABLE_KEY: Final = "health-"
ANSWERS_KEY: Final = "answers-"


class AdoptedFile(msgspec.Struct, frozen=True):
    """A file that was adopted: its hash, from when, and why it does not count, if it does not."""

    hash: bytes
    since: WibDay
    problem: Words | None = None


class IndicatorScore(msgspec.Struct, frozen=True):
    """An indicator: `value` in basis points of a `ratio`, or the answer; the band it is in, by its ends;
    points in hundredths, of at most `most`. None: not answered, or without a value."""

    name: str
    label: Words
    source: str
    value: int | None
    low: int | None
    high: int | None
    points: int | None
    most: int
    ratio: Ratio | None = None


class AspectScore(msgspec.Struct, frozen=True):
    """An aspect with its points in hundredths, of at most `weight`; None unless every indicator has some."""

    aspect: str
    label: Words
    weight: int
    state: State
    points: int | None
    indicators: tuple[IndicatorScore, ...]


class Health(msgspec.Struct, frozen=True):
    """The score under a regime. `total` in hundredths of a point, None unless every aspect is complete;
    `predicate` None where no name of that total is known."""

    regime: str
    label: Words
    state: State
    source: str
    table: AdoptedFile | None
    answers: AdoptedFile | None
    aspects: tuple[AspectScore, ...]
    total: int | None
    predicate: Words | None


class HealthScores(msgspec.Struct, frozen=True):
    """Both regimes at the end of `day`."""

    day: WibDay
    scores: tuple[Health, ...]
    stand: Stand

    def of(self, regime: str) -> Health:
        """The score under a regime. KeyError."""
        return {each.regime: each for each in self.scores}[regime]


class Given(NamedTuple):
    """A table and answers that hold on a day."""

    table: ScoreTable | None = None
    answers: Mapping[str, int] = {}
    table_file: AdoptedFile | None = None
    answers_file: AdoptedFile | None = None


def health_scores(books: BookAmounts, day: WibDay, find: FindFile) -> HealthScores:
    """The scores under both regimes by the files in force at the end of `day`. A file that is missing or
    unsound is said to be so, and counts as none."""
    options = options_on(books.connection, day, books.cooperative_id)
    figures = FiguresOn(books, day)
    found = tuple(score(figures, regime, _given(regime, options, find)) for regime in regimes().values())
    return HealthScores(day, found, books.stand())


def score(figures: FiguresOn, regime: Regime, given: Given) -> Health:
    """The score under a regime by a table and answers."""
    table = given.table
    aspects = tuple(_aspect(figures, each, given) for each in regime.aspects)
    whole = all(each.state == "complete" for each in aspects)
    total = sum(each.points or 0 for each in aspects) if whole else None
    state: State = "not-configured" if table is None else "complete" if whole else "incomplete"
    called = () if table is None else table.predicates
    return Health(
        regime.name,
        regime.label,
        state,
        "" if table is None else table.source,
        given.table_file,
        given.answers_file,
        aspects,
        total,
        None if total is None else predicate_of(total, called),
    )


def given_of(table: bytes, answers: bytes | None, since: WibDay) -> Given:
    """Files as if they were adopted. ScoreTableError."""
    read = read_table(table)
    told = {} if answers is None else read_answers(answers, read)
    answered = None if answers is None else AdoptedFile(sha256(answers).digest(), since)
    return Given(read, told, AdoptedFile(sha256(table).digest(), since), answered)


def _given(regime: Regime, options: Mapping[str, Adopted], find: FindFile) -> Given:
    table_file, content = _file(options.get(TABLE_KEY + regime.name), find)
    table = None
    if content is not None and table_file is not None:
        try:
            table = read_table(content)
            if table.regime != regime:
                table, table_file = None, msgspec.structs.replace(table_file, problem=_OTHER)
        except ScoreTableError as error:
            table_file = _refused(table_file, error)
    answers_file, content = _file(options.get(ANSWERS_KEY + regime.name), find)
    answers: Mapping[str, int] = {}
    if content is not None and answers_file is not None and table is not None:
        try:
            answers = read_answers(content, table)
        except ScoreTableError as error:
            answers_file = _refused(answers_file, error)
    return Given(table, answers, table_file, answers_file)


_MISSING: Final = Words(
    "berkas tidak ada di sini; tambahkan dengan: koperasi document-add FILE",
    "the file is not at hand; add it with: koperasi document-add FILE",
)
_OTHER: Final = Words("berkas untuk peraturan lain", "the file is for another regulation")


def _file(adopted: Adopted | None, find: FindFile) -> tuple[AdoptedFile | None, bytes | None]:
    if adopted is None:
        return None, None
    content = find(adopted.value)
    if content is None or sha256(content).digest() != adopted.value:
        return AdoptedFile(adopted.value, adopted.since, _MISSING), None
    return AdoptedFile(adopted.value, adopted.since), content


def _refused(file: AdoptedFile, error: ScoreTableError) -> AdoptedFile:
    return msgspec.structs.replace(file, problem=Words(error.indonesian, error.english))


def _aspect(figures: FiguresOn, weight: AspectWeight, given: Given) -> AspectScore:
    if given.table is None:
        return AspectScore(weight.aspect, weight.label, weight.weight, "not-configured", None, ())
    wanted = given.table.aspects[weight.aspect]
    scores = tuple(_indicator(figures, each, given.table, given.answers) for each in wanted)
    known = [each.points for each in scores if each.points is not None]
    whole = len(known) == len(scores)
    unanswered = wanted and all(each.answer and each.answer not in given.answers for each in wanted)
    state: State = "complete" if whole else "not-configured" if unanswered else "incomplete"
    points = sum(known) if whole else None
    return AspectScore(weight.aspect, weight.label, weight.weight, state, points, scores)


def _indicator(
    figures: FiguresOn, each: Indicator, table: ScoreTable, answers: Mapping[str, int]
) -> IndicatorScore:
    ratio = ratio_of(figures, table.ratios[each.ratio]) if each.ratio else None
    value = answers.get(each.answer) if ratio is None else ratio.bps
    source = f"ratio:{each.ratio}" if each.ratio else f"answer:{each.answer}"
    band = None if value is None else next(band for band in each.bands if band.holds(value))
    points = band.points if band else each.without if ratio is not None else None
    ends = (None, None) if band is None else (band.low, band.high)
    label = Words(each.label, each.label_en)
    return IndicatorScore(each.name, label, source, value, *ends, points, each.points, ratio)
