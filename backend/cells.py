"""The cells of a CSV file: read as text, and what a text says."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from rules.calendar import parse_day
from rules.types import LoanNumber, MemberNumber, WibDay

UINT32: Final = 2**32 - 1
TOO_MANY: Final = "too many cells"


class UnreadableDayBookError(ValueError):
    """A file that cannot be read; nothing of the folder was sent. The text says which file and what to do."""

    def __init__(self, path: Path, reason_id: str, reason_en: str) -> None:
        self.reason_id = reason_id
        self.reason_en = reason_en
        super().__init__(
            f"{path.name}: {reason_id}. Perbaiki berkas lalu impor lagi; belum ada yang dikirim. / "
            f"{path.name}: {reason_en}. Mend the file and import again; nothing was sent."
        )


def table(
    path: Path, columns: Sequence[str], more: Sequence[str] = ()
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file from 1, their cells stripped; a column of `more` may be absent, as if empty."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDayBookError(
            path,
            f"bukan teks UTF-8 (byte ke-{error.start}); simpan sebagai CSV UTF-8",
            f"not UTF-8 text (byte {error.start}); save it as CSV UTF-8",
        ) from error
    if "\0" in text:
        raise UnreadableDayBookError(path, "berisi byte nol; bukan CSV", "holds a zero byte; no CSV")
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey=TOO_MANY, strict=True)
    try:
        _check_columns(path, reader.fieldnames or (), columns, more)
        for number, row in enumerate(reader, start=1):
            cells = {column: (row.get(column) or "").strip() for column in (*columns, *more)}
            yield number, cells | ({TOO_MANY: "1"} if TOO_MANY in row else {})
    except csv.Error as error:
        line = reader.reader.line_num
        raise UnreadableDayBookError(
            path, f"baris {line} bukan CSV ({error})", f"line {line} is no CSV ({error})"
        ) from error


def _check_columns(path: Path, found: Sequence[str], columns: Sequence[str], more: Sequence[str]) -> None:
    """Every column is there, and none that is read is there twice."""
    missing = ", ".join(column for column in columns if column not in found)
    if missing:
        raise UnreadableDayBookError(path, f"kolom tidak ada: {missing}", f"missing column: {missing}")
    twice = ", ".join(column for column in (*columns, *more) if found.count(column) > 1)
    if twice:
        raise UnreadableDayBookError(
            path, f"kolom lebih dari satu: {twice}", f"column more than once: {twice}"
        )


def day_of(text: str) -> WibDay:
    """The WIB day of YYYY-MM-DD, or -1."""
    try:
        return parse_day(text)
    except ValueError:
        return WibDay(-1)


def amount_of(text: str) -> int | None:
    """Whole rupiah from 0 up, else None (a sign, a fraction, thousands separators, no number at all)."""
    return int(text) if re.fullmatch(r"[0-9]{1,40}", text) else None


def number_of(text: str) -> int | None:
    """A number of a member or a loan, from 1 to 2^32 - 1, else None."""
    value = amount_of(text)
    return value if value is not None and 1 <= value <= UINT32 else None


def small_number(text: str) -> int | None:
    """A number below 2^16, else None."""
    value = amount_of(text)
    return value if value is not None and value < 2**16 else None


def member_of(text: str) -> MemberNumber | None:
    value = number_of(text)
    return None if value is None else MemberNumber(value)


def loan_of(text: str) -> LoanNumber | None:
    value = number_of(text)
    return None if value is None else LoanNumber(value)
