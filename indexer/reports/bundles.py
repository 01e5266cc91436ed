"""Bundles of proofs, made of the ledger and of what was captured at each close (verifier/bundle.py)."""

from typing import NamedTuple

from sqlalchemy import Connection, select

from indexer.ledger import schema
from indexer.ledger.closes import REOPENED, balances_of_first, closes, trial_balance_bytes
from indexer.ledger.merkle import Tree
from indexer.ledger.nodes import fetcher
from indexer.reports.entries import entry
from indexer.reports.proofs import contents
from rules.calendar import day_text
from rules.types import WibDay
from verifier.bundle import (
    VERSION,
    ConsistencyBundle,
    EntryBundle,
    Evidence,
    SolvencyBundle,
    StateBundle,
    decode_evidence,
)


class CapturedClose(NamedTuple):
    """A close that was captured: its day, its block, how many entries and which claims it attests, and what
    proves it. `stands`: no RAT opened its period again."""

    through: WibDay
    block: int
    block_hash: bytes
    entries: int
    claims_root: bytes
    claims_total: int
    content: bytes
    stands: bool

    @property
    def evidence(self) -> Evidence:
        return decode_evidence(self.content)


class NoCloseError(LookupError):
    """There is no captured close for what was asked; in Indonesian and English."""

    def __init__(self, indonesian: str, english: str) -> None:
        self.indonesian, self.english = indonesian, english
        super().__init__(f"{indonesian} / {english}")


def captured_closes(connection: Connection, cooperative_id: int = 1) -> tuple[CapturedClose, ...]:
    """Those that were captured, in the order of the chain."""
    kept, close, block = schema.close_evidence.c, schema.closes.c, schema.block.c
    figures = (close.entries, close.claims_root, close.claims_total)
    query = (
        select(close.through, block.block_number, block.hash, *figures, kept.content, kept.log_index)
        .where(kept.cooperative_id == cooperative_id, close.cooperative_id == cooperative_id)
        .where(block.cooperative_id == cooperative_id, block.block_number == kept.block_number)
        .where(close.block_number == kept.block_number, close.log_index == kept.log_index)
        .order_by(kept.block_number, kept.log_index)
    )
    reopened = [
        (row.block_number, row.log_index, row.through)
        for row in closes(connection, cooperative_id)
        if row.change == REOPENED
    ]
    return tuple(
        CapturedClose(
            WibDay(through),
            number,
            bytes(named),
            entries,
            bytes(root),
            schema.unsigned(total),
            bytes(content),
            all(through <= day for block, log, day in reopened if (block, log) > (number, log_index)),
        )
        for through, number, named, entries, root, total, content, log_index in connection.execute(query)
    )


def captured_close(
    connection: Connection, through: WibDay | None = None, cooperative_id: int = 1
) -> CapturedClose:
    """The last captured close through a day, opened again or not; if none is given, the last of those that
    stand. NoCloseError."""
    captured = captured_closes(connection, cooperative_id)
    found = [each for each in captured if (each.stands if through is None else each.through == through)]
    if not found:
        days = ", ".join(day_text(each.through) for each in captured) or "-"
        raise NoCloseError(
            f"Bukti tutup buku itu belum disimpan. Yang ada: {days}. Jalankan: koperasi capture.",
            f"No proof of that close was kept. There are: {days}. Run: koperasi capture.",
        )
    return found[-1]


def entry_bundle(
    connection: Connection, number: int, through: WibDay | None = None, cooperative_id: int = 1
) -> EntryBundle:
    """That entry `number` is in the books of a close: the first captured one that stands and has it, or the
    last one through a day.

    UnknownEntryError, NoCloseError.
    """
    found = entry(connection, number, cooperative_id)
    captured = captured_closes(connection, cooperative_id)
    having = [each for each in captured if number <= each.entries]
    if through is None:
        fitting = [each for each in having if each.stands]
    else:
        fitting = [each for each in having if each.through == through][-1:]
    if not fitting:
        last = max((each.entries for each in captured), default=0)
        raise NoCloseError(
            f"Jurnal {number} belum termasuk tutup buku yang buktinya disimpan: bukti ada sampai "
            f"jurnal {last}.",
            f"Entry {number} is in no close of which a proof was kept: there are proofs up to entry {last}.",
        )
    close = fitting[0]
    path = Tree(fetcher(connection, cooperative_id)).inclusion(number - 1, close.entries)
    text = contents(found).decode("ascii")
    return EntryBundle(VERSION, text, [each.hex() for each in path], close.evidence.close)


def consistency_bundle(
    connection: Connection, old: WibDay, new: WibDay | None = None, cooperative_id: int = 1
) -> ConsistencyBundle:
    """That the close through `new` (default: the last) goes on from that through `old`. NoCloseError."""
    older = captured_close(connection, old, cooperative_id)
    newer = captured_close(connection, new, cooperative_id)
    if not 0 < older.entries <= newer.entries:
        raise NoCloseError(
            f"Tutup buku {day_text(older.through)} bukan sebelum {day_text(newer.through)}.",
            f"The close of {day_text(older.through)} is not before that of {day_text(newer.through)}.",
        )
    path = Tree(fetcher(connection, cooperative_id)).consistency(older.entries, newer.entries)
    return ConsistencyBundle(
        VERSION, [each.hex() for each in path], older.evidence.close, newer.evidence.close
    )


def state_bundle(
    connection: Connection, through: WibDay | None = None, cooperative_id: int = 1
) -> StateBundle:
    """Contracts' totals as captured at a close. NoCloseError."""
    return StateBundle(VERSION, captured_close(connection, through, cooperative_id).evidence.state)


def solvency_bundle(
    connection: Connection, through: WibDay | None = None, cooperative_id: int = 1
) -> SolvencyBundle:
    """What members are owed at a close, and what is there for them. NoCloseError, also if the close has no
    claims."""
    close = captured_close(connection, through, cooperative_id)
    require_claims(close)
    balances = balances_of_first(connection, close.through, close.entries, cooperative_id)
    text = trial_balance_bytes(close.through, balances).decode("ascii")
    evidence = close.evidence
    return SolvencyBundle(VERSION, text, evidence.close, evidence.attestations, evidence.state)


def require_claims(close: CapturedClose) -> None:
    """NoCloseError if the close attests no tree of claims."""
    if not any(close.claims_root):
        raise NoCloseError(
            f"Tutup buku {day_text(close.through)} tidak memuat daftar simpanan anggota.",
            f"The close of {day_text(close.through)} has no tree of members' claims.",
        )
