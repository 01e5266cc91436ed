"""How a bank writes its CSV: a TOML file that says which column is what. Nothing is guessed."""

import datetime
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from backend.workbench.amounts import DecimalSign
from backend.workbench.errors import ProfileError
from rules.bank_matching import MatchKind, MatchRule

_Name = Annotated[str, Meta(min_length=1, max_length=80)]
_Order = Literal["oldest-first", "newest-first"]
ENCODINGS: Final = ("utf-8", "utf-8-sig", "cp1252", "iso-8859-1")


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Headings. Either `amount` (signed, or with CR and DB after it, or with a column `side` that holds the
    words of `[side]`), or `debit` (out of the account) and `credit` (into it)."""

    date: _Name
    text: Annotated[tuple[_Name, ...], Meta(min_length=1)]
    amount: _Name | None = None
    side: _Name | None = None
    debit: _Name | None = None
    credit: _Name | None = None
    balance: _Name | None = None


class Side(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of the column `side`."""

    credit: Annotated[tuple[_Name, ...], Meta(min_length=1)]
    debit: Annotated[tuple[_Name, ...], Meta(min_length=1)]


class Balances(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How lines that give the balances begin (`SALDO AWAL`), and in which cell from 0 the figure is. Without
    them, the column `balance` says both."""

    opening: _Name
    closing: _Name
    cell: Annotated[int, Meta(ge=0, le=50)]


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One bank's CSV. `skip`: lines before the headings; `ignore`: rows whose first cell begins so."""

    name: _Name
    account: _Name
    columns: Columns
    delimiter: Literal[",", ";", "\t", "|"] = ","
    decimal: DecimalSign = ","
    date_format: _Name = "%d/%m/%Y"
    encoding: Literal["utf-8", "utf-8-sig", "cp1252", "iso-8859-1"] = "utf-8-sig"
    order: _Order = "oldest-first"
    skip: Annotated[int, Meta(ge=0, le=100)] = 0
    ignore: tuple[_Name, ...] = ()
    side: Side | None = None
    balances: Balances | None = None


def read_profile(path: Path) -> Profile:
    """The profile in a TOML file. ProfileError says which key, and what to do."""
    try:
        profile = msgspec.toml.decode(path.read_bytes(), type=Profile)
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise _refused(path, str(error), str(error)) from error
    return _checked(path, profile)


def _checked(path: Path, profile: Profile) -> Profile:
    columns = profile.columns
    signed, apart = columns.amount is not None, columns.debit is not None and columns.credit is not None
    half = (columns.debit is None) != (columns.credit is None)
    if signed == apart or half:
        raise _refused(path, "sebut amount, atau debit dan credit", "say amount, or debit and credit")
    if (columns.side is None) != (profile.side is None) or (columns.side is not None and not signed):
        raise _refused(path, "side perlu amount dan tabel [side]", "side needs amount and the table [side]")
    if profile.balances is None and columns.balance is None:
        raise _refused(
            path,
            "sebut kolom balance, atau tabel [balances]",
            "say the column balance, or the table [balances]",
        )
    today = datetime.date(2025, 12, 31)
    try:
        back = datetime.datetime.strptime(today.strftime(profile.date_format), profile.date_format)  # noqa: DTZ007
    except ValueError as error:
        raise _refused(path, f"date_format: {error}", f"date_format: {error}") from error
    if back.date() != today:
        raise _refused(
            path, "date_format tidak memuat hari, bulan, tahun", "date_format lacks day, month or year"
        )
    return profile


def _refused(path: Path, indonesian: str, english: str) -> ProfileError:
    return ProfileError(
        f"Profil {path.name}: {indonesian}. Contoh: examples/bank/profile.toml.",
        f"Profile {path.name}: {english}. An example: examples/bank/profile.toml.",
    )


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: MatchKind
    days: Annotated[int, Meta(ge=0, le=62)] = 0
    parts: Annotated[int, Meta(ge=0, le=6)] = 0


class _Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: Annotated[tuple[_Rule, ...], Meta(min_length=1)]


def read_rules(path: Path) -> tuple[MatchRule, ...]:
    """An office's own rules of matching, in their order: tables [[rule]] with kind, days, parts.
    ProfileError."""
    try:
        told = msgspec.toml.decode(path.read_bytes(), type=_Rules).rule
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise _rules_refused(path, str(error)) from error
    if any(each.kind is MatchKind.HAND for each in told):
        raise _rules_refused(path, "HAND")
    return tuple(MatchRule(each.kind, each.days, each.parts) for each in told)


def _rules_refused(path: Path, reason: str) -> ProfileError:
    return ProfileError(
        f"Aturan {path.name}: {reason}. Contoh: examples/bank/rules.toml.",
        f"Rules {path.name}: {reason}. An example: examples/bank/rules.toml.",
    )
