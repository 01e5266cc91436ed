"""What a recount works on: raw logs and transactions of one meeting, as one file that anybody can keep."""

from pathlib import Path
from typing import Final

import msgspec

from recount.errors import RecountError
from recount.wire import TOPICS

VERSION: Final = 1


class Log(msgspec.Struct, array_like=True, frozen=True):
    """A log as the chain has it; bytes as hex. `transaction` is empty in the register's logs."""

    block: int
    index: int
    transaction: str
    address: str
    topics: tuple[str, ...]
    data: str

    @property
    def place(self) -> tuple[int, int]:
        return self.block, self.index


class Transaction(msgspec.Struct, frozen=True):
    """Who sent what to whom: `to` is empty where a contract was made."""

    sender: str
    to: str
    input: str


class Bundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`times`: unix seconds of the blocks that have logs. `contracts`: signers that are contract wallets.

    `block` and `block_hash`: the last block read, and `until` its unix seconds.
    """

    version: int
    chain_id: int
    rat: str
    box: str
    registry: str
    authority: str
    rp_id: str
    meeting: int
    block: int
    block_hash: str
    until: int
    times: dict[int, int]
    logs: list[Log]
    transactions: dict[str, Transaction]
    contracts: list[str] = []


def read_bundle(path: Path) -> Bundle:
    """The bundle in a file; RecountError if it is none."""
    try:
        bundle = msgspec.json.decode(path.read_bytes(), type=Bundle)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RecountError(f"{path} bukan bundel: {error}", f"{path} is no bundle: {error}") from error
    if bundle.version != VERSION:
        raise RecountError(
            f"{path}: versi bundel {bundle.version} tidak dikenal.",
            f"{path}: version {bundle.version} of a bundle is not known.",
        )
    return bundle


def require_whole(bundle: Bundle) -> None:
    """RecountError if a log's topics, its transaction or the time of its block are not in the bundle."""
    for log in bundle.logs:
        is_known = log.address == bundle.registry or log.transaction in bundle.transactions
        has_topics = log.topics and len(log.topics) == TOPICS.get(log.topics[0], len(log.topics))
        if log.block not in bundle.times or not has_topics or not is_known:
            raise RecountError(
                f"Bundel tidak lengkap: log {log.index}, blok {log.block}: waktu, topik, transaksi?",
                f"The bundle is not whole: log {log.index}, block {log.block}: time, topics, transaction?",
            )


def write_bundle(bundle: Bundle, path: Path) -> None:
    """Write a bundle as JSON."""
    path.write_bytes(msgspec.json.encode(bundle))
