"""The chart of accounts as statements need it: each account with its line and its class of cash flow.

A cooperative's own chart is the file whose hash `ChartAdopted` says; it may have accounts of its own, and
the columns of data/accounts.csv for them. What it does not say of an account is as data/accounts.csv has it,
and for accounts that this does not know, as for others of the type.
"""

import csv
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, literal_column, select

from indexer.ledger import schema
from indexer.ledger.accounts import CHART, AccountType, is_income_or_expense
from indexer.reports.prepared import Prepared
from indexer.reports.statements.layout import DATA, layouts
from indexer.reports.statements.options import MEMBER_SHARES, options_on
from indexer.reports.statements.structs import Words
from rules.types import WibDay

ACCOUNTS_FILE: Final = DATA / "accounts.csv"
HOUSE_FILE: Final = Path(__file__).parents[3] / "examples" / "accounts.csv"
"""The chart that a deployment adopts unless told otherwise."""
NEWEST: Final = WibDay((1 << 31) - 1)
"""A day after all others: for the chart that was adopted last."""
MAX_ACCOUNT: Final = (1 << 16) - 1
"""The largest code an account can have: that of a journal's line on the chain."""
ACTIVITIES: Final = ("cash", "operating", "investing", "financing", "opening")
_STATEMENT: Final[Mapping[AccountType, tuple[str, str]]] = {
    AccountType.ASSET: ("position", "Assets"),
    AccountType.LIABILITY: ("position", "Liabilities"),
    AccountType.EQUITY: ("position", "Equity"),
    AccountType.INCOME: ("surplus", ""),
    AccountType.EXPENSE: ("surplus", ""),
}
_FIRST_DIGIT: Final = {"1": "ASSET", "2": "LIABILITY", "3": "EQUITY", "4": "INCOME", "5": "EXPENSE"}
FindChart = Callable[[bytes], bytes | None]
"""The bytes of the chart's file with this SHA-256, None if nobody has it."""


class ChartError(ValueError):
    """A chart's file that statements cannot be made by."""

    def __init__(self, indonesian: str, english: str) -> None:
        super().__init__(f"{indonesian} / {english}")
        self.indonesian = indonesian
        self.english = english


@dataclass(frozen=True, slots=True)
class Account:
    """An account. `line` is its element in balance sheet or PHU; `activity` one of ACTIVITIES; `received` and
    `paid` the elements of the cash flows for its credits and debits against cash; `indirect` that for its
    change, empty where it is part of the surplus."""

    code: int
    label: Words
    type: AccountType
    debit: bool
    line: str
    activity: str
    received: str
    paid: str
    indirect: str
    known: bool = True

    @property
    def earns(self) -> bool:
        """Whether its movements are income or expense."""
        return self.type in (AccountType.INCOME, AccountType.EXPENSE)


@dataclass(frozen=True, slots=True)
class Chart:
    """The accounts by code. `hash` of the file that was adopted, empty if none was; `since` when; `complete`
    whether that file was at hand, so that its accounts are these."""

    accounts: Mapping[int, Account]
    hash: bytes
    since: WibDay | None
    complete: bool

    def of(self, code: int) -> Account:
        """An account; one that no chart names is told by its code, and its type by the first digit."""
        found = self.accounts.get(code)
        return found or _account({"code": str(code), "type": _FIRST_DIGIT.get(str(code)[0], "ASSET")}, False)

    def by_line(self) -> dict[str, tuple[int, ...]]:
        """The codes of the accounts of each line."""
        lines: dict[str, tuple[int, ...]] = {}
        for account in self.accounts.values():
            lines[account.line] = (*lines.get(account.line, ()), account.code)
        return lines


def house_chart_file(chart_hash: bytes) -> bytes | None:
    """The house's own chart, if that is the one with this hash."""
    content = HOUSE_FILE.read_bytes() if HOUSE_FILE.is_file() else b""
    return content if sha256(content).digest() == chart_hash else None


def chart_on(
    connection: Connection, day: WibDay, cooperative_id: int = 1, find: FindChart = house_chart_file
) -> Chart:
    """The chart in force at the end of `day`, with pokok and wajib where the options of that day put them.

    ChartError if the file that was adopted cannot be read; if `find` has it not, the house's chart stands in
    and `complete` is False.
    """
    adopted = _ADOPTED.rows(connection, mine=cooperative_id, day=day)
    chart_hash, since = b"", None
    accounts, complete = house_accounts(), not adopted
    if adopted:
        value, effective = adopted[-1]
        chart_hash, since = bytes.fromhex(json.loads(value)["hash"].removeprefix("0x")), WibDay(effective)
        content = find(chart_hash)
        if content is not None:
            if sha256(content).digest() != chart_hash:
                raise ChartError(
                    "Berkas bagan akun bukan yang diputuskan.", "The chart's file is not the adopted one."
                )
            accounts, complete = {**accounts, **read_chart(content)}, True
    options = options_on(connection, day, cooperative_id)
    if MEMBER_SHARES in options and options[MEMBER_SHARES].text == "liability":
        accounts = {code: _owed(account) for code, account in accounts.items()}
    return Chart(accounts, chart_hash, since, complete)


