"""Statements, matches and till counts in the office database."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine, Row, Table, func, insert, select, update

from backend.workbench.consents import Signed
from backend.workbench.statement import BankStatement
from backend.workbench.tables import (
    BANK_LINE,
    BANK_MATCH,
    BANK_PAIR,
    BANK_STATEMENT,
    MATCH_UNDONE,
    TILL_COUNT,
)
from rules.bank_matching import BankLine, MatchKind
from rules.types import Channel, WibDay

LINE: Final = "LINE"
MOVEMENT: Final = "MOVEMENT"


class KeptStatement(NamedTuple):
    """A statement that was imported. `file_hash`: SHA-256 in hex; `document`: the CID of what is kept."""

    number: int
    channel: Channel
    account: str
    form: str
    file_hash: str
    document: str
    from_day: WibDay
    to_day: WibDay
    opening: int
    closing: int
    imported_at: int


class KeptMatch(NamedTuple):
    """A match that was not undone: keys and rupiah of what it was made of, on both sides; `by`: who made it
    by hand, nobody for a rule's. Unix seconds."""

    number: int
    kind: MatchKind
    made_at: int
    reason: str
    by: Signed | None
    lines: Mapping[str, int]
    movements: Mapping[str, int]


class KeptCount(NamedTuple):
    """A till count: rupiah; `pieces` as `rules.till.as_text` writes them; who counted."""

    number: int
    channel: Channel
    day: WibDay
    total: int
    pieces: str
    counted_at: int
    first: Signed
    second: Signed


