"""Buku besar and buku kas: the lines of one account, with its balance running along; and the tellers' day."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from indexer.ledger import schema
from indexer.ledger.accounts import CHANNEL_ACCOUNTS
from indexer.ledger.schema import joined, sum_words, unsigned
from indexer.ledger.titles import TITLES
from indexer.reports.entries import reference
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.periods import checked, long_day
from indexer.reports.statements.structs import (
    Cell,
    Column,
    Field,
    Listing,
    Row,
    Span,
    Statement,
    Term,
    Words,
)
from rules.types import Channel, WibDay

FIELDS: Final = (
    Field("day", Words("Tanggal", "Day"), "day"),
    Field("entry", Words("Jurnal", "Entry"), "number"),
    Field("title", Words("Uraian", "Description"), "text"),
    Field("title_en", Words("Uraian (Inggris)", "Description (English)"), "text"),
    Field("receipt", Words("Bukti", "Receipt"), "text"),
    Field("member", Words("Anggota", "Member"), "number"),
    Field("loan", Words("Pinjaman", "Loan"), "number"),
    Field("debit", Words("Debet", "Debit"), "debit"),
    Field("credit", Words("Kredit", "Credit"), "credit"),
    Field("balance", Words("Saldo", "Balance"), "balance"),
)
_CASH_FIELDS: Final = {"debit": Words("Masuk", "Received"), "credit": Words("Keluar", "Paid")}


class UnknownAccountError(LookupError):
    """An account that the chart has not, and nothing was booked on."""

    def __init__(self, account: int) -> None:
        self.indonesian = f"Akun {account} tidak ada dalam bagan akun. Lihat: koperasi trial-balance."
        self.english = f"Account {account} is not in the chart of accounts. See: koperasi trial-balance."
        super().__init__(f"{self.indonesian} / {self.english}")
        self.account = account


def general_ledger(books: BookAmounts, account: int, span: Span, limit: int | None = None) -> Listing:
    """The lines of an account by book day, then by entry; `limit` gives the first so many of them.

    Debits raise the balance of an account that normally stands in debit, credits that of any other.
    PeriodError, UnknownAccountError.
    """
    if account not in books.chart.accounts and account not in books.turnovers(span.to_day):
        raise UnknownAccountError(account)
    label = books.chart.of(account).label
    title = Words(f"Buku besar {account} {label.id}", f"General ledger {account} {label.en}")
    return _book("general-ledger", title, FIELDS, books, account, span, limit)


def cash_book(books: BookAmounts, channel: Channel, span: Span, limit: int | None = None) -> Listing:
    """What came into a channel and left it. PeriodError."""
    fields = tuple(
        Field(field.name, _CASH_FIELDS.get(field.name, field.label), field.kind) for field in FIELDS
    )
    title = Words(f"Buku kas {channel.name}", f"Cash book {channel.name}")
    return _book("cash-book", title, fields, books, CHANNEL_ACCOUNTS[channel], span, limit)


def _book(
    name: str,
    title: Words,
    fields: tuple[Field, ...],
    books: BookAmounts,
    code: int,
    span: Span,
    limit: int | None,
) -> Listing:
    checked(span)
    debit = books.chart.of(code).debit
    sign = 1 if debit else -1
    opening = balance = sign * books.balance(WibDay(span.from_day - 1), code)
    rows: list[tuple[Cell, ...]] = []
    paid_in = paid_out = 0
    more = False
    cut = None if limit is None else limit + 1
    for line in books.connection.execute(_lines(books.cooperative_id, code, span).limit(cut)):
        if limit is not None and len(rows) == limit:
            more = True
            break
        plus, minus = max(line.amount, 0), max(-line.amount, 0)
        balance += sign * line.amount
        paid_in, paid_out = paid_in + plus, paid_out + minus
        title_id, title_en = TITLES[line.rule]
        receipt = _receipt(line.receipt)
        known = (line.book_day, line.entry, title_id, title_en, receipt, line.member, line.loan)
        rows.append((*known, plus, minus, balance))
    totals = (*(None for _ in range(len(fields) - 3)), paid_in, paid_out, balance)
    return Listing(name, title, span, fields, tuple(rows), totals, books.stand(), opening, debit, more)


def _lines(cooperative_id: int, account: int, span: Span) -> Select[Any]:
    line, entry = schema.line.c, schema.entry.c
    return (
        select(line.entry, line.book_day, line.amount, line.member, line.loan, entry.rule, entry.receipt)
        .join(schema.entry, (entry.cooperative_id == line.cooperative_id) & (entry.number == line.entry))
        .where(line.cooperative_id == cooperative_id, line.account == account)
        .where(line.book_day.between(span.from_day, span.to_day))
        .order_by(line.book_day, line.entry, line.position)
    )


def _receipt(number: int | None) -> str:
    if number is None:
        return ""
    receipt = unsigned(number)
    return reference(receipt) or f"{receipt:016x}"


def teller_report(books: BookAmounts, day: WibDay) -> Statement:
    """Laporan harian kas: what a day began with, received, paid and ended with, by channel and kind of slip.

    The ledger does not hold who took a slip; it tells them apart by channel and kind. PeriodError.
    """
    span = checked(Span(day, day))
    sums = _by_kind(books.connection, books.cooperative_id, day)
    columns = tuple(
        Column(Words(channel.name, channel.name), span, False, channel.name) for channel in CHANNELS
    )
    total = Column(Words("Jumlah", "Total"), span, False, "TOTAL", total=True)
    before = [books.balance(WibDay(day - 1), CHANNEL_ACCOUNTS[each]) for each in CHANNELS]
    after = [books.balance(day, CHANNEL_ACCOUNTS[each]) for each in CHANNELS]
    rows = [
        Row("CashAtBeginning", 0, "line", Words("Kas awal", "Cash at the beginning"), _summed(before)),
        *_kinds("Received", Words("Penerimaan", "Received"), sums, 1),
        *_kinds("Paid", Words("Pengeluaran", "Paid"), sums, -1),
    ]
    terms = tuple(Term(1, name) for name in ("CashAtBeginning", "Received", "Paid"))
    label = Words("Kas akhir", "Cash at the end")
    rows.append(Row("CashAtEnd", 0, "total", label, _summed(after), "", terms))
    when = long_day(day)
    title = Words(f"Laporan harian kas {when.id}", f"Daily cash report {when.en}")
    remark = Words(
        "Buku tidak memuat siapa teller pembuat slip; di dalam kurung: banyaknya jurnal.",
        "The books do not hold which teller made a slip; in brackets: how many entries.",
    )
    return Statement("teller-report", title, (*columns, total), tuple(rows), books.stand(), (remark,))


CHANNELS: Final = tuple(Channel(number) for number in CHANNEL_ACCOUNTS)
_Sums = dict[tuple[int, str], dict[Channel, tuple[int, int]]]
"""(Sign, rule) -> by channel how many entries, and rupiah."""


def _by_kind(connection: Connection, cooperative_id: int, day: WibDay) -> _Sums:
    line, entry = schema.line.c, schema.entry.c
    sign = (line.amount > 0).label("received")
    query = (
        select(sign, entry.rule, line.channel, func.count(), *sum_words(line.amount))
        .join(schema.entry, (entry.cooperative_id == line.cooperative_id) & (entry.number == line.entry))
        .where(line.cooperative_id == cooperative_id, line.account.in_(CHANNEL_ACCOUNTS.values()))
        .where(line.book_day == day, line.channel.is_not(None))
        .group_by(sign, entry.rule, line.channel)
        .order_by(entry.rule)
    )
    found: _Sums = {}
    for received, rule, channel, count, *total in connection.execute(query):
        key = (1 if received else -1, rule)
        found.setdefault(key, {})[Channel(channel)] = (count, joined(*total))
    return found


def _kinds(element: str, label: Words, sums: _Sums, sign: int) -> list[Row]:
    rows, totals = [], [0] * len(CHANNELS)
    for (side, rule), by_channel in sorted(sums.items(), key=lambda item: item[0][1]):
        if side == sign:
            amounts = [by_channel.get(each, (0, 0))[1] for each in CHANNELS]
            count = sum(each[0] for each in by_channel.values())
            words = Words(*(f"{title} ({count})" for title in TITLES[rule]))
            rows.append(Row(f"{element}:{rule}", 1, "line", words, _summed(amounts)))
            totals = [one + other for one, other in zip(totals, amounts, strict=True)]
    terms = tuple(Term(1, row.element) for row in rows)
    words = Words(f"Jumlah {label.id.lower()}", f"Total {label.en.lower()}")
    total = Row(element, 0, "total", words, _summed(totals), "", terms)
    return [Row(element, 0, "heading", label), *rows, total]


def _summed(amounts: Sequence[int]) -> tuple[int, ...]:
    return (*amounts, sum(amounts))
