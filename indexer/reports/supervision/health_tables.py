"""Health scores as tables: for every form that statements have."""

from typing import Final

from indexer.reports.statements.periods import year_to
from indexer.reports.statements.structs import Cell, Field, Listing, Note, Notes, Span, Stand, Words
from indexer.reports.statements.tables import NAME, NAME_EN, amount_field
from indexer.reports.supervision.health import (
    ANSWERS_KEY,
    TABLE_KEY,
    AdoptedFile,
    AspectScore,
    Health,
    HealthScores,
    IndicatorScore,
)
from rules.calendar import day_text

TITLE: Final = Words("Penilaian kesehatan koperasi", "Health score of the cooperative")
STATES: Final = {
    "not-configured": Words("belum ditetapkan", "not configured"),
    "incomplete": Words("belum lengkap", "incomplete"),
    "complete": Words("lengkap", "complete"),
}
_POINTS: Final = Field("points", Words("Nilai", "Points"), "points")
_ASPECTS: Final = (
    Field("aspect", Words("Kode", "Code"), "text"),
    NAME,
    NAME_EN,
    Field("state", Words("Keadaan", "State"), "text"),
    Field("state_en", Words("Keadaan (Inggris)", "State (English)"), "text"),
    _POINTS,
    Field("weight", Words("Bobot", "Weight"), "points"),
)
_CODE: Final = Field("indicator", Words("Indikator", "Indicator"), "text")
_INDICATORS: Final = (
    _CODE,
    NAME,
    NAME_EN,
    Field("value", Words("Angka", "Value"), "text"),
    Field("band", Words("Pita", "Band"), "text"),
    _POINTS,
    Field("most", Words("Terbanyak", "Most"), "points"),
)
_SOURCES: Final = (
    _CODE,
    Field("source", Words("Sumber", "Source"), "text"),
    amount_field("numerator", Words("Pembilang", "Numerator")),
    amount_field("denominator", Words("Penyebut", "Denominator")),
    Field("ratio", Words("Rasio", "Ratio"), "share"),
)
_SOURCE: Final = Words(
    "Bobot aspek menurut peraturan. Indikator, pita, dan nilainya menurut tabel yang ditetapkan koperasi; "
    "tanpa tabel dan jawaban tidak ada nilai, dan tanpa semua aspek tidak ada jumlah.",
    "Weights of aspects are the regulation's. Indicators, bands and points are those of the table that the "
    "cooperative adopted; without table and answers there are none, and without every aspect no total.",
)


def health_tables(found: HealthScores) -> Notes:
    """A note for each regime."""
    span = year_to(found.day)
    notes = tuple(_note(at, score, span, found.stand) for at, score in enumerate(found.scores, 1))
    return Notes("health", TITLE, span, notes, found.stand)


def _note(number: int, score: Health, span: Span, stand: Stand) -> Note:
    paragraphs = (
        _SOURCE,
        _file("Tabel", "Table", TABLE_KEY + score.regime, score.table),
        _file("Jawaban", "Answers", ANSWERS_KEY + score.regime, score.answers),
        *(
            Words(f"Sumber tabel: {score.source}", f"Source of the table: {score.source}")
            for _ in [1]
            if score.source
        ),
        _total(score),
    )
    totals: list[int | None] = [None] * len(_ASPECTS)
    totals[-1] = sum(each.weight for each in score.aspects)
    totals[-2] = score.total
    about = (f"health-{score.regime}", score.label, span)
    aspects = Listing(*about, _ASPECTS, tuple(map(_aspect, score.aspects)), tuple(totals), stand)
    indicators = [each for aspect in score.aspects for each in aspect.indicators]
    tables = [aspects]
    for name, label, fields, rows in (
        ("indicators", Words("Indikator", "Indicators"), _INDICATORS, map(_indicator, indicators)),
        ("sources", Words("Sumber indikator", "Sources of indicators"), _SOURCES, map(_source, indicators)),
    ):
        nothing = (None,) * len(fields)
        listing = Listing(f"{name}-{score.regime}", label, span, fields, tuple(rows), nothing, stand)
        tables += [listing] if indicators else []
    return Note(str(number), score.label, paragraphs, tuple(tables))


def _file(indonesian: str, english: str, key: str, file: AdoptedFile | None) -> Words:
    if file is None:
        return Words(
            f"{indonesian}: {STATES['not-configured'].id} (opsi {key}).",
            f"{english}: {STATES['not-configured'].en} (option {key}).",
        )
    since, name = day_text(file.since), file.hash.hex()
    if file.problem is None:
        return Words(
            f"{indonesian}: sha256 {name}, sejak {since}.", f"{english}: sha256 {name}, since {since}."
        )
    return Words(
        f"{indonesian}: sha256 {name}, sejak {since}, TIDAK dipakai: {file.problem.id}.",
        f"{english}: sha256 {name}, since {since}, NOT used: {file.problem.en}.",
    )


def _total(score: Health) -> Words:
    state = STATES[score.state]
    if score.total is None:
        return Words(f"Jumlah: tidak ada ({state.id}).", f"Total: none ({state.en}).")
    whole, part = divmod(score.total, 100)
    predicate = score.predicate or Words("tanpa predikat yang bersumber", "no predicate with a source")
    return Words(
        f"Jumlah: {whole},{part:02} dari 100: {predicate.id}.",
        f"Total: {whole}.{part:02} of 100: {predicate.en}.",
    )


def _aspect(each: AspectScore) -> tuple[Cell, ...]:
    state = STATES[each.state]
    return (each.aspect, each.label.id, each.label.en, state.id, state.en, each.points, each.weight)


def _indicator(each: IndicatorScore) -> tuple[Cell, ...]:
    unit = "" if each.ratio is None else " bps"
    value = "n/a" if each.value is None else f"{each.value}{unit}"
    return (each.name, each.label.id, each.label.en, value, _band(each), each.points, each.most)


def _source(each: IndicatorScore) -> tuple[Cell, ...]:
    sides: tuple[Cell, ...] = (None, None, None)
    if each.ratio is not None:
        sides = (each.ratio.numerator.amount, each.ratio.denominator.amount, each.ratio.bps)
    return (each.name, each.source, *sides)


def _band(each: IndicatorScore) -> str:
    if each.value is None:
        return ""
    low, high = ("" if end is None else str(end) for end in (each.low, each.high))
    return f"[{low}, {high})"
