"""Rekonsiliasi bank: from the balance by the books to the balance by the bank, item by item."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from backend.documents.indonesian import number
from backend.workbench.desk import Desk
from backend.workbench.errors import UnknownItemError
from backend.workbench.findings import ON_ITS_WAY
from indexer.ledger.accounts import CHANNEL_ACCOUNTS
from indexer.reports.movements import ChannelMovement
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.periods import long_day
from indexer.reports.statements.structs import Column, Row, Span, Statement, Term, Words
from rules.bank_causes import Cause, Causes
from rules.bank_matching import BankLine
from rules.calendar import day_text
from rules.types import WibDay

NAME: Final = "bank-reconciliation"
CAUSES: Final[Mapping[Cause, Words]] = {
    Cause.IN_TRANSIT: Words("dalam perjalanan", "in transit"),
    Cause.BANK_CHARGE: Words("biaya atau pajak bank", "bank charge or tax"),
    Cause.BANK_INTEREST: Words("jasa giro", "bank interest"),
    Cause.MISSING_ENTRY: Words("belum dibukukan", "not booked yet"),
    Cause.MISSING_AT_BANK: Words("tidak sampai di bank", "never came to the bank"),
    Cause.WRONG_AMOUNT: Words("jumlah salah", "wrong amount"),
    Cause.DOUBLED: Words("dua kali di bank", "twice at the bank"),
    Cause.AMBIGUOUS: Words("lebih dari satu kemungkinan", "more than one candidate"),
    Cause.MISCOUNT: Words("salah hitung atau salah bayar", "counted or paid wrongly"),
    Cause.ROUNDING: Words("di bawah pecahan terkecil", "below the smallest coin"),
    Cause.UNKNOWN: Words("sebab belum diketahui", "cause unknown"),
}


class Outstanding(NamedTuple):
    """What of a desk is on one side only at the end of a day, each with its likely cause."""

    lines: tuple[tuple[BankLine, Cause], ...]
    movements: tuple[tuple[ChannelMovement, Cause], ...]


def outstanding(desk: Desk, day: WibDay) -> Outstanding:
    """What is on one side only at the end of `day`: in no match, or in one whose other side came later."""
    whole, cut = _matched_by(desk, day)
    lines = [line for key, line in desk.lines.items() if line.day <= day and key not in whole]
    movements = [
        each
        for key, each in desk.movements.items()
        if each.movement.day <= day
        and key not in whole
        and (each.movement.day >= desk.from_day or key in cut)
    ]
    causes = Causes(
        [line for line in lines if line.key not in cut],
        [each.movement for each in movements if each.movement.key not in cut],
        [desk.lines[key] for key in whole if key in desk.lines],
        [desk.movements[key].movement for key in whole if key in desk.movements],
        ON_ITS_WAY,
        day,
    )
    return Outstanding(
        tuple((line, Cause.IN_TRANSIT if line.key in cut else causes.of_line(line).cause) for line in lines),
        tuple(
            (each, Cause.IN_TRANSIT if each.movement.key in cut else causes.of_movement(each.movement).cause)
            for each in movements
        ),
    )


def _matched_by(desk: Desk, day: WibDay) -> tuple[set[str], set[str]]:
    """Keys of matches that are complete at the end of a day, and of those that are not."""
    whole: set[str] = set()
    cut: set[str] = set()
    for each in desk.matches:
        days = [desk.lines[key].day for key in each.lines]
        days += [desk.movements[key].movement.day for key in each.movements]
        (whole if max(days) <= day else cut).update((*each.lines, *each.movements))
    return whole, cut


def bank_reconciliation(desk: Desk, books: BookAmounts, day: WibDay, closed: Iterable[str] = ()) -> Statement:
    """The reconciliation of a channel at the end of a day. `closed`: subjects of differences that two persons
    closed. UnknownItemError where the statements do not reach the day."""
    if not desk.from_day <= day <= desk.through:
        raise UnknownItemError(
            f"Rekening koran {desk.channel.name} memuat {day_text(desk.from_day)} sampai "
            f"{day_text(desk.through)}, tidak sampai {day_text(day)}.",
            f"The statements of {desk.channel.name} cover {day_text(desk.from_day)} to "
            f"{day_text(desk.through)}, not {day_text(day)}.",
        )
    found = outstanding(desk, day)
    booked = books.balance(day, CHANNEL_ACCOUNTS[desk.channel])
    rows, unexplained = _rows(found, booked, desk.held_by_bank(day), set(closed))
    when = long_day(day)
    title = Words(
        f"Rekonsiliasi {desk.channel.name} {when.id}", f"Reconciliation of {desk.channel.name}, {when.en}"
    )
    column = Column(Words("Rupiah", "Rupiah"), Span(day, day), True)
    remarks = tuple(_remarks(desk, found, day, unexplained))
    return Statement(NAME, title, (column,), rows, books.stand(), remarks)


def _rows(found: Outstanding, booked: int, bank: int, closed: set[str]) -> tuple[tuple[Row, ...], int]:
    """From the balance by the books to that by the bank, and what between them is not explained; rupiah."""
    at_bank = [
        _line(
            f"BankOnly.{line.key}",
            line.day,
            f"bank {line.key}",
            f"bank {line.key}",
            cause,
            line.amount,
            line.key in closed,
        )
        for line, cause in found.lines
    ]
    in_books = [
        _line(
            f"BooksOnly.{each.movement.key}",
            each.movement.day,
            f"{each.title.id} {each.paper}".strip(),
            f"{each.title.en} {each.paper}".strip(),
            cause,
            -each.movement.amount,
            each.movement.key in closed,
        )
        for each, cause in found.movements
    ]
    sums = sum(row.amounts[0] or 0 for row in (*at_bank, *in_books))
    unexplained = bank - booked - sums
    terms = tuple(Term(1, name) for name in ("BookBalance", "BankOnly", "BooksOnly"))
    rows = (
        _row("BookBalance", "Saldo menurut buku", "Balance by the books", booked),
        *_group("BankOnly", "Di bank, belum di buku", "At the bank, not in the books", at_bank),
        *_group("BooksOnly", "Di buku, belum di bank", "In the books, not at the bank", in_books),
        _row("AdjustedBalance", "Saldo buku setelah penyesuaian", "Books, adjusted", booked + sums, terms),
        _row("BankBalance", "Saldo menurut bank", "Balance by the bank", bank),
        _row(
            "Unexplained",
            "Tidak terjelaskan",
            "Unexplained",
            unexplained,
            (Term(1, "BankBalance"), Term(-1, "AdjustedBalance")),
        ),
    )
    return rows, unexplained


def _line(
    element: str, day: WibDay, indonesian: str, english: str, cause: Cause, amount: int, closed: bool
) -> Row:
    why = CAUSES[cause]
    end = ("; ditutup", "; closed") if closed else ("", "")
    label = Words(
        f"{day_text(day)} {indonesian} ({why.id}{end[0]})", f"{day_text(day)} {english} ({why.en}{end[1]})"
    )
    return Row(element, 1, "line", label, (amount,))


def _row(element: str, indonesian: str, english: str, amount: int, terms: tuple[Term, ...] = ()) -> Row:
    return Row(element, 0, "total" if terms else "line", Words(indonesian, english), (amount,), "", terms)


def _group(element: str, indonesian: str, english: str, lines: Sequence[Row]) -> list[Row]:
    total = sum(row.amounts[0] or 0 for row in lines)
    terms = tuple(Term(1, row.element) for row in lines)
    label = Words(
        f"Jumlah {indonesian[0].lower()}{indonesian[1:]}", f"Total {english[0].lower()}{english[1:]}"
    )
    heading = Row(element, 0, "heading", Words(indonesian, english))
    return [heading, *lines, Row(element, 0, "total", label, (total,), "", terms)]


def _remarks(desk: Desk, found: Outstanding, day: WibDay, unexplained: int) -> Iterable[Words]:
    if unexplained:
        yield Words(
            f"Rp {number(unexplained)} tidak terjelaskan: selisih sebelum rekening koran pertama "
            f"({day_text(desk.from_day)}).",
            f"Rp {number(unexplained)} is unexplained: it differed before the first statement "
            f"({day_text(desk.from_day)}).",
        )
    vague = (Cause.UNKNOWN, Cause.AMBIGUOUS)
    amounts = [line.amount for line, cause in found.lines if cause in vague]
    amounts += [-each.movement.amount for each, cause in found.movements if cause in vague]
    if amounts:
        yield Words(
            f"{len(amounts)} pos belum diketahui sebabnya, bersih Rp {number(sum(amounts))}.",
            f"The cause of {len(amounts)} items is not known, net Rp {number(sum(amounts))}.",
        )
    for each in desk.statements:
        if each.from_day <= day:
            told = f"{each.number} ({each.account}), {day_text(each.from_day)} – {day_text(each.to_day)}"
            yield Words(
                f"Rekening koran {told}: SHA-256 berkas {each.file_hash}.",
                f"Statement {told}: SHA-256 of the file {each.file_hash}.",
            )
