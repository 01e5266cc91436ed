"""The close of a period: what BENDAHARA and PENGAWAS attested on the chain, read from its log."""

from collections.abc import Collection
from typing import Final, NamedTuple

from indexer.chain.hashing import keccak
from verifier.bundle import LogProof
from verifier.chain import read_log
from verifier.errors import RefusedError
from verifier.report import Report, day_text_of

BOOKS_CLOSED: Final = keccak(b"BooksClosed(uint32,uint64,bytes32,bytes32,bytes32,uint64,uint32,uint32)")
BOOKS: Final = "Books"
_WORDS: Final = 7
_LAST_DAY: Final = 2_900_000


class Close(NamedTuple):
    """`IBooks.BooksClosed`: WIB day, number of entries, hashes, rupiah, person numbers; and the block it is
    in."""

    block: int
    through: int
    entries: int
    ledger_root: bytes
    trial_balance_hash: bytes
    claims_root: bytes
    claims_total: int
    maker: int
    checker: int


def read_close(proof: LogProof, hashes: Collection[bytes], report: Report) -> Close:
    """The close that a log tells. RefusedError: as `read_log`, CONTRACT, and LOG if it is no close."""
    log = read_log(proof, hashes)
    topic, *indexed = log.topics or (b"",)
    if topic != BOOKS_CLOSED or len(indexed) != 1 or len(log.data) != 32 * _WORDS:
        raise RefusedError("LOG", "log ini bukan BooksClosed", "this log is no BooksClosed")
    report.log(log, BOOKS)
    report.close()
    words = [log.data[at : at + 32] for at in range(0, len(log.data), 32)]
    entries, total, maker, checker = (int.from_bytes(words[at], "big") for at in (0, 4, 5, 6))
    through = int.from_bytes(indexed[0], "big")
    if through > _LAST_DAY:
        raise RefusedError("LOG", f"hari {through}", f"day {through}")
    day = day_text_of(through)
    root, balance, claims = words[1:4]
    close = Close(log.header.number, through, entries, root, balance, claims, total, maker, checker)
    report.check(
        f"blok {close.block} memuat log tutup buku s.d. {day} oleh 0x{log.address.hex()}: {entries} "
        "jurnal, akar "
        f"0x{close.ledger_root.hex()}, ditandatangani orang nomor {maker} dan {checker}",
        f"block {close.block} holds the log of a close through {day} by 0x{log.address.hex()}: "
        f"{entries} entries, root "
        f"0x{close.ledger_root.hex()}, signed by the persons {maker} and {checker}",
    )
    return close


def plain(close: Close) -> dict[str, object]:
    """As JSON has it."""
    values = {
        name: f"0x{each.hex()}" if isinstance(each, bytes) else each for name, each in close._asdict().items()
    }
    return {**values, "through": day_text_of(close.through), "claims_total": str(close.claims_total)}
