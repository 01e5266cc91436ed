"""The made-up office on a real anvil: its contracts are emitters, each transaction is init code.

An emitter is called with a word that says how many topics follow, the topics, and the data, and emits them.
"""

from collections.abc import Iterable, Sequence

from koperasi.localchain import LocalChain
from tests.indexer.fake_chain import FakeLog, FakeTx, hex_of
from tests.indexer.fake_office import AUTHORITY, NAMES, address_of

SENDER = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"
GAS = 10_000_000
EMITTERS = (AUTHORITY, *(address_of(name) for name in NAMES))


def _push(value: int) -> bytes:
    return b"\x61" + value.to_bytes(2, "big")


def _emitter() -> bytes:
    """CALLDATALOAD(0) chooses one of five endings: LOG0 to LOG4 of what the call carries."""
    endings = []
    for topics in range(5):
        start = 32 + 32 * topics
        size = _push(start) + b"\x36\x03"  # CALLDATASIZE - start
        copy = size + _push(start) + _push(0) + b"\x37"
        load = b"".join(_push(32 * at) + b"\x35" for at in range(topics, 0, -1))
        endings.append(b"\x5b" + copy + load + size + _push(0) + bytes((0xA0 + topics,)) + b"\x00")
    jump_size = len(_push(0) + b"\x35" + _push(0) + b"\x14" + _push(0) + b"\x57")
    code, at = b"", 5 * jump_size + 1
    for topics, ending in enumerate(endings):
        code += _push(0) + b"\x35" + _push(topics) + b"\x14" + _push(at) + b"\x57"
        at += len(ending)
    return code + b"\x00" + b"".join(endings)


def init_code(logs: Iterable[FakeLog]) -> bytes:
    """Init code that calls the emitters one after the other and leaves an empty contract."""
    calls = [
        (log.address, len(log.topics).to_bytes(32, "big") + b"".join(log.topics) + log.data) for log in logs
    ]
    step = 3 * 3 + 1 + 5 * 3 + 21 + 3
    at = step * len(calls) + 1
    code = b""
    for address, payload in calls:
        code += _push(len(payload)) + _push(at) + _push(0) + b"\x39"  # CODECOPY
        code += _push(0) + _push(0) + _push(len(payload)) + _push(0) + _push(0)
        code += b"\x73" + address + b"\x5a\xf1\x50"  # CALL with all gas, POP
        at += len(payload)
    return code + b"\x00" + b"".join(payload for _, payload in calls)


class AnvilOffice:
    """Mines the transactions of a FakeOffice on `chain`."""

    def __init__(self, chain: LocalChain) -> None:
        self.chain = chain
        self.mined: list[tuple[FakeTx, ...]] = [() for _ in range(chain.block_number + 1)]
        code = hex_of(_emitter())
        chain.batch([("anvil_setCode", [hex_of(address), code]) for address in EMITTERS])
        self.mine([])

    def mine(self, txs: Sequence[FakeTx]) -> None:
        """One block of these transactions."""
        self.chain.batch([("eth_sendTransaction", [request(tx)]) for tx in txs])
        self.chain.mine()
        self.mined.append(tuple(txs))

    def reorg(self, depth: int, blocks: Sequence[Sequence[FakeTx]]) -> None:
        """Replace the last `depth` blocks, and mine on if there are more."""
        pairs = [[request(tx), at] for at, txs in enumerate(blocks[:depth]) for tx in txs]
        self.chain.rpc("anvil_reorg", depth, pairs)
        self.mined[-depth:] = [tuple(txs) for txs in blocks[:depth]]
        for txs in blocks[depth:]:
            self.mine(txs)


def request(tx: FakeTx) -> dict[str, str]:
    """What is sent: strangers' logs come from addresses without code and are no logs at all."""
    ours = [log for log in tx.logs if log.address in EMITTERS]
    return {"from": SENDER, "gas": hex(GAS), "gasPrice": "0x0", "data": hex_of(init_code(ours))}
