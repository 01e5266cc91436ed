"""The table of indicators that a cooperative supplies for a regime, and its answers: read and checked whole.

Points are hundredths of a point, ratios basis points (docs/supervision.md has the form).
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple, TypeVar

import msgspec

from indexer.reports.statements.structs import Words
from indexer.reports.supervision.figures import TermError, read_figures
from indexer.reports.supervision.ratios import Definition, house_definitions
from indexer.reports.supervision.regimes import WHOLE, Predicate, Regime, regimes

FORMAT: Final = 1
MAX_BYTES: Final = 1 << 20


class ScoreTableError(ValueError):
    """A table, or answers, that no score can be made by."""

    def __init__(self, indonesian: str, english: str) -> None:
        self.indonesian, self.english = indonesian, english
        super().__init__(f"{indonesian} / {english}")


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a file: a field that is not known is refused."""


class Band(_Strict, frozen=True):
    """From `from` on and below `to` (null: without end): so many points."""

    points: int
    low: int | None = msgspec.field(name="from", default=None)
    high: int | None = msgspec.field(name="to", default=None)

    def holds(self, value: int) -> bool:
        """Whether a value is in the band."""
        return (self.low is None or value >= self.low) and (self.high is None or value < self.high)


class Indicator(_Strict, frozen=True):
    """An indicator: of a `ratio` or of an `answer`, by name; `points` are the most it gives, `without` those
    of a ratio whose denominator is nought."""

    name: str
    label: str
    label_en: str
    points: int
    bands: tuple[Band, ...]
    ratio: str = ""
    answer: str = ""
    without: int | None = None


class _Aspect(_Strict, frozen=True):
    aspect: str
    indicators: tuple[Indicator, ...]


class _Ratio(_Strict, frozen=True):
    name: str
    label: str
    label_en: str
    numerator: str
    denominator: str


class _Predicate(_Strict, frozen=True):
    label: str
    label_en: str
    points: int = msgspec.field(name="from")


class _Table(_Strict, frozen=True):
    format: int
    regime: str
    source: str
    aspects: tuple[_Aspect, ...]
    ratios: tuple[_Ratio, ...] = ()
    predicates: tuple[_Predicate, ...] = ()


class _Answers(_Strict, frozen=True):
    format: int
    regime: str
    answers: dict[str, int]


T = TypeVar("T", _Table, _Answers)


class ScoreTable(NamedTuple):
    """A table that is sound: indicators by aspect, all ratios they may name, what totals are called; `source`
    says where the cooperative has it from."""

    regime: Regime
    source: str
    aspects: Mapping[str, tuple[Indicator, ...]]
    ratios: Mapping[str, Definition]
    predicates: tuple[Predicate, ...]

    def answers(self) -> frozenset[str]:
        """The answers that its indicators ask for."""
        every = (each for indicators in self.aspects.values() for each in indicators)
        return frozenset(each.answer for each in every if each.answer)


def read_table(content: bytes) -> ScoreTable:
    """A table's file (JSON). ScoreTableError, with the place."""
    told = _decoded(content, _Table)
    regime = _regime(told)
    ratios = {**house_definitions(), **_own_ratios(told.ratios)}
    _check_aspects(told.aspects, regime)
    indicators = [each for aspect in told.aspects for each in aspect.indicators]
    _once([each.name for each in indicators], "indikator", "indicator")
    for each in indicators:
        _check_source(each, ratios)
        _check_bands(each)
    order = {each.aspect: each.indicators for each in told.aspects}
    aspects = {each.aspect: order[each.aspect] for each in regime.aspects}
    return ScoreTable(regime, told.source, aspects, ratios, _predicates(told.predicates, regime))


def read_answers(content: bytes, table: ScoreTable) -> Mapping[str, int]:
    """Answers to a table's questions by name. ScoreTableError for answers that it does not ask for."""
    told = _decoded(content, _Answers)
    if _regime(told) != table.regime:
        raise ScoreTableError(
            f"Jawaban untuk {told.regime}, tabel untuk {table.regime.name}.",
            f"The answers are for {told.regime}, the table for {table.regime.name}.",
        )
    unknown = sorted(told.answers.keys() - table.answers())
    if unknown:
        raise ScoreTableError(
            f"Jawaban {unknown[0]!r} tidak diminta oleh tabel.",
            f"No indicator of the table asks for the answer {unknown[0]!r}.",
        )
    return told.answers


def _decoded(content: bytes, kind: type[T]) -> T:
    if len(content) > MAX_BYTES:
        raise ScoreTableError(
            f"Berkas lebih dari {MAX_BYTES} byte.", f"The file has more than {MAX_BYTES} bytes."
        )
    try:
        told = msgspec.json.decode(content, type=kind)
    except msgspec.DecodeError as error:
        raise ScoreTableError(
            f"Berkas tidak sesuai bentuknya: {error}.", f"The file does not have the form: {error}."
        ) from None
    if told.format != FORMAT:
        raise ScoreTableError(
            f"format {told.format} tidak dikenal: pakai {FORMAT}.",
            f"format {told.format} is not known: use {FORMAT}.",
        )
    return told


