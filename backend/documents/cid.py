"""Content identifiers as `ipfs add --cid-version=1` gives them: CIDv1, base32, sha2-256.

A file is cut into chunks of 262,144 bytes. One chunk is its own block (raw); more are the leaves of a
balanced tree of dag-pb nodes with at most 174 links each (UnixFS). docs/decisions/0013-documents.md says why
it is ours.
"""

from base64 import b32decode, b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final, NamedTuple, Self

CHUNK_BYTES: Final = 262_144
MAX_LINKS: Final = 174
_VERSION: Final = 1
_SHA2_256: Final = b"\x12\x20"
_DIGEST_BYTES: Final = 32
_TEXT_LENGTH: Final = 59
"""Of "b" and 36 bytes in base32."""
_UNIXFS_FILE: Final = b"\x08\x02"


class Codec(IntEnum):
    """What the block is whose hash a CID holds."""

    RAW = 0x55
    DAG_PB = 0x70


class MalformedCidError(ValueError):
    """A text that is no CID of this store."""

    def __init__(self, text: str) -> None:
        self.indonesian = (
            f"{text[:80]!r} bukan CID dokumen: CIDv1 dimulai dengan bafkrei atau bafybei dan panjangnya 59 "
            "huruf."
        )
        self.english = (
            f"{text[:80]!r} is no document's CID: a CIDv1 begins with bafkrei or bafybei and has 59 letters."
        )
        super().__init__(f"{self.indonesian} / {self.english}")


@dataclass(frozen=True, slots=True)
class Cid:
    """CIDv1 with sha2-256: the codec, and the 32 bytes that go on the chain as a document's hash."""

    codec: Codec
    digest: bytes

    def __post_init__(self) -> None:
        if len(self.digest) != _DIGEST_BYTES:
            raise ValueError(f"a digest of {len(self.digest)} bytes is no sha2-256")

    def __str__(self) -> str:
        return "b" + b32encode(self.binary).decode().rstrip("=").lower()

    @classmethod
    def of_block(cls, digest: bytes) -> Self:
        """Of a document of one chunk, by the sha2-256 of its bytes: what a loan's document hash is."""
        return cls(Codec.RAW, digest)

    @property
    def binary(self) -> bytes:
        """Version, codec, kind and length of the hash, the hash."""
        return bytes((_VERSION, self.codec)) + _SHA2_256 + self.digest

    @classmethod
    def parse(cls, text: str) -> Self:
        """The CID that `text` writes, which must be its only way to be written. MalformedCidError."""
        if len(text) != _TEXT_LENGTH or not text.isascii():
            raise MalformedCidError(text)
        try:
            binary = b32decode(text[1:].upper() + "=" * (-len(text[1:]) % 8))
            found = cls(Codec(binary[1]), binary[4:])
        except ValueError:
            raise MalformedCidError(text) from None
        if str(found) != text:
            raise MalformedCidError(text)
        return found


class _Block(NamedTuple):
    """A node of the tree: its CID, the bytes of the file below it, those of its blocks and itself."""

    cid: Cid
    file_bytes: int
    tree_bytes: int


def cid_of(content: bytes) -> Cid:
    """The CID of a file with this content."""
    view = memoryview(content)
    level = [_leaf(view[start : start + CHUNK_BYTES]) for start in range(0, len(content) or 1, CHUNK_BYTES)]
    while len(level) > 1:
        level = [_node(level[start : start + MAX_LINKS]) for start in range(0, len(level), MAX_LINKS)]
    return level[0].cid


def _leaf(chunk: memoryview) -> _Block:
    return _Block(Cid(Codec.RAW, sha256(chunk).digest()), len(chunk), len(chunk))


def _node(children: Sequence[_Block]) -> _Block:
    """A dag-pb node: its links in order, then the UnixFS data of a file."""
    links = b"".join(_field(2, _link(child)) for child in children)
    size = sum(child.file_bytes for child in children)
    unixfs = _UNIXFS_FILE + b"\x18" + _varint(size)
    unixfs += b"".join(b"\x20" + _varint(child.file_bytes) for child in children)
    encoded = links + _field(1, unixfs)
    below = sum(child.tree_bytes for child in children)
    return _Block(Cid(Codec.DAG_PB, sha256(encoded).digest()), size, len(encoded) + below)


def _link(child: _Block) -> bytes:
    """Hash, a name that is empty, and the size of the tree below."""
    return _field(1, child.cid.binary) + _field(2, b"") + b"\x18" + _varint(child.tree_bytes)


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited field of protobuf."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    parts: list[int] = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*parts, value))
