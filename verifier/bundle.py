"""A bundle: one file that proves one statement, written in one way only.

JSON in UTF-8 without white space, members in the order of the structs below. Bytes are
lower-case hex without 0x, rupiah digits in a string. Every value of a bundle is checked by the verifier:
there is no field that could be changed unnoticed.
"""

from typing import Annotated, Final

import msgspec

from rules.claims import PARTS
from verifier.errors import RefusedError

VERSION: Final = 1
MOST_BYTES: Final = 64 << 20
"""A longer file is not read."""

Hex = Annotated[str, msgspec.Meta(pattern=r"\A([0-9a-f]{2})*\Z")]
Hash = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Address = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{40}\Z")]
Rupiah = Annotated[str, msgspec.Meta(pattern=r"\A(0|[1-9][0-9]{0,18})\Z")]
Index = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]
Nodes = list[Hex]
"""RLP of a trie's nodes from the root to the value."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What all parts of a bundle have in common."""


class LogProof(_Part, frozen=True):
    """A log: RLP of the header, place of the transaction in the block, proof of its receipt, place of the
    log in it."""

    header: Hex
    transaction: Index
    receipt: Nodes
    log: Index


class Sibling(_Part, frozen=True):
    """What stands beside the way from a leaf to the root of the claims: a hash and a sum."""

    hash: Hash
    total: Rupiah


class ClaimPart(_Part, frozen=True):
    """A leaf of a member: salt, rupiah by kind, and its way to the root."""

    salt: Hash
    amounts: Annotated[list[Rupiah], msgspec.Meta(min_length=4, max_length=4)]
    index: Index
    path: list[Sibling]


class Figure(_Part, frozen=True):
    """A total that a contract keeps, in rupiah; `channel` of Treasury's, else 0."""

    channel: Annotated[int, msgspec.Meta(ge=0, le=255)]
    amount: Rupiah
    proof: Nodes


class Contract(_Part, frozen=True):
    """A contract by its name in the deployment, its account in the block's state, and its figures."""

    name: str
    address: Address
    account: Nodes
    figures: list[Figure]


class State(_Part, frozen=True):
    """Contracts' totals after a block."""

    header: Hex
    contracts: list[Contract]


class _Bundle(_Part, frozen=True, tag_field="kind"):
    koperasi: int


class EntryBundle(_Bundle, frozen=True, tag="entry"):
    """That an entry is in the books that `close` attests. `contents`: its canonical text."""

    contents: str
    path: list[Hash]
    close: LogProof


class ClaimBundle(_Bundle, frozen=True, tag="claim"):
    """What the cooperative owed a member at a close. `leaves`: how many the tree has."""

    member: Annotated[int, msgspec.Meta(gt=0, lt=1 << 32)]
    leaves: Index
    parts: Annotated[list[ClaimPart], msgspec.Meta(min_length=PARTS, max_length=PARTS)]
    close: LogProof


class ConsistencyBundle(_Bundle, frozen=True, tag="consistency"):
    """That the books at `new` go on from those at `old`."""

    path: list[Hash]
    old: LogProof
    new: LogProof


class StateBundle(_Bundle, frozen=True, tag="state"):
    """Contracts' totals after a block."""

    state: State


class SolvencyBundle(_Bundle, frozen=True, tag="solvency"):
    """Members' claims and what is there for them: the closed trial balance, what pengawas counted on the
    close's day
    (`attestations`: logs by channel), and contracts' totals after the block of the close."""

    trial_balance: str
    close: LogProof
    attestations: list[LogProof]
    state: State


class ShareBundle(_Bundle, frozen=True, tag="share"):
    """A member's share of a year's surplus: `path` leads to the root in the log of its allocation."""

    year: Annotated[int, msgspec.Meta(gt=0, lt=1 << 16)]
    member: Annotated[int, msgspec.Meta(gt=0, lt=1 << 32)]
    amount: Rupiah
    path: list[Hash]
    allocation: LogProof


class Evidence(_Part, frozen=True):
    """What is captured at a close, and bundles are made of: no bundle itself."""

    koperasi: int
    close: LogProof
    attestations: list[LogProof]
    state: State


Bundle = EntryBundle | ClaimBundle | ConsistencyBundle | StateBundle | SolvencyBundle | ShareBundle
KINDS: Final = ("entry", "claim", "consistency", "state", "solvency", "share")
_DECODER: Final[msgspec.json.Decoder[Bundle]] = msgspec.json.Decoder(Bundle)

_EVIDENCE: Final = msgspec.json.Decoder(Evidence)


def encode(bundle: Bundle) -> bytes:
    """The bytes of a bundle's file."""
    return msgspec.json.encode(bundle)


def decode(content: bytes) -> Bundle:
    """The bundle in a file's bytes. RefusedError: FORMAT, VERSION, NOT_CANONICAL."""
    if len(content) > MOST_BYTES:
        raise RefusedError("FORMAT", f"lebih dari {MOST_BYTES} bita", f"more than {MOST_BYTES} bytes")
    try:
        bundle = _DECODER.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError("FORMAT", str(error), str(error)) from error
    if bundle.koperasi != VERSION:
        raise RefusedError("VERSION", f"versi {bundle.koperasi}", f"version {bundle.koperasi}")
    again = encode(bundle)
    if again != content:
        at = next(
            (at for at, (one, other) in enumerate(zip(again, content, strict=False)) if one != other),
            min(len(again), len(content)),
        )
        raise RefusedError("NOT_CANONICAL", f"mulai bita {at}", f"from byte {at} on")
    return bundle


def encode_evidence(evidence: Evidence) -> bytes:
    """What is kept of a close."""
    return msgspec.json.encode(evidence)


def decode_evidence(content: bytes) -> Evidence:
    """What was kept of a close. RefusedError: FORMAT, VERSION."""
    try:
        evidence = _EVIDENCE.decode(content)
    except msgspec.MsgspecError as error:
        raise RefusedError("FORMAT", str(error), str(error)) from error
    if evidence.koperasi != VERSION:
        raise RefusedError("VERSION", f"versi {evidence.koperasi}", f"version {evidence.koperasi}")
    return evidence
