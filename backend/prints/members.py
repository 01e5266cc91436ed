"""A member's papers: the passbook, a loan's instalment card, the slip of a share in the surplus."""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from backend.documents.indonesian import percent, short_date
from backend.prints.content import Body, Cell, Column, Fact, Line, Section, Signature, Table
from backend.prints.figures import figure
from backend.prints.reports import TOTAL
from indexer.ledger.accounts import CHART, LOANS
from indexer.reports.entries import reference
from indexer.reports.instalment_card import CardPayment, CardVersion, InstalmentCard
from indexer.reports.passbook import ACCOUNTS, Passbook, PassbookLine
from indexer.reports.statements.periods import long_day
from indexer.reports.statements.structs import Words
from rules.types import Channel, LoanMethod, Office, WibDay

MEMBER: Final = Words("Nomor anggota", "Member number")
_STATUSES: Final = {
    "ACTIVE": "Aktif",
    "SUSPENDED": "Ditangguhkan",
    "LEFT": "Telah keluar",
}
_STATES: Final = {"RUNNING": "Berjalan", "WRITTEN_OFF": "Dihapusbukukan", "CLOSED": "Lunas"}
_CAUSES: Final = {
    "STARTED": Words("Pencairan", "Paid out"),
    "OPENED": Words("Dari buku lama", "From older books"),
    "DRAWN": Words("Pencairan tahap berikut", "Drawn"),
}
_METHODS: Final = {
    LoanMethod.FLAT: "Flat",
    LoanMethod.DECLINING: "Menurun",
    LoanMethod.ANNUITY: "Anuitas",
    LoanMethod.BULLET: "Sekaligus di akhir",
}
_DAY: Final = Column(Words("Tanggal", "Day"))
_RECEIPT: Final = Column(Words("Bukti", "Receipt"))
_PRINCIPAL: Final = Column(Words("Pokok", "Principal"), figures=True)
_INTEREST: Final = Column(Words("Jasa", "Interest"), figures=True)
_OUTSTANDING: Final = Column(Words("Sisa pokok", "Outstanding"), figures=True)
_PASSBOOK: Final = (
    _DAY,
    Column(Words("Uraian", "Description"), wide=True),
    _RECEIPT,
    Column(Words("Bertambah", "Added"), figures=True),
    Column(Words("Berkurang", "Taken"), figures=True),
    Column(Words("Saldo", "Balance"), figures=True),
)
_VERSIONS: Final = (
    _DAY,
    Column(Words("Sebab", "Cause"), wide=True),
    _PRINCIPAL,
    Column(Words("Jasa setahun", "Rate a year"), figures=True),
    Column(Words("Efektif", "Effective"), figures=True),
    Column(Words("Bulan", "Months"), figures=True),
    Column(Words("Cara", "Method")),
)
_INSTALMENTS: Final = (
    Column(Words("Angsuran", "Instalment"), figures=True),
    Column(Words("Jatuh tempo", "Due"), wide=True),
    _PRINCIPAL,
    _INTEREST,
    Column(Words("Pokok belum dibayar", "Principal unpaid"), figures=True),
    Column(Words("Jasa belum dibayar", "Interest unpaid"), figures=True),
    Column(Words("Sisa sesudahnya", "Left after it"), figures=True),
)
_PAYMENTS: Final = (
    _DAY,
    Column(_RECEIPT.label, wide=True),
    Column(Words("Saluran", "Channel")),
    _PRINCIPAL,
    _INTEREST,
    Column(Words("Denda", "Penalty"), figures=True),
    _OUTSTANDING,
)


def passbook_body(book: Passbook) -> Body:
    """A passbook: a table for each kind of savings, each loan, and what was paid for loans. `book` must have
    all lines: the balances run along."""
    day = WibDay(max((line.book_day for line in book.lines), default=book.joined_on))
    when = long_day(day)
    order: dict[int, int] = {account: at for at, account in enumerate(ACCOUNTS)}

    def key(line: PassbookLine) -> tuple[int, int]:
        return order[line.account], (line.loan or 0) if line.account == LOANS else 0

    parts = groupby(sorted(book.lines, key=key), key)
    sections = tuple(_savings(list(lines)) for _, lines in parts)
    facts = (
        Fact(MEMBER, str(book.member)),
        Fact(Words("Status", "Status"), _STATUSES.get(book.status, book.status)),
        Fact(Words("Anggota sejak", "Member since"), short_date(WibDay(book.joined_on))),
        *_balances((account, getattr(book, name)) for account, name in _TOTALS),
    )
    title = Words("Buku simpanan dan pinjaman anggota", "Member's passbook")
    return Body(
        "passbook",
        title,
        Words(f"Sampai {when.id}", f"Up to {when.en}"),
        day,
        sections,
        facts,
        offices=(Office.TELLER,),
        member=_box(book.member),
    )


