"""A bank's CSV by its profile: strict, nothing guessed, nothing rounded."""

import csv
import datetime
import io
from collections.abc import Sequence
from typing import Final

from backend.workbench.amounts import AmountError, rupiah_of
from backend.workbench.errors import StatementRefusedError
from backend.workbench.profiles import Profile
from backend.workbench.statement import TEXT_MOST, BankStatement, StatementLine, checked
from rules.calendar import day_of_date
from rules.types import Channel, WibDay

FORM: Final = "CSV"
_Row = tuple[int, list[str]]


def read_csv(
    content: bytes,
    profile: Profile,
    channel: Channel,
    span: tuple[WibDay | None, WibDay | None] = (None, None),
) -> BankStatement:
    """The statement in a CSV. `span`: the period it was asked for, else its first and last line.
    StatementRefusedError."""
    rows = _rows(content, profile)
    heads, table = rows[0], rows[1:]
    opening, closing, table = _balances(profile, table)
    reader = _Reader(profile, heads)
    read = [reader.line(row) for row in table]
    if profile.order == "newest-first":
        read.reverse()
    lines = tuple(line for line, _ in read)
    running = [balance for _, balance in read if balance is not None]
    if opening is None or closing is None:
        if not lines or not running:
            raise _refused(0, "tanpa baris dan tanpa saldo", "has no line and no balance")
        opening, closing = running[0] - lines[0].amount, running[-1]
    _check_running(opening, read)
    days = [line.day for line in lines]
    begin, end = span[0] or min(days, default=None), span[1] or max(days, default=None)
    if begin is None or end is None:
        raise _refused(0, "tanpa baris: sebut --from dan --to", "has no line: say --from and --to")
    return checked(BankStatement(channel, profile.account, begin, end, opening, closing, lines, FORM))


def _rows(content: bytes, profile: Profile) -> list[_Row]:
    """The headings' row and those after it, with their line numbers; empty and ignored ones left out."""
    try:
        text = content.decode(profile.encoding)
    except UnicodeDecodeError as error:
        raise _refused(
            0,
            f"bukan {profile.encoding} (byte {error.start})",
            f"is not {profile.encoding} (byte {error.start})",
        ) from None
    if "\0" in text:
        raise _refused(0, "berisi byte nol", "holds a zero byte")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=profile.delimiter, strict=True)
    found: list[_Row] = []
    try:
        for cells in reader:
            if reader.line_num > profile.skip and any(map(str.strip, cells)):
                found.append((reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error as error:
        raise _refused(reader.line_num, f"bukan CSV ({error})", f"is no CSV ({error})") from None
    found = (
        [found[0], *(row for row in found[1:] if not row[1][0].startswith(profile.ignore or "\0"))]
        if found
        else []
    )
    if not found:
        raise _refused(0, "kosong", "is empty")
    return found


def _balances(profile: Profile, table: Sequence[_Row]) -> tuple[int | None, int | None, list[_Row]]:
    """Opening and closing balance by their own rows, and the other rows."""
    if profile.balances is None:
        return None, None, list(table)
    told: list[int] = []
    rest = list(table)
    for begins in (profile.balances.opening, profile.balances.closing):
        held = [row for row in rest if row[1][0].startswith(begins)]
        if len(held) != 1 or profile.balances.cell >= len(held[0][1]):
            raise _refused(
                0,
                f"harus punya satu baris {begins!r} dengan saldonya",
                f"must have one row {begins!r} with its balance",
            )
        rest.remove(held[0])
        told.append(_amount(profile, held[0][0], begins, held[0][1][profile.balances.cell]))
    return told[0], told[1], rest


class _Reader:
    """Reads rows under the headings of a file."""

    def __init__(self, profile: Profile, heads: _Row) -> None:
        self._profile, self._heads = profile, heads[1]
        columns = profile.columns
        named = (columns.date, columns.amount, columns.side, columns.debit, columns.credit, columns.balance)
        for name in (*columns.text, *filter(None, named)):
            if self._heads.count(name) != 1:
                raise _refused(heads[0], f"harus punya satu kolom {name!r}", f"must have one column {name!r}")

    def line(self, row: _Row) -> tuple[StatementLine, int | None]:
        """A line, and the balance after it where the file says it."""
        number, cells = row
        if len(cells) != len(self._heads):
            raise _refused(
                number,
                f"punya {len(cells)} kolom, kepalanya {len(self._heads)}",
                f"has {len(cells)} cells, the headings {len(self._heads)}",
            )
        columns = self._profile.columns
        told = dict(zip(self._heads, cells, strict=True))
        text = " ".join(" ".join(told[name] for name in columns.text).split())[:TEXT_MOST]
        balance = None
        if columns.balance is not None and told[columns.balance]:
            balance = _amount(self._profile, number, columns.balance, told[columns.balance])
        return StatementLine(
            self._day(number, told[columns.date]), self._moved(number, told), text, number
        ), balance

    def _day(self, number: int, text: str) -> WibDay:
        try:
            return day_of_date(datetime.datetime.strptime(text, self._profile.date_format).date())  # noqa: DTZ007
        except ValueError:
            form = self._profile.date_format
            raise _refused(number, f"tanggal bukan {form}", f"the date is not {form}") from None

    def _moved(self, number: int, told: dict[str, str]) -> int:
        columns = self._profile.columns
        if columns.amount is None:
            debit, credit = (self._part(number, name, told) for name in (columns.debit, columns.credit))
            if min(debit, credit) < 0 or (debit and credit):
                raise _refused(number, "debit dan kredit bersamaan", "has debit and credit at once")
            return credit - debit
        amount = _amount(self._profile, number, columns.amount, told[columns.amount])
        side = self._profile.side
        if columns.side is None or side is None:
            return amount
        word = told[columns.side]
        if amount < 0 or word not in (*side.credit, *side.debit):
            raise _refused(
                number, f"kolom {columns.side!r} tidak dikenal", f"column {columns.side!r} is unknown"
            )
        return amount if word in side.credit else -amount

    def _part(self, number: int, name: str | None, told: dict[str, str]) -> int:
        text = told[name or ""]
        return _amount(self._profile, number, name or "", text) if text else 0


def _check_running(opening: int, read: Sequence[tuple[StatementLine, int | None]]) -> None:
    """Every balance that the file says is the one before it with the line's amount."""
    at = opening
    for line, balance in read:
        at += line.amount
        if balance is not None and balance != at:
            raise _refused(
                line.row, f"saldo {balance}, seharusnya {at}", f"has the balance {balance}, it should be {at}"
            )


def _amount(profile: Profile, number: int, column: str, text: str) -> int:
    try:
        return rupiah_of(text, profile.decimal)
    except AmountError as error:
        raise _refused(number, f"{column}: {error.indonesian}", f"{column}: {error.english}") from None


def _refused(number: int, indonesian: str, english: str) -> StatementRefusedError:
    row_id, row_en = (f"Baris {number}", f"Line {number}") if number else ("Berkas", "The file")
    return StatementRefusedError(
        f"{row_id} {indonesian}. Tidak ada yang disimpan.", f"{row_en} {english}. Nothing was kept."
    )
