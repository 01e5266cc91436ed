"""A small cooperative at two closes, with right bundles of every kind, built with `rlp`, `trie` and
`eth_abi`."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random

import rlp
from eth_abi import encode
from eth_utils import keccak
from trie import HexaryTrie

from backend.surplus.tree import ShareTree
from indexer.ledger.canonical import GENESIS_HASH, entry_bytes
from indexer.ledger.merkle import Tree, leaf_hash
from rules.claims import ClaimsTree, Part, split
from rules.types import MemberNumber, Rupiah
from verifier.bundle import (
    KINDS,
    Bundle,
    ClaimBundle,
    ClaimPart,
    ConsistencyBundle,
    Contract,
    EntryBundle,
    Figure,
    LogProof,
    ShareBundle,
    Sibling,
    SolvencyBundle,
    State,
    StateBundle,
)

BOOKS = bytes.fromhex("b0" * 20)
DISTRIBUTOR = bytes.fromhex("e0" * 20)
CONTRACTS = {
    "SavingsPokok": bytes.fromhex("a1" * 20),
    "SavingsWajib": bytes.fromhex("a2" * 20),
    "SavingsSukarela": bytes.fromhex("a3" * 20),
    "SavingsPayable": bytes.fromhex("a4" * 20),
    "Treasury": bytes.fromhex("c0" * 20),
    "LoanBook": bytes.fromhex("d0" * 20),
}
NAMES = {address.hex(): name for name, address in CONTRACTS.items()}
NAMES |= {BOOKS.hex(): "Books", DISTRIBUTOR.hex(): "SurplusDistributor"}
DAYS = ("2025-09-30", "2025-10-31")
THROUGH = (20_361, 20_392)
"""The same as days since 1970."""
MEMBERS = 9
LOANS = 7_300_000
CLOSED = "BooksClosed(uint32,uint64,bytes32,bytes32,bytes32,uint64,uint32,uint32)"
ALLOCATED = "SurplusAllocated(uint16,uint64,(uint16,uint64)[],bytes32,bytes32,uint32)"
ALLOCATED_TYPES = ("uint64", "(uint16,uint64)[]", "bytes32", "bytes32", "uint32")
YEAR = 2025
ATTESTED = "ChannelAttested(uint8,uint32,uint64,bytes32,uint32)"


@dataclass
class Block:
    """A block's logs as transactions, its state, and its header."""

    number: int
    transactions: list[list[list[object]]]
    state: HexaryTrie
    header: bytes = b""
    receipts: HexaryTrie = field(default_factory=lambda: HexaryTrie({}))

    def __post_init__(self) -> None:
        for at, logs in enumerate(self.transactions):
            kind = (b"", b"\x02", b"\x7e")[at % 3]
            self.receipts[rlp.encode(at)] = kind + rlp.encode([1, 21000 * (at + 1), bytes(256), logs])
        words = [
            bytes(32),
            bytes(32),
            bytes(20),
            self.state.root_hash,
            bytes(32),
            self.receipts.root_hash,
            bytes(256),
        ]
        later = [7, bytes(32), 0, 0, bytes(32), bytes(32)]
        numbers = [0, self.number, 30_000_000, 21_000, 1_759_300_000 + self.number]
        self.header = rlp.encode([*words, *numbers, b"", bytes(32), bytes(8), *later])

    @property
    def hash(self) -> bytes:
        return keccak(self.header)

    def log(self, transaction: int, log: int) -> LogProof:
        return LogProof(self.header.hex(), transaction, nodes_of(self.receipts, rlp.encode(transaction)), log)


def nodes_of(trie: HexaryTrie, key: bytes) -> list[str]:
    return [rlp.encode(node).hex() for node in trie.get_proof(key)]


def log_of(
    address: bytes, signature: str, topics: Sequence[int], types: Sequence[str], values: Sequence[object]
) -> list[object]:
    heads = [keccak(text=signature), *(topic.to_bytes(32) for topic in topics)]
    return [address, heads, encode(types, values)]


