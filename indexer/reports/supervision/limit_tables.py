"""Limits as tables: for every form that statements have."""

from collections.abc import Iterable
from typing import Final

from indexer.reports.statements.periods import long_day
from indexer.reports.statements.structs import Cell, Field, Listing, Note, Notes, Span, Words
from indexer.reports.statements.tables import amount_field, dotted
from indexer.reports.supervision.limits import SINGLE_LIMIT, Borrower, Limits

TITLE: Final = Words("Batas pinjaman", "Limits on loans")
_FIELDS: Final = (
    Field("member", Words("Anggota", "Member"), "number"),
    Field("offices", Words("Jabatan", "Office"), "text"),
    amount_field("outstanding", Words("Sisa pokok", "Outstanding")),
    amount_field("undrawn", Words("Belum cair", "Undrawn")),
    amount_field("exposure", Words("Terutang", "Exposure")),
    amount_field("equity", Words("Ekuitas", "Equity")),
    Field("share", Words("Bagian", "Share"), "share"),
    amount_field("headroom", Words("Sisa batas", "Headroom")),
)
_NOT_SET: Final = Words("tidak ditetapkan", "not set")
_WHO: Final = Words(
    "Pihak terkait: anggota yang memegang jabatan pengurus atau pengawas menurut buku; keluarga mereka tidak "
    "diketahui buku mana pun. Dihitung pokok yang terutang, termasuk yang dihapusbukukan, dan yang masih "
    "dapat dicairkan. Sisa batas dalam kurung: batas dilampaui.",
    "Related parties: members who hold an office of pengurus or pengawas by the books; their families are "
    "known to no book. Counted is principal owed, written off or not, and what can still be drawn. Headroom "
    "in brackets: the limit is broken.",
)


def limit_tables(found: Limits) -> Notes:
    """Related parties, then the largest borrowers."""
    span = Span(found.day, found.day)

    def listing(name: str, title: Words, borrowers: Iterable[Borrower]) -> Listing:
        rows = tuple(_row(each, found.equity.amount) for each in borrowers)
        return Listing(name, title, span, _FIELDS, rows, (None,) * len(_FIELDS), found.stand)

    related, largest = (
        Words("Pihak terkait", "Related parties"),
        Words("Peminjam terbesar", "Largest borrowers"),
    )
    notes = (
        Note(
            "1",
            related,
            (_WHO, _equity(found), _limit(found.related_bps, found.related_ceiling), _contract(found)),
            (listing("related-limits", related, found.related),),
        ),
        Note(
            "2",
            largest,
            (_limit(found.single_bps, found.single_ceiling), _SINGLE),
            (listing("largest-borrowers", largest, found.largest),),
        ),
    )
    return Notes("limits", TITLE, span, notes, found.stand)


_SINGLE: Final = Words(
    f"Batas satu peminjam tidak bersumber: berlaku hanya bila diputuskan (opsi {SINGLE_LIMIT}).",
    f"A limit on one borrower has no source: there is one only if adopted (option {SINGLE_LIMIT}).",
)


def _row(each: Borrower, equity: int) -> tuple[Cell, ...]:
    amounts = (each.outstanding, each.undrawn, each.exposure, equity, each.share_bps, each.headroom)
    return (each.member, ", ".join(each.offices), *amounts)


def _equity(found: Limits) -> Words:
    when = long_day(found.equity.day)
    if found.equity.basis == "last-close":
        return Words(
            f"Ekuitas pada tutup buku terakhir, {when.id}: Rp {dotted(found.equity.amount)}.",
            f"Equity at the last close, {when.en}: Rp {dotted(found.equity.amount)}.",
        )
    return Words(
        f"Belum ada tutup buku: simpanan pokok dan wajib per {when.id}: Rp {dotted(found.equity.amount)}.",
        f"No close yet: simpanan pokok and wajib at {when.en}: Rp {dotted(found.equity.amount)}.",
    )


def _limit(bps: int | None, ceiling: int | None) -> Words:
    if bps is None or ceiling is None:
        return Words(f"Batas: {_NOT_SET.id}.", f"Limit: {_NOT_SET.en}.")
    return Words(
        f"Batas: {bps} basis poin ekuitas, Rp {dotted(ceiling)}.",
        f"Limit: {bps} basis points of equity, Rp {dotted(ceiling)}.",
    )


def _contract(found: Limits) -> Words:
    if found.contract_ceiling is None:
        return Words(
            "Batas menurut Permenkop 8/2023, paling banyak 10%: buku tidak memuat yang ditetapkan pada "
            "LoanPolicy saat deployment. LoanDesk menolak menurut simpanan pokok dan wajib.",
            "The limit is the most of Permenkop 8/2023, 10%: the books do not hold what LoanPolicy was "
            "deployed with. LoanDesk refuses by simpanan pokok and wajib.",
        )
    amount = f"Rp {dotted(found.contract_ceiling)}"
    return Words(
        f"LoanDesk menolak di atas batas yang dihitung dari simpanan pokok dan wajib: {amount}.",
        f"LoanDesk refuses above the limit counted of simpanan pokok and wajib: {amount}.",
    )
