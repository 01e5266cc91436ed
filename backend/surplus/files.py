"""Reading the two files that a surplus is split by (`shu/` in examples/README.md)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from backend.cells import TOO_MANY, UnreadableDayBookError, amount_of, member_of, table
from rules.shu import Bases, SurplusError
from rules.types import MAX_RUPIAH, BasisPoints, MemberNumber, Rupiah

_BASES: Final = ("member_no", "capital", "business")
_LAST_YEAR: Final = 9999


class SurplusFileError(SurplusError):
    """A file of a surplus that cannot be read, or says what cannot be: which, and why."""

    def __init__(self, path: Path, indonesian: str, english: str) -> None:
        super().__init__(f"{path.name}: {indonesian}.", f"{path.name}: {english}.")


@dataclass(frozen=True, slots=True)
class Allocation:
    """The meeting's decision: the surplus of a book year in rupiah (a loss below 0), and each pot's part."""

    year: int
    net_surplus: Rupiah
    allocation_bps: Mapping[str, BasisPoints]


def read_allocation(path: Path) -> Allocation:
    """The allocation in a JSON file. SurplusFileError if it cannot be read, or a number is no whole one."""
    value = _document(path)
    if not isinstance(value, dict):
        raise SurplusFileError(path, "bukan objek JSON", "no JSON object")
    missing = [name for name in Allocation.__slots__ if name not in value]
    if missing:
        names = ", ".join(missing)
        raise SurplusFileError(path, f"tidak ada: {names}", f"missing: {names}")
    shares = value["allocation_bps"]
    if not isinstance(shares, dict):
        raise SurplusFileError(path, "allocation_bps bukan objek JSON", "allocation_bps is no JSON object")
    return Allocation(
        _whole(path, "year", value["year"], 1, _LAST_YEAR),
        Rupiah(_whole(path, "net_surplus", value["net_surplus"], -MAX_RUPIAH, MAX_RUPIAH)),
        {
            pot: BasisPoints(_whole(path, f"allocation_bps.{pot}", share, 0, MAX_RUPIAH))
            for pot, share in shares.items()
        },
    )


def read_bases(path: Path) -> dict[MemberNumber, Bases]:
    """Each member's bases in a CSV file, in rupiah. SurplusFileError for a file or row that cannot be."""
    bases: dict[MemberNumber, Bases] = {}
    for number, cells in _rows(path):
        if TOO_MANY in cells:
            raise _wrong(path, number, "terlalu banyak kolom", "too many cells")
        member = member_of(cells["member_no"])
        if member is None:
            raise _wrong(path, number, "member_no bukan nomor anggota", "member_no is no member's number")
        if member in bases:
            raise _wrong(path, number, f"anggota {member} sudah ada", f"member {member} is there already")
        capital, business = (_base(path, number, name, cells[name]) for name in ("capital", "business"))
        bases[member] = Bases(capital, business)
    return bases


def _document(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"), object_pairs_hook=_no_name_twice)
    except OSError as error:
        raise _unopened(path, error) from error
    except UnicodeDecodeError as error:
        byte = error.start
        raise SurplusFileError(
            path, f"bukan teks UTF-8 (byte ke-{byte})", f"not UTF-8 text (byte {byte})"
        ) from error
    except (ValueError, RecursionError) as error:
        raise SurplusFileError(path, f"bukan JSON ({error})", f"no JSON ({error})") from error


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)} 2x")
    return value


def _whole(path: Path, name: str, value: object, least: int, most: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    raise SurplusFileError(
        path,
        f"{name} harus bilangan bulat dari {least} sampai {most}",
        f"{name} must be a whole number from {least} to {most}",
    )


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        return list(table(path, _BASES))
    except OSError as error:
        raise _unopened(path, error) from error
    except UnreadableDayBookError as error:
        raise SurplusFileError(path, error.reason_id, error.reason_en) from error


def _base(path: Path, number: int, name: str, text: str) -> int:
    amount = amount_of(text)
    if amount is None or amount > MAX_RUPIAH:
        raise _wrong(
            path,
            number,
            f"{name} harus rupiah bulat dari 0 sampai {MAX_RUPIAH}, hanya angka",
            f"{name} must be whole rupiah from 0 to {MAX_RUPIAH}, digits only",
        )
    return amount


def _wrong(path: Path, number: int, indonesian: str, english: str) -> SurplusFileError:
    return SurplusFileError(path, f"baris {number}: {indonesian}", f"row {number}: {english}")


def _unopened(path: Path, error: OSError) -> SurplusFileError:
    return SurplusFileError(
        path, f"berkas tidak dapat dibuka ({error.strerror})", f"the file cannot be opened ({error.strerror})"
    )
