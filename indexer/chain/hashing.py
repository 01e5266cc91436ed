"""Keccak-256, RLP, blooms and slots, as far as headers, receipts and storage need them."""

from collections.abc import Iterable
from functools import lru_cache
from typing import cast

# The one Keccak that Brownie's pins bring in C: 0.7 microseconds, where pycryptodome's takes 3.
from sha3 import keccak_256  # type: ignore[import-untyped]


def keccak(data: bytes) -> bytes:
    """Keccak-256 of `data`, 32 bytes."""
    return cast("bytes", keccak_256(data).digest())


def rlp_bytes(value: bytes) -> bytes:
    """RLP of a byte string."""
    size = len(value)
    if size == 1 and value[0] < 0x80:
        return value
    return _prefix(0x80, size) + value


def rlp_int(value: int) -> bytes:
    """RLP of an integer from zero: its big-endian bytes without leading zeros."""
    return rlp_bytes(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def rlp_list(items: Iterable[bytes]) -> bytes:
    """RLP of a list of items that are encoded already."""
    body = b"".join(items)
    return _prefix(0xC0, len(body)) + body


def list_prefix(size: int) -> bytes:
    """What stands before a list whose encoded items have `size` bytes."""
    return _prefix(0xC0, size)


def bytes_prefix(size: int) -> bytes:
    """What stands before a byte string of `size` bytes, not for one byte below 0x80."""
    return _prefix(0x80, size)


@lru_cache(maxsize=4096)
def _prefix(base: int, size: int) -> bytes:
    if size < 56:
        return bytes((base + size,))
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((base + 55 + len(length),)) + length


@lru_cache(maxsize=65536)
def bloom_bits(value: bytes) -> int:
    """The three bits that an address or topic sets in a bloom of 2048 bits."""
    digest = keccak(value)
    bits = 0
    for at in (0, 2, 4):
        bits |= 1 << (int.from_bytes(digest[at : at + 2], "big") & 2047)
    return bits


def mapping_slot(key: int, slot: int) -> int:
    """Where a mapping at `slot` keeps the value of an integer key."""
    return int.from_bytes(keccak(key.to_bytes(32, "big") + slot.to_bytes(32, "big")), "big")
