"""Ratios as tables: for every form that statements have."""

from collections.abc import Iterator
from typing import Final

from indexer.reports.statements.periods import year_to
from indexer.reports.statements.structs import Cell, Field, Listing, Note, Notes, Words
from indexer.reports.statements.tables import NAME, NAME_EN, amount_field
from indexer.reports.supervision.figures import Part, Side
from indexer.reports.supervision.ratios import GROUPS, Ratio, Ratios
from rules.types import BPS

TITLE: Final = Words("Rasio keuangan", "Financial ratios")
_FIELDS: Final = (
    Field("ratio", Words("Kode", "Code"), "text"),
    NAME,
    NAME_EN,
    amount_field("numerator", Words("Pembilang", "Numerator")),
    amount_field("denominator", Words("Penyebut", "Denominator")),
    Field("result", Words("Rasio", "Ratio"), "share"),
    Field("target", Words("Sasaran", "Target"), "rate"),
)
_FORMULA: Final = (Field("ratio", Words("Kode", "Code"), "text"), NAME, NAME_EN)
_BEHIND: Final = (
    Field("figure", Words("Angka", "Figure"), "text"),
    NAME,
    NAME_EN,
    Field("account", Words("Akun", "Account"), "number"),
    amount_field("amount", Words("Jumlah", "Amount")),
)
READING: Final = Words(
    "Susunan tiap rasio adalah bacaan rumah ini; tidak ada sumber hukum yang diklaim. Hanya sasaran NPL "
    "(paling banyak 5%) yang bersumber. Rasio atas pendapatan dan beban memakai tahun buku berjalan, tidak "
    "disetahunkan.",
    "What each ratio is made of is the house's reading; no source in law is claimed. Only the target of "
    "non-performing loans (at most 5%) has one. Ratios of income and expense are of the book year so far, "
    "not annualised.",
)
NO_VALUE: Final = Words(
    "n/a: penyebutnya nol.",
    "n/a: the denominator is nought.",
)


def ratio_tables(found: Ratios) -> Notes:
    """A note for each group, then what ratios are made of, and the accounts behind every figure."""
    span = year_to(found.day)

    def listing(name: str, title: Words, fields: tuple[Field, ...], rows: list[tuple[Cell, ...]]) -> Listing:
        nothing = (None,) * len(fields)
        return Listing(name, title, span, fields, tuple(rows), nothing, found.stand)

    notes = []
    for number, (group, title) in enumerate(GROUPS.items(), 1):
        rows = [_row(each) for each in found.ratios if each.group == group]
        told = (READING, NO_VALUE) if number == 1 else ()
        notes.append(Note(str(number), title, told, (listing(f"ratios-{group}", title, _FIELDS, rows),)))
    made = Words("Susunan tiap rasio", "What each ratio is made of")
    version = Words(
        f"Definisi versi {found.version}, sha256 {found.definitions}.",
        f"Definitions version {found.version}, sha256 {found.definitions}.",
    )
    formulas = [_formula(each) for each in found.ratios]
    notes.append(Note("7", made, (version,), (listing("ratio-formulas", made, _FORMULA, formulas),)))
    behind = Words("Akun di balik tiap angka", "The accounts behind each figure")
    sides = [side for ratio in found.ratios for side in (ratio.numerator, ratio.denominator)]
    parts = {(part.source, part.key): part for side in sides for part in side.parts}
    rows = [row for part in parts.values() for row in _part(part)]
    notes.append(Note("8", behind, (), (listing("ratio-accounts", behind, _BEHIND, rows),)))
    return Notes("ratios", TITLE, span, tuple(notes), found.stand)


def _row(ratio: Ratio) -> tuple[Cell, ...]:
    amounts = (ratio.numerator.amount, ratio.denominator.amount, ratio.bps)
    return (ratio.name, ratio.label.id, ratio.label.en, *amounts, ratio.target_bps)


def _formula(ratio: Ratio) -> tuple[Cell, ...]:
    sides = [[_side(side, name) for side in (ratio.numerator, ratio.denominator)] for name in ("id", "en")]
    return (ratio.name, *(" : ".join(each) for each in sides))


def _side(side: Side, language: str) -> str:
    """The figures of a side in words, as they are added and taken away."""
    text = ""
    for part in side.parts:
        sign = " - " if part.share_bps < 0 else " + " if text else ""
        share = "" if abs(part.share_bps) == BPS else f"{abs(part.share_bps) * 100 // BPS}% x "
        text += sign + share + getattr(part.label, language)
    return f"({text.strip()})" if len(side.parts) > 1 else text.strip()


def _part(part: Part) -> Iterator[tuple[Cell, ...]]:
    """An account a row; of a class of loans its own name, and how many they are."""
    figure = f"{part.source}:{part.key}"
    if part.loans is not None:
        account = part.accounts[0].account if part.accounts else None
        names = (f"{part.label.id} ({part.loans})", f"{part.label.en} ({part.loans})")
        yield (figure, *names, account, part.balance)
    for each in () if part.loans is not None else part.accounts:
        yield (figure, each.label.id, each.label.en, each.account, each.amount)