_TOTALS: Final = tuple(
    zip(ACCOUNTS[:5], ("pokok", "wajib", "sukarela", "payable", "loans_outstanding"), strict=True)
)


def _balances(totals: Iterable[tuple[int, int]]) -> list[Fact]:
    return [Fact(_account(code), figure(total)) for code, total in totals]


def _account(code: int) -> Words:
    return Words(CHART[code].name, CHART[code].name_en)


def _savings(lines: list[PassbookLine]) -> Section:
    first = lines[0]
    title = _account(first.account)
    if first.account == LOANS:
        title = Words(f"{title.id} nomor {first.loan}", f"{title.en}, number {first.loan}")
    rows = tuple(
        Line(
            (
                short_date(WibDay(line.book_day)),
                Words(line.title, line.title_en),
                _receipt(line.receipt),
                figure(line.amount) if line.amount > 0 else "",
                figure(-line.amount) if line.amount < 0 else "",
                figure(line.balance),
            )
        )
        for line in lines
    )
    return Section((Table(_PASSBOOK, rows),), title)


def _receipt(number: int | None) -> str:
    return "" if number is None else reference(number) or f"{number:016x}"


def card_body(card: InstalmentCard) -> Body:
    """An instalment card: terms by version, what is due, what was paid."""
    days = [*(each.book_day for each in card.versions), *(each.book_day for each in card.payments)]
    day = WibDay(max(days))
    when = long_day(day)
    facts = (
        Fact(Words("Nomor pinjaman", "Loan number"), str(card.loan)),
        Fact(MEMBER, str(card.member)),
        Fact(Words("Keadaan", "State"), _STATES.get(card.state, card.state)),
        Fact(_OUTSTANDING.label, figure(card.outstanding)),
        Fact(Words("Jasa terutang dari syarat lama", "Interest carried"), figure(card.interest_carried)),
        Fact(Words("Denda dibayar", "Penalties paid"), figure(card.penalty_paid)),
    )
    sections = (
        _section(Words("Syarat", "Terms"), _VERSIONS, map(_version, card.versions)),
        _section(Words("Jadwal angsuran", "Instalments"), _INSTALMENTS, _instalments(card)),
        _section(Words("Pembayaran", "Payments"), _PAYMENTS, _payments(card.payments)),
    )
    title = Words("Kartu angsuran pinjaman", "Instalment card")
    return Body(
        "card",
        title,
        Words(f"Sampai {when.id}", f"Up to {when.en}"),
        day,
        sections,
        facts,
        offices=(Office.BENDAHARA,),
        member=_box(card.member),
    )


def _box(member: int) -> Signature:
    return Signature(Words("Anggota", "Member"), f"Anggota nomor {member}")


def _section(title: Words, columns: tuple[Column, ...], lines: Iterable[Line]) -> Section:
    return Section((Table(columns, tuple(lines)),), title)


def _version(version: CardVersion) -> Line:
    known = version.effective_rate_bps
    cause: Cell = _CAUSES.get(version.cause, version.cause)
    return Line(
        (
            short_date(WibDay(version.book_day)),
            cause,
            figure(version.principal),
            percent(version.rate_bps),
            "" if known is None else percent(known),
            str(version.months),
            _METHODS[version.method],
        )
    )


def _instalments(card: InstalmentCard) -> list[Line]:
    rows = [
        Line(
            (
                str(each.number),
                short_date(WibDay(each.due_on)),
                figure(each.principal),
                figure(each.interest),
                figure(each.principal_unpaid),
                figure(each.interest_unpaid),
                figure(each.outstanding_after),
            )
        )
        for each in card.instalments
    ]
    names = ("principal", "interest", "principal_unpaid", "interest_unpaid")
    sums = tuple(figure(sum(getattr(each, name) for each in card.instalments)) for name in names)
    return [*rows, Line(("", TOTAL, *sums, ""), "total")]


def _payments(payments: tuple[CardPayment, ...]) -> list[Line]:
    rows = [
        Line(
            (
                short_date(WibDay(each.book_day)),
                _receipt(each.receipt),
                Channel(each.channel).name if each.channel else "",
                figure(each.principal),
                figure(each.interest),
                figure(each.penalty),
                figure(each.outstanding),
            )
        )
        for each in payments
    ]
    names = ("principal", "interest", "penalty")
    sums = (figure(sum(getattr(each, name) for each in payments)) for name in names)
    return [*rows, Line(("", TOTAL, "", *sums, ""), "total")]
