"""What proves a close later on, captured while nodes still have the state: its log, attestations, contracts'
totals."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine, Row, delete, insert, select

from indexer.chain.evidence import RawHeader, fetch_log_nodes, fetch_raw_header
from indexer.chain.hashing import mapping_slot
from indexer.chain.rpc import Endpoints
from indexer.ledger import schema
from indexer.ledger.closes import CLOSED, closes
from indexer.ledger.database import snapshot, writing
from indexer.state import AccountProofJson, proof_of_words
from rules.calendar import day_text
from rules.types import Channel, WibDay
from verifier.bundle import VERSION, Contract, Evidence, Figure, LogProof, State, encode_evidence
from verifier.closes import read_close
from verifier.report import Report
from verifier.state import LOAN_BOOK, SAVINGS, SLOTS, TREASURY, verify_state

_KEPT: Final = schema.close_evidence
_U64: Final = (1 << 64) - 1
_ORDER: Final = (*SAVINGS, TREASURY, LOAN_BOOK)


class CaptureError(RuntimeError):
    """Nothing was captured: why, and what to do, in Indonesian and English."""

    def __init__(self, indonesian: str, english: str) -> None:
        self.indonesian, self.english = indonesian, english
        super().__init__(f"{indonesian} / {english}")


class Captured(NamedTuple):
    """What was kept: the close's day and block, the block of the contracts' totals, channels attested,
    bytes."""

    through: WibDay
    block: int
    state_block: int
    attested: tuple[int, ...]
    size: int


def capture(
    engine: Engine,
    endpoints: Endpoints,
    through: WibDay | None = None,
    state_block: int | None = None,
    cooperative_id: int = 1,
) -> Captured:
    """Capture the last close through `through` (default: the last one of all), and keep it in the ledger
    database.

    Contracts' totals are those after `state_block`, by default the block of the close. What was captured of
    the same close
    before is replaced. All of it is checked by the verifier before it is kept. CaptureError, RpcError.
    """
    with snapshot(engine) as connection:
        close = _close(connection, through, cooperative_id)
        block = close.block_number if state_block is None else state_block
        if block < close.block_number:
            raise CaptureError(
                f"Blok {block} lebih tua dari tutup buku, blok {close.block_number}.",
                f"Block {block} is older than the close, block {close.block_number}.",
            )
        attested = _attestations(connection, close.through, cooperative_id)
        contracts = _contracts(connection, block, cooperative_id)
        hashes = _hashes(
            connection, {close.block_number, *(each.block_number for each in attested)}, cooperative_id
        )
    reader = _Reader(endpoints, hashes)
    evidence = Evidence(
        koperasi=VERSION,
        close=reader.log(close.block_number, close.log_index),
        attestations=[reader.log(each.block_number, each.log_index) for each in attested],
        state=reader.state(block, contracts),
    )
    _require_true(evidence, close, reader)
    content = encode_evidence(evidence)
    _keep(engine, close, content, cooperative_id)
    channels = tuple(each.channel for each in attested)
    return Captured(WibDay(close.through), close.block_number, block, channels, len(content))


def prove_log(
    engine: Engine, endpoints: Endpoints, block: int, log_index: int, cooperative_id: int = 1
) -> LogProof:
    """What proves a log of the books, asked of the chain: nodes have it as long as they have the block.
    CaptureError, RpcError."""
    with snapshot(engine) as connection:
        known = _hashes(connection, {block}, cooperative_id)
    return _Reader(endpoints, known).log(block, log_index)


class _Reader:
    """Asks for each header once, and takes it only if it is the one that the books stand on."""

    def __init__(self, endpoints: Endpoints, known: dict[int, bytes]) -> None:
        self._endpoints = endpoints
        self._known = known
        self.headers: dict[int, RawHeader] = {}

    def header(self, number: int) -> RawHeader:
        if number not in self.headers:
            found = self._endpoints.attempt(lambda endpoint: fetch_raw_header(endpoint, number))
            if found.header.hash != self._known.get(number, found.header.hash):
                raise CaptureError(
                    f"Blok {number} di chain bukan blok {number} dalam buku. Jalankan: koperasi sync.",
                    f"Block {number} of the chain is not block {number} of the books. Run: koperasi sync.",
                )
            self.headers[number] = found
        return self.headers[number]

    def log(self, number: int, log_index: int) -> LogProof:
        header, raw = self.header(number)
        found = self._endpoints.attempt(lambda endpoint: fetch_log_nodes(endpoint, header, log_index))
        return LogProof(raw.hex(), found.transaction, [node.hex() for node in found.nodes], found.log)

    def state(self, number: int, contracts: Iterable[tuple[str, bytes]]) -> State:
        raw = self.header(number).rlp
        return State(raw.hex(), [self._contract(number, name, address) for name, address in contracts])

    def _contract(self, number: int, name: str, address: bytes) -> Contract:
        header, slot = self.header(number).header, SLOTS[name]
        channels = [int(each) for each in Channel] if name == TREASURY else [0]
        slots = [mapping_slot(channel, slot) if channel else slot for channel in channels]
        answer, words = self._endpoints.attempt(
            lambda endpoint: proof_of_words(endpoint, header, address, slots)
        )
        return Contract(name, address.hex(), _plain(answer.account_proof), _figures(channels, words, answer))


def _figures(channels: Sequence[int], words: Sequence[int], answer: AccountProofJson) -> list[Figure]:
    proofs = zip(channels, words, answer.storage_proof, strict=True)
    return [Figure(channel, str(word & _U64), _plain(proof.proof)) for channel, word, proof in proofs]


def _plain(nodes: Iterable[str]) -> list[str]:
    return [bytes.fromhex(node.removeprefix("0x")).hex() for node in nodes]


def _close(connection: Connection, through: WibDay | None, cooperative_id: int) -> Row[Any]:
    """The close to capture, which is final: the last one of its day."""
    floor = connection.execute(
        select(schema.head.c.floor).where(schema.head.c.cooperative_id == cooperative_id)
    ).scalar_one_or_none()
    rows = [row for row in closes(connection, cooperative_id) if row.change == CLOSED]
    wanted = [row for row in rows if through in (None, row.through)]
    if not wanted:
        day = "" if through is None else f" {day_text(through)}"
        raise CaptureError(
            f"Tidak ada tutup buku{day} dalam pembukuan ini.", f"These books have no close{day}."
        )
    if wanted[-1].block_number > (-1 if floor is None else floor):
        raise CaptureError(
            f"Tutup buku dalam blok {wanted[-1].block_number} belum final. Jalankan lagi sesudah "
            "koperasi sync.",
            f"The close in block {wanted[-1].block_number} is not final yet. Run it again after "
            "koperasi sync.",
        )
    return wanted[-1]


class _Attested(NamedTuple):
    channel: int
    block_number: int
    log_index: int


def _attestations(connection: Connection, day: int, cooperative_id: int) -> list[_Attested]:
    """The last final attestation of each channel for a day, by channel."""
    table, head = schema.attestation.c, schema.head.c
    floor = select(head.floor).where(head.cooperative_id == cooperative_id).scalar_subquery()
    query = (
        select(table.channel, table.block_number, table.log_index)
        .where(table.cooperative_id == cooperative_id, table.day == day, table.block_number <= floor)
        .order_by(table.block_number, table.log_index)
    )
    last = {row.channel: _Attested(*row) for row in connection.execute(query)}
    return [last[channel] for channel in sorted(last)]


def _contracts(connection: Connection, block: int, cooperative_id: int) -> list[tuple[str, bytes]]:
    """The contracts that keep totals, as the verifier wants them in order."""
    table = schema.contract.c
    query = (
        select(table.name, table.address)
        .where(table.cooperative_id == cooperative_id, table.block_number <= block)
        .order_by(table.block_number, table.log_index)
    )
    found = {bytes(address): name for name, address in connection.execute(query) if name in _ORDER}
    return sorted(
        ((name, address) for address, name in found.items()), key=lambda each: _ORDER.index(each[0])
    )


def _hashes(connection: Connection, numbers: Iterable[int], cooperative_id: int) -> dict[int, bytes]:
    table = schema.block.c
    query = select(table.block_number, table.hash).where(
        table.cooperative_id == cooperative_id, table.block_number.in_(list(numbers))
    )
    return {number: bytes(hash_) for number, hash_ in connection.execute(query)}


def _require_true(evidence: Evidence, close: Row[Any], reader: _Reader) -> None:
    """The verifier accepts it, and reads the figures that are in the books. CaptureError."""
    hashes = {each.header.hash for each in reader.headers.values()}
    report = Report("capture")
    found = read_close(evidence.close, hashes, report)
    verify_state(evidence.state, hashes, report)
    kept = (close.through, close.entries, close.ledger_root, close.trial_balance_hash, close.claims_root)
    if (found.through, found.entries, found.ledger_root, found.trial_balance_hash, found.claims_root) != kept:
        raise CaptureError(
            "Log tutup buku di chain bukan yang ada dalam buku. Jalankan: koperasi reconcile.",
            "The close's log on the chain is not the one in the books. Run: koperasi reconcile.",
        )


def _keep(engine: Engine, close: Row[Any], content: bytes, cooperative_id: int) -> None:
    place = {
        "cooperative_id": cooperative_id,
        "block_number": close.block_number,
        "log_index": close.log_index,
    }
    with writing(engine).begin() as connection:
        connection.execute(delete(_KEPT).where(*(_KEPT.c[name] == value for name, value in place.items())))
        connection.execute(insert(_KEPT).values(**place, through=close.through, content=content))