@lru_cache(maxsize=1)
def house_accounts() -> Mapping[int, Account]:
    """Every account of `indexer.ledger.accounts.CHART`."""
    sides = {True: "DR", False: "CR"}
    rows = (
        {
            "code": str(info.code),
            "name": info.name,
            "name_en": info.name_en,
            "type": info.type.value,
            "normal_side": sides[info.debit],
        }
        for info in CHART.values()
    )
    return {int(row["code"]): _account(row) for row in rows}


@lru_cache(maxsize=8)
def read_chart(content: bytes) -> Mapping[int, Account]:
    """The accounts of a chart's file: code, name, name_en, type, normal_side, and any of line, activity,
    received, paid, indirect. ChartError, with the row."""
    try:
        text = StringIO(content.decode("utf-8-sig"), newline="")
        accounts = [_account(_whole(row)) for row in csv.DictReader(text, strict=True)]
    except (KeyError, ValueError, csv.Error) as error:
        raise ChartError(
            f"Bagan akun tidak terbaca: {error}.", f"The chart of accounts cannot be read: {error}."
        ) from error
    if not accounts or len({account.code for account in accounts}) != len(accounts):
        raise ChartError("Bagan akun kosong, atau ada kode ganda.", "The chart is empty or has a code twice.")
    for account in accounts:
        _check(account)
    return {account.code: account for account in accounts}


def _whole(row: dict[str | None, Any]) -> dict[str, str]:
    """A row as long as the head, with a code and a side that can be, and words of one line. ValueError."""
    cells = list(row.values())
    if None in row or None in cells or not all(map(str.isprintable, cells)):
        raise ValueError(f"{cells} is no row of printable cells as long as the head")
    code, side = row["code"], row.get("normal_side", "")
    if not re.fullmatch("[1-9][0-9]{3,4}", code) or int(code) > MAX_ACCOUNT or side not in ("", "DR", "CR"):
        raise ValueError(f"code {code!r}, normal_side {side!r}")
    return {str(name): cell for name, cell in row.items()}


@lru_cache(maxsize=1)
def _presentation() -> Mapping[str, Mapping[str, str]]:
    with ACCOUNTS_FILE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def _account(row: Mapping[str, str], known: bool = True) -> Account:
    code, told = row["code"], _presentation()
    of_type = AccountType(row["type"])
    default = told.get(code) or told[of_type.value]
    names = ("line", "activity", "received", "paid", "indirect")
    line, activity, received, paid, indirect = (row.get(name) or default[name] for name in names)
    label = Words(row.get("name") or f"Akun {code}", row.get("name_en") or f"Account {code}")
    normal = row.get("normal_side") or ("DR" if of_type in (AccountType.ASSET, AccountType.EXPENSE) else "CR")
    debit = normal == "DR"
    return Account(int(code), label, of_type, debit, line, activity, received, paid, indirect, known)


def _check(account: Account) -> None:
    """Every element that an account names must be a line of its statement; and what a year's close empties
    must be income or expense, and nothing else."""
    statement, root = _STATEMENT[account.type]
    direct, indirect = layouts()["cash-flows-direct"], layouts()["cash-flows-indirect"]
    cash = account.activity == "cash"
    closed = is_income_or_expense(account.code)
    wrong = (
        (account.earns != closed, account.type.value),
        (account.line not in layouts()[statement] or not _stands_under(account.line, root), account.line),
        (account.activity not in ACTIVITIES, account.activity),
        (not cash and account.received not in direct, account.received),
        (not cash and account.paid not in direct, account.paid),
        (not (cash or account.earns) and account.indirect not in indirect, account.indirect),
    )
    for is_wrong, element in wrong:
        if is_wrong:
            raise ChartError(
                f"Bagan akun: akun {account.code} tidak dapat masuk ke {element!r}.",
                f"The chart: account {account.code} cannot go to {element!r}.",
            )


def _stands_under(element: str, root: str) -> bool:
    layout = layouts()["position"]
    while root and element in layout and element != root:
        element = layout[element].parent
    return element == root or not root


def _owed(account: Account) -> Account:
    if account.line in ("ShareSavings", "MandatorySavings"):
        return replace(account, line=f"{account.line}AsLiability")
    return account


def _adopted_query() -> Select[Any]:
    setting = schema.setting.c
    return (
        select(setting.value, setting.effective_day)
        .where(setting.cooperative_id == bindparam("mine"))
        .where(setting.name == literal_column("'chart'"), setting.effective_day <= bindparam("day"))
        .order_by(setting.effective_day, setting.block_number, setting.log_index)
    )


_ADOPTED: Final = Prepared(_adopted_query())
