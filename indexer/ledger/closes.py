"""Closed periods: the figures that bendahara and pengawas attest, computed from the ledger, and held against
what was attested."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select

from indexer.ledger import schema
from indexer.ledger.merkle import Tree
from indexer.ledger.nodes import fetcher
from indexer.ledger.schema import joined, sum_words
from indexer.ledger.turnovers import turnovers
from rules.calendar import day_text
from rules.types import WibDay

Place = tuple[int, int]
"""Block and log."""
CLOSED: Final = "CLOSED"
REOPENED: Final = "REOPENED"
_FOR_EVER: Final = ((1 << 63) - 1, 0)
Differences = list[tuple[str, str, str]]
"""Figure, attested, recomputed."""


class CloseFigures(NamedTuple):
    """What of a period is attested: the first `entries` entries of the ledger are all that are dated in it or
    before, and those of its month's end."""

    entries: int
    ledger_root: bytes
    trial_balance_hash: bytes


class MonthNotEndedError(LookupError):
    """A period is closed after its last month was ended."""

    def __init__(self, through: WibDay) -> None:
        told = day_text(through)
        super().__init__(
            f"Bulan yang berakhir {told} belum diakhiri dalam pembukuan ini. / "
            f"The month that ends on {told} was not ended in these books."
        )


def trial_balance_bytes(through: WibDay, balances: Mapping[int, int]) -> bytes:
    """The canonical trial balance: what its hash is taken over.

    ASCII, a line feed after every line: `koperasi trial balance 1`, the day as YYYY-MM-DD, then for each
    account that is not nought, by code, `<account> <debit> <credit>`, one of the two 0. Rupiah.
    """
    lines = [
        f"{account} {max(held, 0)} {max(-held, 0)}\n" for account, held in sorted(balances.items()) if held
    ]
    return f"koperasi trial balance 1\n{day_text(through)}\n{''.join(lines)}".encode("ascii")


def figures(
    connection: Connection, through: WibDay, cooperative_id: int = 1, before: Place | None = None
) -> CloseFigures:
    """The figures of the period through `through`, of the entries before the log `before` (default: of all).

    MonthNotEndedError if no log before it ended the month.
    """
    entry = schema.entry.c
    ended = _month_end(connection, through, cooperative_id, before)
    if ended is None:
        raise MonthNotEndedError(through)
    mine = entry.cooperative_id == cooperative_id
    dated = [mine, entry.book_day <= through]
    if before is not None:
        dated.append(entry.number <= _entries_before(connection, cooperative_id, before))
    by_day = select(entry.number).where(*dated).order_by(entry.number.desc()).limit(1)
    by_end = _entries_before(connection, cooperative_id, (ended[0], ended[1] + 1))
    entries = max(by_end, connection.execute(by_day).scalar_one_or_none() or 0)
    root = Tree(fetcher(connection, cooperative_id)).root(entries)
    balances = balances_of_first(connection, through, entries, cooperative_id)
    return CloseFigures(entries, root, sha256(trial_balance_bytes(through, balances)).digest())


def balances_of_first(
    connection: Connection, through: WibDay, entries: int, cooperative_id: int = 1
) -> dict[int, int]:
    """What every account holds at the end of `through` by the first `entries` entries: debit positive."""
    held = {
        account: debit - credit
        for account, (debit, credit) in turnovers(connection, through, cooperative_id).items()
    }
    line = schema.line.c
    for numbers in _later(connection, through, entries, cooperative_id):
        query = (
            select(line.account, *sum_words(line.amount))
            .where(line.cooperative_id == cooperative_id, line.entry.in_(numbers))
            .group_by(line.account)
        )
        for account, *sums in connection.execute(query):
            held[account] -= joined(*sums)
    return held


def closes(connection: Connection, cooperative_id: int = 1) -> list[Row[tuple[object, ...]]]:
    """The rows of `closes` in the order of the chain."""
    return list(connection.execute(_closes(cooperative_id)))


def differences(
    connection: Connection, close: Row[tuple[object, ...]], cooperative_id: int = 1
) -> Differences:
    """In which figures a row CLOSED is not what the entries before its log give; none if it is true."""
    through, place = WibDay(close.through), (close.block_number, close.log_index)
    try:
        found = figures(connection, through, cooperative_id, place)
    except MonthNotEndedError:
        return [("month", "ended", "not ended")]
    attested = CloseFigures(close.entries, close.ledger_root, close.trial_balance_hash)
    pairs = zip(CloseFigures._fields, attested, found, strict=True)
    return [(name, _text(one), _text(other)) for name, one, other in pairs if one != other]


