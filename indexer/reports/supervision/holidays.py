"""The cooperative's file of holidays: CSV with a column `day`; others (a name, say) are not read."""

import csv

from rules.calendar import parse_day


class HolidayFileError(ValueError):
    """A file of holidays that cannot be read."""

    def __init__(self, indonesian: str, english: str) -> None:
        self.indonesian, self.english = indonesian, english
        super().__init__(f"{indonesian} / {english}")


def read_holidays(content: bytes) -> frozenset[int]:
    """WIB days that are no working days. HolidayFileError, with the line."""
    try:
        reader = csv.DictReader(content.decode("utf-8-sig").splitlines())
    except UnicodeDecodeError as error:
        raise HolidayFileError("Berkas hari libur bukan UTF-8.", "The holidays' file is no UTF-8.") from error
    if "day" not in (reader.fieldnames or ()):
        raise HolidayFileError(
            "Berkas hari libur: perlu kolom day (YYYY-MM-DD).",
            "Holidays: a column day (YYYY-MM-DD) is needed.",
        )
    found: set[int] = set()
    for row in reader:
        try:
            found.add(parse_day((row["day"] or "").strip()))
        except ValueError:
            raise HolidayFileError(
                f"Berkas hari libur, baris {reader.line_num}: tulis YYYY-MM-DD.",
                f"Holidays, line {reader.line_num}: write YYYY-MM-DD.",
            ) from None
    return frozenset(found)
