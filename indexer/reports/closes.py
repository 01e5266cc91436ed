"""Closed periods: what was attested of each, and whether the books give the same; corrections of papers."""

import msgspec
from sqlalchemy import Connection, Row, select

from indexer.ledger import closes as ledger
from indexer.ledger import schema
from indexer.ledger.schema import signed, unsigned
from rules.calendar import ends_year, timestamp_of_day
from rules.types import WibDay


class CloseDifference(msgspec.Struct, frozen=True):
    """A figure of a close that the books do not give."""

    figure: str
    attested: str
    found: str


class ClosedPeriod(msgspec.Struct, frozen=True):
    """A close (CLOSED) with what BENDAHARA (`maker`) and PENGAWAS (`checker`) attested, or a reopening by the
    RAT (REOPENED), which has no figures.

    `through` is a WIB day: nothing is dated on it or before any more; hashes are 32 bytes, `claims_total` is
    rupiah. `stands`: no reopening reached it. `agrees`: the entries before it give the same figures.
    """

    change: str
    through: int
    block_number: int
    log_index: int
    final: bool
    entries: int | None
    ledger_root: bytes | None
    trial_balance_hash: bytes | None
    claims_root: bytes | None
    claims_total: int | None
    maker: int | None
    checker: int | None
    year_end: bool
    stands: bool
    differences: tuple[CloseDifference, ...]

    @property
    def agrees(self) -> bool:
        """Whether every figure is what the books give; true of a reopening."""
        return not self.differences


def closed_periods(connection: Connection, cooperative_id: int = 1) -> tuple[ClosedPeriod, ...]:
    """Closes and reopenings in the order of the chain, every figure computed again."""
    head = schema.head.c
    query = select(head.floor).where(head.cooperative_id == cooperative_id)
    floor = connection.execute(query).scalar_one_or_none()
    rows = ledger.closes(connection, cooperative_id)
    periods = []
    for at, row in enumerate(rows):
        closed = row.change == ledger.CLOSED
        later = [each.through for each in rows[at + 1 :] if each.change == ledger.REOPENED]
        found = ledger.differences(connection, row, cooperative_id) if closed else []
        periods.append(
            ClosedPeriod(
                row.change,
                row.through,
                row.block_number,
                row.log_index,
                floor is not None and row.block_number <= floor,
                row.entries,
                row.ledger_root,
                row.trial_balance_hash,
                row.claims_root,
                None if row.claims_total is None else unsigned(row.claims_total),
                row.maker,
                row.checker,
                closed and ends_year(WibDay(row.through)),
                closed and all(row.through <= day for day in later),
                tuple(CloseDifference(*each) for each in found),
            )
        )
    return tuple(periods)


def standing_closes(
    connection: Connection, day: WibDay, cooperative_id: int = 1
) -> dict[int, Row[tuple[int, int, int]]]:
    """The closes made by the end of `day` (WIB, by block time) that no reopening of that time reached: block,
    log and time of each by its last day."""
    table, block = schema.closes.c, schema.block.c
    query = (
        select(table.block_number, table.log_index, block.time, table.change, table.through)
        .join(
            schema.block,
            (block.cooperative_id == table.cooperative_id) & (block.block_number == table.block_number),
        )
        .where(table.cooperative_id == cooperative_id)
        .where(block.time < timestamp_of_day(WibDay(day + 1)))
        .order_by(table.block_number, table.log_index)
    )
    standing: dict[int, Row[tuple[int, int, int]]] = {}
    for row in connection.execute(query):
        if row.change == ledger.CLOSED:
            standing[row.through] = row  # type: ignore[assignment]
        else:
            standing = {through: kept for through, kept in standing.items() if through <= row.through}
    return standing


class Corrections(msgspec.Struct, frozen=True):
    """The paper that a receipt corrects, and the papers that correct it, by receipt number."""

    corrects: int | None
    corrected_by: tuple[int, ...]


def corrections_of(connection: Connection, receipt: int, cooperative_id: int = 1) -> Corrections:
    """What a paper corrects, and what corrects it."""
    table, number = schema.correction.c, signed(receipt)
    mine = table.cooperative_id == cooperative_id
    place = (table.block_number, table.log_index)
    old = select(table.corrected).where(mine, table.receipt == number).order_by(*place)
    new = select(table.receipt).where(mine, table.corrected == number).order_by(*place)
    corrected = connection.execute(old).scalars().first()
    return Corrections(
        None if corrected is None else unsigned(corrected),
        tuple(unsigned(each) for each in connection.execute(new).scalars()),
    )
