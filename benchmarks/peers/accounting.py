"""The same books as a plain-text journal, and their trial balance by hledger, ledger and beancount."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, TextIO

from sqlalchemy import Connection, select

from benchmarks.peers.install import HERE, PeerError, debian_program, python_environment
from benchmarks.runs import peak_memory
from indexer.ledger.accounts import CHART
from indexer.ledger.schema import line
from rules.calendar import date_of_day
from rules.types import WibDay

_LIMIT_SECONDS: Final = 900
_PAGE: Final = 50_000
_ROOTS: Final = {
    "ASSET": "Assets",
    "LIABILITY": "Liabilities",
    "EQUITY": "Equity",
    "INCOME": "Income",
    "EXPENSE": "Expenses",
}
_FIGURE: Final = re.compile(r'^"?([A-Z][a-z]+:\d{4})"?[,|]"?(-?\d+)(?: IDR)?"?$', re.MULTILINE)

Balances = dict[int, int]
"""Debit less credit, by account; rupiah."""


@dataclass(frozen=True)
class Answer:
    """A trial balance, how long it took, and the peak memory in MiB where the system tells."""

    balances: Balances
    seconds: float
    mib: int | None


def peers(connection: Connection, day: WibDay, folder: Path) -> dict[str, Callable[[], Answer]]:
    """How each peer makes the trial balance at the end of `day`, from journals written into `folder`."""
    plain, beans = folder / "books.journal", folder / "books.beancount"
    with plain.open("w") as first, beans.open("w") as second:
        _write(connection, first, second)
    until = (date_of_day(day) + timedelta(days=1)).isoformat()
    depth = ["--depth", "2"]

    def hledger() -> Answer:
        program = str(debian_program("hledger"))
        return _ask([program, "-f", str(plain), "balance", "--flat", *depth, "--end", until, "-O", "csv"])

    def ledger() -> Answer:
        form = ["--no-total", "--balance-format", r"%(account)|%(quantity(scrub(display_total)))\n"]
        return _ask(
            [str(debian_program("ledger")), "-f", str(plain), "balance", *depth, "--end", until, *form]
        )

    def beancount() -> Answer:
        script = str(HERE / "beancount_balance.py")
        python = str(python_environment("beancount"))
        return _ask([python, script, str(beans), date_of_day(day).isoformat()])

    return {"ledger": ledger, "hledger": hledger, "beancount": beancount}


def _ask(command: list[str]) -> Answer:
    """Run a peer as a user would, from its start to its end."""
    name = Path(command[0]).name
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        peak = None
        while process.poll() is None:
            peak = max(peak or 0, peak_memory(process.pid) or 0) or None
            if time.perf_counter() - start > _LIMIT_SECONDS:
                process.kill()
                raise PeerError(f"{name} did not end within {_LIMIT_SECONDS} seconds")
            time.sleep(0.02)
        seconds = time.perf_counter() - start
        output, words = process.communicate()
    if process.returncode:
        raise PeerError(f"{name} failed: {(words.strip().splitlines() or ['nothing said'])[-1]}")
    balances = {int(account.split(":")[1]): int(amount) for account, amount in _FIGURE.findall(output)}
    return Answer({account: amount for account, amount in balances.items() if amount}, seconds, peak)


def _write(connection: Connection, plain: TextIO, beans: TextIO) -> None:
    """All entries; a line's account is root:code, and :Mnnnnnn below it where a member is named."""
    opened: set[str] = set()
    for number, day, postings in _entries(connection):
        date = date_of_day(day).isoformat()
        plain.write(
            f"{date} {number}\n" + "".join(f"    {name}  {amount} IDR\n" for name, amount in postings) + "\n"
        )
        for name, _ in postings:
            if name not in opened:
                opened.add(name)
                beans.write(f"1970-01-01 open {name}\n")
        lines = "".join(f"  {name}  {amount} IDR\n" for name, amount in postings)
        beans.write(f'{date} * "{number}"\n{lines}')


def _entries(connection: Connection) -> Iterator[tuple[int, WibDay, list[tuple[str, int]]]]:
    """Number, book day and (account, amount) of every entry."""
    roots = {info.code: _ROOTS[info.type] for info in CHART.values()}
    columns = (line.c.entry, line.c.book_day, line.c.account, line.c.amount, line.c.member)
    query = select(*columns).order_by(line.c.entry, line.c.position).execution_options(yield_per=_PAGE)
    current: tuple[int, WibDay, list[tuple[str, int]]] | None = None
    for number, day, account, amount, member in connection.execute(query):
        if current is None or current[0] != number:
            if current is not None:
                yield current
            current = (number, day, [])
        name = f"{roots[account]}:{account}"
        current[2].append((name if member is None else f"{name}:M{member:06}", amount))
    if current is not None:
        yield current