def _regime(told: _Table | _Answers) -> Regime:
    if told.regime not in regimes():
        names = ", ".join(regimes())
        raise ScoreTableError(
            f"regime {told.regime!r} tidak dikenal. Yang ada: {names}.",
            f"regime {told.regime!r} is not known. There are: {names}.",
        )
    return regimes()[told.regime]


def _own_ratios(told: Sequence[_Ratio]) -> dict[str, Definition]:
    _once([*house_definitions(), *(each.name for each in told)], "rasio", "ratio")
    found = {}
    for each in told:
        try:
            sides = read_figures(each.numerator), read_figures(each.denominator)
        except TermError as error:
            raise ScoreTableError(
                f"Rasio {each.name}: {error.indonesian}", f"Ratio {each.name}: {error.english}"
            ) from None
        found[each.name] = Definition(each.name, "own", Words(each.label, each.label_en), *sides)
    return found


def _once(names: Sequence[str], indonesian: str, english: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1 or not name})
    if twice:
        raise ScoreTableError(
            f"Nama {indonesian} {twice[0]!r} kosong atau dipakai dua kali.",
            f"The name {twice[0]!r} of {english} is empty or used twice.",
        )


def _check_aspects(told: Sequence[_Aspect], regime: Regime) -> None:
    names, wanted = [each.aspect for each in told], [each.aspect for each in regime.aspects]
    if sorted(names) != sorted(wanted):
        listed = ", ".join(wanted)
        raise ScoreTableError(
            f"Aspek {regime.name} harus tepat sekali masing-masing: {listed}.",
            f"{regime.name} has these aspects, each exactly once: {listed}.",
        )
    weights = {each.aspect: each.weight for each in regime.aspects}
    for each in told:
        total = sum(indicator.points for indicator in each.indicators)
        if total != weights[each.aspect]:
            raise ScoreTableError(
                f"Aspek {each.aspect}: jumlah points indikator {total}, bobotnya {weights[each.aspect]}.",
                f"Aspect {each.aspect}: its indicators' points are {total}, its weight is "
                f"{weights[each.aspect]}.",
            )


def _check_source(each: Indicator, ratios: Mapping[str, Definition]) -> None:
    if bool(each.ratio) == bool(each.answer):
        raise ScoreTableError(
            f"Indikator {each.name}: sebutkan salah satu, ratio atau answer.",
            f"Indicator {each.name}: name one of the two, ratio or answer.",
        )
    if each.ratio and each.ratio not in ratios:
        raise ScoreTableError(
            f"Indikator {each.name}: rasio {each.ratio!r} tidak ada.",
            f"Indicator {each.name}: there is no ratio {each.ratio!r}.",
        )


def _check_bands(each: Indicator) -> None:
    """Bands that every value is in exactly one of, from below, whose points reach the indicator's."""

    def refuse(indonesian: str, english: str) -> None:
        raise ScoreTableError(f"Indikator {each.name}: {indonesian}", f"Indicator {each.name}: {english}")

    bands = each.bands
    if not bands or bands[0].low is not None or bands[-1].high is not None:
        refuse(
            "pita pertama tanpa from, pita terakhir tanpa to.",
            "the first band has no from, the last no to.",
        )
    for lower, higher in pairwise(bands):
        if lower.high is None or higher.low is None or lower.high != higher.low:
            refuse(
                f"pita berlubang atau tumpang tindih antara {lower.high} dan {higher.low}.",
                f"a gap or an overlap of bands between {lower.high} and {higher.low}.",
            )
    for band in bands:
        if band.low is not None and band.high is not None and band.low >= band.high:
            refuse(
                f"pita {band.low} sampai {band.high} kosong.", f"the band {band.low} to {band.high} is empty."
            )
    points = [band.points for band in bands] + ([] if each.without is None else [each.without])
    if min(points) < 0 or max(band.points for band in bands) != each.points or max(points) > each.points:
        refuse(
            f"points pita dari 0 sampai tepat {each.points}.",
            f"points of bands go from 0 to exactly {each.points}.",
        )


def _predicates(told: Sequence[_Predicate], regime: Regime) -> tuple[Predicate, ...]:
    if not told:
        return regime.predicates
    if regime.predicates:
        raise ScoreTableError(
            f"Predikat {regime.name} sudah ditetapkan peraturannya: hapus predicates.",
            f"The regulation of {regime.name} has the predicates: leave predicates out.",
        )
    points = [each.points for each in told]
    if len(set(points)) != len(points) or min(points) < 0 or max(points) > WHOLE:
        raise ScoreTableError(
            f"predicates: from berbeda-beda, 0 sampai {WHOLE}.", f"predicates: each from once, 0 to {WHOLE}."
        )
    named = (Predicate(each.points, Words(each.label, each.label_en)) for each in told)
    return tuple(sorted(named, key=lambda each: -each.at_least))