def check_closes(connection: Connection, cooperative_id: int) -> Iterator[str]:
    """What bendahara and pengawas attested of each period is what its entries give, and nothing was booked
    into it afterwards."""
    closed = -1
    for close in closes(connection, cooperative_id):
        day = day_text(WibDay(close.through))
        if close.change == REOPENED:
            closed = close.through
            continue
        if close.through <= closed:
            yield f"{day} was closed in block {close.block_number}, but was closed already"
        closed = close.through
        for name, attested, found in differences(connection, close, cooperative_id):
            yield f"close of {day} in block {close.block_number}: {name} is {found}, attested was {attested}"
    yield from _strays(connection, cooperative_id)


def _strays(connection: Connection, cooperative_id: int) -> Iterator[str]:
    """Entries in what was closed before their log: the last close or reopening before it says."""
    rows = closes(connection, cooperative_id)
    entry = schema.entry.c
    ends = [(row.block_number, row.log_index + 1) for row in rows[1:]]
    for row, end in zip(rows, [*ends, _FOR_EVER], strict=False):
        query = select(entry.number, entry.book_day).where(
            entry.cooperative_id == cooperative_id,
            _after(entry, (row.block_number, row.log_index)),
            _before(entry, end),
            entry.book_day <= row.through,
        )
        for number, day in connection.execute(query.order_by(entry.number)):
            yield (
                f"entry {number}: dated {day_text(WibDay(day))}, closed was {day_text(WibDay(row.through))}"
            )


def _closes(cooperative_id: int) -> Select[tuple[object, ...]]:
    table = schema.closes
    return (
        select(table)
        .where(table.c.cooperative_id == cooperative_id)
        .order_by(table.c.block_number, table.c.log_index)
    )


def _later(connection: Connection, through: WibDay, entries: int, cooperative_id: int) -> Iterator[list[int]]:
    """Numbers of the entries after the first `entries` that are dated `through` or before, in pieces."""
    entry = schema.entry.c
    query = (
        select(entry.number)
        .where(entry.cooperative_id == cooperative_id, entry.number > entries, entry.book_day <= through)
        .order_by(entry.number)
    )
    for piece in connection.execute(query).scalars().partitions(500):
        yield list(piece)


def _before(columns: Any, place: Place) -> ColumnElement[bool]:
    block, log = columns.block_number, columns.log_index
    return and_(block <= place[0], or_(block < place[0], log < place[1]))


def _after(columns: Any, place: Place) -> ColumnElement[bool]:
    block, log = columns.block_number, columns.log_index
    return and_(block >= place[0], or_(block > place[0], log > place[1]))


def _entries_before(connection: Connection, cooperative_id: int, place: Place) -> int:
    entry = schema.entry.c
    query = (
        select(entry.number)
        .where(entry.cooperative_id == cooperative_id, _before(entry, place))
        .order_by(entry.block_number.desc(), entry.log_index.desc(), entry.number.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none() or 0


def _month_end(
    connection: Connection, through: WibDay, cooperative_id: int, before: Place | None
) -> Place | None:
    """The log that ended the month whose last day is `through`, the last of them."""
    setting = schema.setting.c
    query = select(setting.block_number, setting.log_index).where(
        setting.cooperative_id == cooperative_id,
        setting.name == "month_ended",
        setting.effective_day == through,
    )
    if before is not None:
        query = query.where(_before(setting, before))
    last = query.order_by(setting.block_number.desc(), setting.log_index.desc()).limit(1)
    row = connection.execute(last).one_or_none()
    return None if row is None else (row.block_number, row.log_index)


def _text(figure: object) -> str:
    return f"0x{figure.hex()}" if isinstance(figure, bytes) else str(figure)


def closed_through(
    connection: Connection, cooperative_id: int = 1, at_block: int | None = None
) -> int | None:
    """The last closed WIB day, after block `at_block` if given; None if nothing was ever closed."""
    table = schema.closes
    place = (table.c.block_number, table.c.log_index)
    last = _closes(cooperative_id).order_by(None).order_by(*(each.desc() for each in place)).limit(1)
    if at_block is not None:
        last = last.where(table.c.block_number <= at_block)
    row = connection.execute(last).one_or_none()
    return None if row is None else row.through
