"""The journal as plain text that hledger (and ledger) or beancount read: the same entries, the same balances.

An account is its type and code, with the member's number below it where a line names one. Entries stand in
the order of their numbers; the same books give the same bytes.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final, TextIO

from sqlalchemy import Connection, Row, Select, select

from indexer.ledger import schema
from indexer.ledger.accounts import AccountType
from indexer.ledger.schema import unsigned
from indexer.ledger.titles import TITLES
from indexer.reports.entries import reference
from indexer.reports.statements.chart import Chart
from indexer.reports.statements.structs import Stand, Words
from rules.calendar import day_text
from rules.types import WibDay

CURRENCY: Final = "IDR"
_PAGE: Final = 20_000
_ROOTS: Final[Mapping[AccountType, str]] = {
    AccountType.ASSET: "Assets",
    AccountType.LIABILITY: "Liabilities",
    AccountType.EQUITY: "Equity",
    AccountType.INCOME: "Income",
    AccountType.EXPENSE: "Expenses",
}
_BEFORE_ALL: Final = "1970-01-01"
"""On which beancount's accounts are opened: no book day is before it."""
Lines = list[Row[Any]]


def export_journal(
    connection: Connection, form: str, chart: Chart, stand: Stand, file: TextIO, cooperative_id: int = 1
) -> int:
    """Write every entry into `file` in the form `hledger` or `beancount`; how many there were. KeyError for
    another form."""
    head, write = _FORMS[form]
    file.write(head(stand))
    opened: set[str] = set()
    count = 0
    for lines in _entries(connection, cooperative_id):
        write(file, chart, lines, opened)
        count += 1
    return count


def _hledger_head(stand: Stand) -> str:
    return f"; koperasi, block {stand.block_number} {stand.block_hash.hex()}, {stand.entries} entries\n\n"


def _beancount_head(stand: Stand) -> str:
    return f'{_hledger_head(stand)}option "title" "Koperasi"\noption "operating_currency" "{CURRENCY}"\n\n'


def _newly_opened(chart: Chart, lines: Lines, opened: set[str]) -> Iterator[tuple[str, Words]]:
    """The accounts of `lines` that no entry before named, each once; they are `opened` from here on."""
    for line in lines:
        name = _account(chart, line)
        if name not in opened:
            opened.add(name)
            yield name, chart.of(line.account).label


def _hledger(file: TextIO, chart: Chart, lines: Lines, opened: set[str]) -> None:
    first = lines[0]
    for name, label in _newly_opened(chart, lines, opened):
        file.write(f"account {name}  ; {_plain(label.id)} / {_plain(label.en)}\n")
    paper = _paper(first)
    code = f" ({paper})" if paper else ""
    file.write(f"{day_text(WibDay(first.book_day))}{code} {_title(first.rule)}  ; entry:{first.entry}, ")
    file.write(f"rule:{first.rule}, block:{first.block_number}, log:{first.log_index}\n")
    for line in lines:
        loan = f"  ; loan:{line.loan}" if line.loan else ""
        file.write(f"    {_account(chart, line)}  {line.amount} {CURRENCY}{loan}\n")
    file.write("\n")


def _beancount(file: TextIO, chart: Chart, lines: Lines, opened: set[str]) -> None:
    first = lines[0]
    for name, label in _newly_opened(chart, lines, opened):
        file.write(f"{_BEFORE_ALL} open {name} {CURRENCY}\n")
        file.write(f'  name: "{_plain(label.id)}"\n  name_en: "{_plain(label.en)}"\n')
    file.write(f'{day_text(WibDay(first.book_day))} * "{_title(first.rule)}"\n  entry: {first.entry}\n')
    file.write(f'  rule: "{first.rule}"\n  block: {first.block_number}\n  log: {first.log_index}\n')
    paper = _paper(first)
    if paper:
        file.write(f'  receipt: "{paper}"\n')
    for line in lines:
        file.write(f"  {_account(chart, line)}  {line.amount} {CURRENCY}\n")
        if line.loan:
            file.write(f"    loan: {line.loan}\n")
    file.write("\n")


_Head = Callable[[Stand], str]
_Write = Callable[[TextIO, Chart, Lines, set[str]], None]
_FORMS: Final[Mapping[str, tuple[_Head, _Write]]] = {
    "hledger": (_hledger_head, _hledger),
    "beancount": (_beancount_head, _beancount),
}
FORMS: Final = tuple(_FORMS)


def _account(chart: Chart, line: Row[Any]) -> str:
    name = f"{_ROOTS[chart.of(line.account).type]}:{line.account}"
    return name if line.member is None else f"{name}:M{line.member:06}"


def _title(rule: str) -> str:
    return " / ".join(TITLES[rule])


def _plain(text: str) -> str:
    """Without what ends a comment, a line or a text in quotation marks."""
    return " ".join(text.replace('"', "'").replace("\\", "/").replace(";", ",").split())


def _paper(line: Row[Any]) -> str:
    if line.receipt is None:
        return ""
    receipt = unsigned(line.receipt)
    return _plain(reference(receipt) or f"{receipt:016x}").replace("(", "[").replace(")", "]")


def _entries(connection: Connection, cooperative_id: int) -> Iterator[Lines]:
    """The lines of each entry, read in pieces by the numbers of entries."""
    last = connection.execute(
        select(schema.head.c.entries).where(schema.head.c.cooperative_id == cooperative_id)
    ).scalar_one_or_none()
    for first in range(1, (last or 0) + 1, _PAGE):
        rows = connection.execute(_piece(cooperative_id, first, first + _PAGE - 1)).all()
        for _, lines in groupby(rows, key=lambda row: row.entry):
            yield list(lines)


def _piece(cooperative_id: int, first: int, last: int) -> Select[Any]:
    line, entry = schema.line.c, schema.entry.c
    columns = (line.entry, line.book_day, line.account, line.amount, line.member, line.loan)
    place = (entry.rule, entry.receipt, entry.block_number, entry.log_index)
    return (
        select(*columns, *place)
        .join(schema.entry, (entry.cooperative_id == line.cooperative_id) & (entry.number == line.entry))
        .where(line.cooperative_id == cooperative_id, line.entry >= first, line.entry <= last)
        .order_by(line.entry, line.position)
    )
