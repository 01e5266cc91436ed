"""A bank statement as it was read, whatever file it came in; that it adds up."""

from typing import Final, NamedTuple

from backend.documents.indonesian import number
from backend.workbench.errors import StatementRefusedError
from rules.calendar import day_text
from rules.types import Channel, WibDay

TEXT_MOST: Final = 400
"""Characters of a line's text that are kept."""


class StatementLine(NamedTuple):
    """A line: rupiah into the account positive, and what the bank wrote; `row`: its place in the file."""

    day: WibDay
    amount: int
    text: str
    row: int = 0


class BankStatement(NamedTuple):
    """One account's lines in order, from the beginning of `from_day` to the end of `to_day`; rupiah."""

    channel: Channel
    account: str
    from_day: WibDay
    to_day: WibDay
    opening: int
    closing: int
    lines: tuple[StatementLine, ...]
    form: str


def checked(statement: BankStatement) -> BankStatement:
    """The same if it adds up and its days are in order. StatementRefusedError."""
    moved = sum(line.amount for line in statement.lines)
    if statement.opening + moved != statement.closing:
        found = statement.opening + moved
        raise StatementRefusedError(
            f"Saldo awal {number(statement.opening)} ditambah mutasi {number(moved)} adalah {number(found)}, "
            f"bukan saldo akhir {number(statement.closing)}: berkas terpotong atau diubah; unduh lagi.",
            f"Opening {number(statement.opening)} with movements {number(moved)} is {number(found)}, not the "
            f"closing balance {number(statement.closing)}: cut short or altered; download it again.",
        )
    if statement.from_day > statement.to_day:
        raise StatementRefusedError(
            f"Rekening koran berakhir {day_text(statement.to_day)}, sebelum dimulai.",
            f"The statement ends on {day_text(statement.to_day)}, before it begins.",
        )
    before = statement.from_day
    for line in statement.lines:
        if not before <= line.day <= statement.to_day:
            raise StatementRefusedError(
                f"Baris {line.row} bertanggal {day_text(line.day)}: tidak urut, atau di luar periode.",
                f"Line {line.row} is of {day_text(line.day)}: out of order, or outside of the period.",
            )
        if line.amount == 0:
            raise StatementRefusedError(f"Baris {line.row} tanpa jumlah.", f"Line {line.row} has no amount.")
        before = line.day
    return statement
