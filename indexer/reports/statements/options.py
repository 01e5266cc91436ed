"""The accounting options that were adopted, and what statements ask of them."""

import json
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, bindparam, literal_column, select

from indexer.ledger import schema
from indexer.reports.prepared import Prepared
from rules.types import BPS, WibDay

MEMBER_SHARES: Final = "member-shares"
"""Option: simpanan pokok and wajib are `equity` (default) or a `liability`."""
MARKET_LOAN_RATE: Final = "market-loan-rate"
MARKET_SAVINGS_RATE: Final = "market-savings-rate"
"""Options: basis points a year that members would pay and get elsewhere; none unless adopted."""
_WORD: Final = 32
_HASHES: Final = 1 << 128
"""No number that an option holds is as large."""


class Adopted(NamedTuple):
    """An option in force: its key as text, its value, and the day from which it holds."""

    key: str
    value: bytes
    since: WibDay

    @property
    def text(self) -> str:
        """The value as it was meant: letters, a number, or a hash."""
        letters = self.value.rstrip(b"\0")
        if letters and letters.isascii() and letters.decode().isprintable():
            return letters.decode()
        number = int.from_bytes(self.value, "big")
        return str(number) if number < _HASHES else f"0x{self.value.hex()}"


def options_on(connection: Connection, day: WibDay, cooperative_id: int = 1) -> dict[str, Adopted]:
    """The options that hold at the end of `day`, by key."""
    found = {}
    for since, text in _OPTIONS.rows(connection, mine=cooperative_id, day=day):
        told = json.loads(text)
        key, value = (bytes.fromhex(told[name].removeprefix("0x")) for name in ("key", "value"))
        name = key.rstrip(b"\0").decode("latin-1")
        if not (name.isascii() and name.isprintable()):
            name = f"0x{key.hex()}"
        found[name] = Adopted(name, value, WibDay(since))
    return found


def rate_of(options: dict[str, Adopted], key: str) -> int | None:
    """Basis points that were adopted for `key`; None if none were, or what was adopted is no rate."""
    adopted = options.get(key)
    if adopted is None or len(adopted.value) != _WORD:
        return None
    rate = int.from_bytes(adopted.value, "big")
    return rate if 0 < rate <= BPS else None


def _options_query() -> Select[Any]:
    setting = schema.setting.c
    return (
        select(setting.effective_day, setting.value)
        .where(setting.cooperative_id == bindparam("mine"))
        .where(setting.name == literal_column("'option'"), setting.effective_day <= bindparam("day"))
        .order_by(setting.effective_day, setting.block_number, setting.log_index)
    )


_OPTIONS: Final = Prepared(_options_query())