class WorkbenchRepository:
    """One cooperative's rows."""

    def __init__(self, engine: Engine, cooperative_id: int) -> None:
        self.engine = engine
        self.mine = cooperative_id

    def statements(self, channel: Channel | None = None) -> list[KeptStatement]:
        """All statements, of one channel if given, in the order they came."""
        table = BANK_STATEMENT.c
        query = select(BANK_STATEMENT).where(table.cooperative_id == self.mine).order_by(table.number)
        if channel is not None:
            query = query.where(table.channel == channel)
        with self.engine.connect() as connection:
            return [_statement(row) for row in connection.execute(query)]

    def add_statement(self, statement: BankStatement, file_hash: str, document: str) -> int:
        """Keep a statement and its lines; its number."""
        with self.engine.begin() as connection:
            number = self._next(connection, BANK_STATEMENT)
            row = {
                "cooperative_id": self.mine,
                "number": number,
                "channel": int(statement.channel),
                "account": statement.account,
                "form": statement.form,
                "file_hash": file_hash,
                "document": document,
                "from_day": statement.from_day,
                "to_day": statement.to_day,
                "opening": statement.opening,
                "closing": statement.closing,
                "imported_at": _now(),
            }
            connection.execute(insert(BANK_STATEMENT).values(row))
            rows = [
                {
                    "cooperative_id": self.mine,
                    "statement": number,
                    "position": at,
                    "day": line.day,
                    "amount": line.amount,
                    "text": line.text,
                }
                for at, line in enumerate(statement.lines, 1)
            ]
            if rows:
                connection.execute(insert(BANK_LINE), rows)
        return number

    def lines(self, channel: Channel) -> list[BankLine]:
        """All lines of a channel's statements; a key is statement/position."""
        line, statement = BANK_LINE.c, BANK_STATEMENT.c
        query = (
            select(line.statement, line.position, line.day, line.amount, line.text)
            .join(
                BANK_STATEMENT,
                (statement.cooperative_id == line.cooperative_id) & (statement.number == line.statement),
            )
            .where(line.cooperative_id == self.mine, statement.channel == channel)
            .order_by(line.statement, line.position)
        )
        with self.engine.connect() as connection:
            return [
                BankLine(f"{row.statement}/{row.position}", WibDay(row.day), row.amount, row.text)
                for row in connection.execute(query)
            ]

    def matches(self, channel: Channel) -> list[KeptMatch]:
        """The matches that hold."""
        pair, kept = BANK_PAIR.c, BANK_MATCH.c
        query = (
            select(BANK_MATCH, pair.side, pair.key, pair.amount)
            .join(BANK_PAIR, (pair.cooperative_id == kept.cooperative_id) & (pair.match == kept.number))
            .where(kept.cooperative_id == self.mine, kept.channel == channel, pair.live == 1)
            .order_by(kept.number, pair.side, pair.key)
        )
        found: dict[int, KeptMatch] = {}
        with self.engine.connect() as connection:
            for row in connection.execute(query):
                kind = MatchKind(row.kind)
                by = None if row.by_person is None else signed_of(row, "by")
                made = KeptMatch(row.number, kind, row.made_at, row.reason, by, {}, {})
                one = found.setdefault(row.number, made)
                side = one.lines if row.side == LINE else one.movements
                side[row.key] = row.amount  # type: ignore[index]
        return list(found.values())

    def add_matches(
        self,
        channel: Channel,
        matches: Iterable[tuple[MatchKind, Mapping[str, int], Mapping[str, int]]],
        reason: str = "",
        by: Signed | None = None,
        at: int | None = None,
    ) -> list[int]:
        """Keep matches: kind, lines and movements with their rupiah; `at`: when (unix seconds), by default
        now. Their numbers."""
        signed = {} if by is None else by.columns("by")
        with self.engine.begin() as connection:
            first = self._next(connection, BANK_MATCH)
            heads, pairs = [], []
            for number, (kind, lines, movements) in enumerate(matches, first):
                place = {"cooperative_id": self.mine, "channel": int(channel)}
                head = {**place, "number": number, "kind": kind.value, "reason": reason}
                head["made_at"] = _now() if at is None else at
                heads.append({**head, **signed})
                for side, held in ((LINE, lines), (MOVEMENT, movements)):
                    pairs += [
                        {**place, "match": number, "side": side, "key": key, "amount": amount, "live": 1}
                        for key, amount in held.items()
                    ]
            if heads:
                connection.execute(insert(BANK_MATCH), heads)
                connection.execute(insert(BANK_PAIR), pairs)
        return [head["number"] for head in heads]

    def undo(self, match: int, kind: str, reason: str, by: Signed | None = None) -> None:
        """End a match, by hand or because it holds no more."""
        row = {"cooperative_id": self.mine, "match": match, "undone_at": _now(), "kind": kind}
        row |= {"reason": reason, **({} if by is None else by.columns("by"))}
        pair = BANK_PAIR.c
        with self.engine.begin() as connection:
            connection.execute(insert(MATCH_UNDONE).values(row))
            change = update(BANK_PAIR).where(pair.cooperative_id == self.mine, pair.match == match)
            connection.execute(change.values(live=None))

    def parted(self, channel: Channel) -> set[tuple[str, str]]:
        """Lines and movements that a person parted: the rules leave them apart."""
        line, other, undone = BANK_PAIR.alias("line"), BANK_PAIR.alias("movement"), MATCH_UNDONE.c
        same = (line.c.cooperative_id == other.c.cooperative_id) & (line.c.match == other.c.match)
        query = (
            select(line.c.key, other.c.key)
            .join(other, same)
            .join(
                MATCH_UNDONE,
                (undone.cooperative_id == line.c.cooperative_id) & (undone.match == line.c.match),
            )
            .where(line.c.cooperative_id == self.mine, line.c.channel == channel, undone.kind == "HAND")
            .where(line.c.side == LINE, other.c.side == MOVEMENT)
        )
        with self.engine.connect() as connection:
            return {(row[0], row[1]) for row in connection.execute(query)}

    def counts(self, channel: Channel | None = None) -> list[KeptCount]:
        """Till counts by day, then by number."""
        table = TILL_COUNT.c
        query = select(TILL_COUNT).where(table.cooperative_id == self.mine)
        if channel is not None:
            query = query.where(table.channel == channel)
        with self.engine.connect() as connection:
            return [_count(row) for row in connection.execute(query.order_by(table.day, table.number))]

    def add_count(
        self, channel: Channel, day: WibDay, total: int, pieces: str, signed: Sequence[Signed]
    ) -> int:
        """Keep a count that two persons signed; its number."""
        row: dict[str, Any] = {"cooperative_id": self.mine, "channel": int(channel), "day": day}
        row |= {"total": total}
        row |= {"pieces": pieces, "counted_at": _now()}
        for prefix, each in zip(("first", "second"), signed, strict=True):
            row |= each.columns(prefix)
        with self.engine.begin() as connection:
            number = self._next(connection, TILL_COUNT)
            connection.execute(insert(TILL_COUNT).values({**row, "number": number}))
        return number

    def _next(self, connection: Connection, table: Table) -> int:
        query = select(func.max(table.c.number)).where(table.c.cooperative_id == self.mine)
        return (connection.execute(query).scalar_one() or 0) + 1


def _now() -> int:
    return int(time.time())


def signed_of(row: Row[Any], prefix: str) -> Signed:
    """Who signed a row, by the columns of `prefix`."""
    told = row._mapping
    person, office, account, signature = (told[f"{prefix}_{name}"] for name in Signed._fields)
    return Signed(person, office, account, bytes(signature))


def _statement(row: Row[Any]) -> KeptStatement:
    told = row._mapping
    values = {name: told[name] for name in KeptStatement._fields}
    return KeptStatement(**{**values, "channel": Channel(told["channel"])})


def _count(row: Row[Any]) -> KeptCount:
    first, second = signed_of(row, "first"), signed_of(row, "second")
    channel, day = Channel(row.channel), WibDay(row.day)
    return KeptCount(row.number, channel, day, row.total, row.pieces, row.counted_at, first, second)
