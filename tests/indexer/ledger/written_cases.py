"""Cases of `cases/*.toml`: an event, what the books held before, and the entries it makes, worked by hand."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from indexer.chain import events as ev
from indexer.chain.events import Event, LogRef
from indexer.ledger.loans import KnownLoans
from indexer.ledger.posting import RULE_OF
from indexer.ledger.rule import Entry
from rules.calendar import parse_day
from tests.indexer.loan_events import opened, paid, started

FOLDER: Final = Path(__file__).with_name("cases")
NOON: Final = "2025-04-01T05:00:00Z"
LOAN: Final = 44
BORROWER: Final = 12
LENT_ON: Final = parse_day("2025-01-15")


class Written(NamedTuple):
    """A case; `rule` is the name of its file. `held` is of loan 44 of member 12, `due` what
    2120 owes of members."""

    rule: str
    name: str
    contract: str
    event: Event
    ledger: str
    time: int
    held: Mapping[str, int] | None
    balances: Mapping[int, int]
    due: Mapping[int, int]


def written_cases() -> list[Written]:
    """Every case of every file."""
    return [_case(path.stem, raw) for path in sorted(FOLDER.glob("*.toml")) for raw in _read(path)]


def posted(case: Written) -> tuple[Entry, ...]:
    """What the case's event posts."""
    ref = LogRef(7, b"\x01" * 32, case.time, b"\x02" * 32, 0, 3, b"\x03" * 20, case.contract)
    known = KnownLoans()
    if case.held:
        known.apply(ref, started(LOAN, BORROWER, case.held["outstanding"], LENT_ON))
        known.post(LOAN, 1220, case.held["receivable"])
        known.post(LOAN, 1290, -case.held["allowance"])
    for account, amount in case.balances.items():
        known.books.days.add((account, LENT_ON), amount)
    for member, amount in case.due.items():
        known.savings.members.add((member, 2120), -amount)
    return RULE_OF[type(case.event)].post(ref, case.event, known)


def _read(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))["case"]
    return found


def _case(rule: str, raw: dict[str, Any]) -> Written:
    time = int(datetime.fromisoformat(raw.get("time", NOON)).timestamp())
    balances = {int(account): amount for account, amount in raw.get("balances", {}).items()}
    due = {int(member): amount for member, amount in raw.get("due", {}).items()}
    event = _event(dict(raw["event"]))
    ledger = raw["ledger"].strip()
    return Written(rule, raw["name"], raw["contract"], event, ledger, time, raw.get("held"), balances, due)


def _event(fields: dict[str, Any]) -> Event:
    name = fields.pop("type")
    for day in ("day", "book_day", "through"):
        if day in fields:
            fields[day] = parse_day(fields[day])
    make: Callable[..., Event] = _MAKERS.get(name, getattr(ev, name))
    return make(**fields)


def _payroll(rows: list[list[int]], **fields: int) -> Event:
    places = (224, 168, 112, 80, 24, 0)
    words = (sum(part << place for part, place in zip(row, places, strict=True)) for row in rows)
    return ev.PayrollPosted(rows=tuple(words), **fields)  # type: ignore[arg-type]


def _journal(lines: list[list[int]], **fields: int) -> Event:
    places = (80, 72, 64, 0)
    words = (sum(part << place for part, place in zip(line, places, strict=True)) for line in lines)
    return ev.JournalPosted(lines=tuple(words), **fields)  # type: ignore[arg-type]


_MAKERS: Final[dict[str, Callable[..., Event]]] = {
    "LoanStarted": started,
    "LoanPaid": paid,
    "LoanOpened": opened,
    "LoanWrittenOff": lambda **fields: ev.LoanWrittenOff(document_hash=bytes(32), **fields),
    "LoanAssumed": lambda **fields: ev.LoanAssumed(document_hash=bytes(32), **fields),
    "BooksClosed": lambda through: ev.BooksClosed(through, 1, bytes(32), bytes(32), bytes(32), 0, 3, 4),
    "PayrollPosted": _payroll,
    "JournalPosted": _journal,
}