class Ground:
    """The cooperative: 40 entries at the first close, 53 at the second; 9 members."""

    def __init__(self, seed: int = 7) -> None:
        self.random = Random(seed)
        self.texts: list[bytes] = []
        self.hashes: list[bytes] = []
        self.claims = {
            number: (100_000, self.random.randrange(900_000), self.random.randrange(40_000_000), 0)
            for number in range(1, MEMBERS + 1)
        }
        self.claims[4] = (0, 0, 0, 512_000)
        self.parts: dict[int, tuple[Part, ...]] = {
            number: split(MemberNumber(number), amounts, self.random.randbytes(32))
            for number, amounts in self.claims.items()
        }
        self.claims_tree = ClaimsTree(part.record for parts in self.parts.values() for part in parts)
        self.shares = {MemberNumber(number): Rupiah(1_000 * number) for number in range(1, MEMBERS + 1)}
        self.shares_tree = ShareTree(YEAR, self.shares)
        self.write(53)
        self.tree = Tree(lambda _level, start, stop: [leaf_hash(each) for each in self.hashes[start:stop]])
        self.blocks = [self.close(at, entries) for at, entries in enumerate((40, 53))]
        self.block_hashes = {block.hash for block in self.blocks}

    def write(self, count: int) -> None:
        for number in range(1, count + 1):
            before = self.hashes[-1] if self.hashes else GENESIS_HASH
            amount = self.random.randrange(1, 10**7)
            lines = ((1110, amount, None, None, 1), (2110, -amount, number % MEMBERS + 1, None, None))
            head = (
                number,
                100 + number,
                self.random.randbytes(32).hex(),
                number % 5,
                "SAVINGS_IN",
                0,
                20_300 + number // 2,
            )
            text = entry_bytes(before, *head, 1000 + number, lines)
            self.texts.append(text)
            self.hashes.append(hashlib.sha256(text).digest())

    def trial_balance(self, at: int) -> str:
        kinds = [sum(amounts[kind] for amounts in self.claims.values()) for kind in range(4)]
        total = sum(kinds)
        balances = {
            1110: 5_000_000,
            1120: total - 5_000_000 - LOANS + 250_000,
            1210: LOANS,
            2110: -kinds[2],
            2130: -kinds[3],
        }
        balances |= {3110: -kinds[0], 3120: -kinds[1], 4110: -250_000}
        lines = "".join(f"{code} {max(held, 0)} {max(-held, 0)}\n" for code, held in balances.items())
        return f"koperasi trial balance 1\n{DAYS[at]}\n{lines}"

    def amounts(self) -> Mapping[str, Mapping[int, int]]:
        """What contracts keep, by channel (0: the contract's total)."""
        kinds = [sum(amounts[kind] for amounts in self.claims.values()) for kind in range(4)]
        bank = sum(kinds) - 5_000_000 - LOANS + 250_000
        savings = {name: {0: amount} for name, amount in zip(CONTRACTS, kinds, strict=False)}
        return {**savings, "Treasury": {1: 5_000_000, 2: bank, 3: 0}, "LoanBook": {0: LOANS}}

    def close(self, at: int, entries: int) -> Block:
        balance = hashlib.sha256(self.trial_balance(at).encode()).digest()
        types = ["uint64", "bytes32", "bytes32", "bytes32", "uint64", "uint32", "uint32"]
        values = [
            entries,
            self.tree.root(entries),
            balance,
            self.claims_tree.root,
            self.claims_tree.total,
            900,
            907,
        ]
        closed = log_of(BOOKS, CLOSED, [THROUGH[at]], types, values)
        other = [BOOKS, [self.random.randbytes(32)], self.random.randbytes(40)]
        counted = self.amounts()["Treasury"]
        attested = [
            log_of(
                CONTRACTS["Treasury"],
                ATTESTED,
                [channel, THROUGH[at]],
                ["uint64", "bytes32", "uint32"],
                [counted[channel], bytes(32), 907],
            )
            for channel in (1, 2)
        ]
        filler = [[[self.random.randbytes(20), [], b"\x05"]] for _ in range(20)]
        allocated = [log_of(DISTRIBUTOR, ALLOCATED, [YEAR], ALLOCATED_TYPES, self.allocation())]
        return Block(1000 + at, [[other], [other, closed], [*attested], allocated, *filler], self.state())

    def allocation(self) -> list[object]:
        """Half of the surplus to members, half to reserves."""
        total = sum(self.shares.values())
        pots = [(2310, total), (3200, total)]
        return [2 * total, pots, self.shares_tree.root, keccak(text="shares"), THROUGH[0]]

    def storage(self, name: str) -> HexaryTrie:
        trie = HexaryTrie({})
        for channel, amount in self.amounts()[name].items():
            slot = (1).to_bytes(32)
            key = keccak(channel.to_bytes(32) + slot) if channel else slot
            if amount:
                trie[keccak(key)] = rlp.encode(amount + (77 << 64))
        for _ in range(30):
            trie[self.random.randbytes(32)] = rlp.encode(self.random.randbytes(20))
        return trie

    def state(self) -> HexaryTrie:
        self.storages = {name: self.storage(name) for name in CONTRACTS}
        trie = HexaryTrie({})
        for name, address in CONTRACTS.items():
            trie[keccak(address)] = rlp.encode([1, 0, self.storages[name].root_hash, keccak(b"code")])
        for _ in range(40):
            trie[self.random.randbytes(32)] = rlp.encode([1, 5, bytes(32), bytes(32)])
        return trie

    def state_of(self, at: int = 1) -> State:
        """Only of the last block: `storages` are of that."""
        contracts = []
        for name, address in CONTRACTS.items():
            figures = []
            for channel, amount in self.amounts()[name].items():
                slot = (1).to_bytes(32)
                key = keccak(channel.to_bytes(32) + slot) if channel else slot
                figures.append(Figure(channel, str(amount), nodes_of(self.storages[name], keccak(key))))
            account = nodes_of(self.blocks[at].state, keccak(address))
            contracts.append(Contract(name, address.hex(), account, figures))
        return State(self.blocks[at].header.hex(), contracts)

    def close_log(self, at: int) -> LogProof:
        return self.blocks[at].log(1, 1)

    def entry(self, number: int, at: int = 1) -> EntryBundle:
        path = [each.hex() for each in self.tree.inclusion(number - 1, (40, 53)[at])]
        return EntryBundle(1, self.texts[number - 1].decode(), path, self.close_log(at))

    def claim(self, member: int) -> ClaimBundle:
        parts = []
        for part in self.parts[member]:
            index, path = self.claims_tree.proof(part.record)
            siblings = [Sibling(each[:32].hex(), str(int.from_bytes(each[32:]))) for each in path]
            parts.append(ClaimPart(part.salt.hex(), [str(each) for each in part.amounts], index, siblings))
        return ClaimBundle(1, member, self.claims_tree.size, parts, self.close_log(1))

    def consistency(self) -> ConsistencyBundle:
        path = [each.hex() for each in self.tree.consistency(40, 53)]
        return ConsistencyBundle(1, path, self.close_log(0), self.close_log(1))

    def share(self, member: int, at: int = 1) -> ShareBundle:
        number = MemberNumber(member)
        path = [each.hex() for each in self.shares_tree.proof_of(number)]
        return ShareBundle(1, YEAR, member, str(self.shares[number]), path, self.blocks[at].log(3, 0))

    def solvency(self) -> SolvencyBundle:
        attested = [self.blocks[1].log(2, 0), self.blocks[1].log(2, 1)]
        return SolvencyBundle(1, self.trial_balance(1), self.close_log(1), attested, self.state_of())


@cache
def ground() -> Ground:
    return Ground()


@cache
def right_bundles() -> Mapping[str, Bundle]:
    """One right bundle of each kind."""
    made = ground()
    state = StateBundle(1, made.state_of())
    bundles = (made.entry(17), made.claim(3), made.consistency(), state, made.solvency(), made.share(5))
    return dict(zip(KINDS, bundles, strict=True))
