"""From a raw log to an event, by slicing. A log that is not wholly understood stops the indexer.

A layout is derived once from each event's annotations. Topics and data of a log are unpacked in one go, and
every bit that the Solidity types leave zero is checked with one mask.
"""

from collections.abc import Callable
from struct import Struct
from typing import Any, Final, get_args, get_type_hints

from indexer.chain.events import CONTRACTS, EVENTS, INDEXED, Abi, Event, LogRef, RawLog
from indexer.chain.hashing import keccak
from indexer.chain.words import both

_FORMATS: Final = {
    "bool": "31xB",
    "uint8": "31xB",
    "uint16": "30xH",
    "uint32": "28xI",
    "uint40": "24xQ",
    "uint48": "24xQ",
    "uint64": "24xQ",
    "uint256": "32s",
    "address": "12x20s",
    "bytes4": "4s28x",
    "bytes32": "32s",
}
_WORD_MAX: Final = (1 << 256) - 1
_DYNAMIC: Final = frozenset({"bytes", "string", "uint256[]", "uint16[]"})


class LogError(Exception):
    """A log of a contract of the cooperative that cannot be read."""

    def __init__(self, ref: LogRef, problem: str, indonesian: str, english: str) -> None:
        """problem: what is wrong, in English. The two texts say what to do."""
        self.ref = ref
        place = (
            f"{ref.contract} 0x{ref.address.hex()}, block {ref.block_number} (0x{ref.block_hash.hex()}), "
            f"transaction 0x{ref.tx_hash.hex()}, log {ref.log_index}"
        )
        super().__init__(
            both(
                f"Log yang tidak terbaca: {problem}: {place}. {indonesian} Tidak ada yang dibukukan.",
                f"{problem}: {place}. {english} Nothing was posted.",
            )
        )


class UnknownLogError(LogError):
    """No event of this contract has this first topic."""


class MalformedLogError(LogError):
    """Topics or data are not what the event's types allow."""


class _BadValueError(ValueError):
    pass


def camel(name: str) -> str:
    """The Solidity name of a field: `book_day` is bookDay, `from_` is from."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(part.capitalize() for part in rest)


def abi_fields(event: type[Event]) -> list[tuple[str, Abi, bool]]:
    """Field name, Solidity type and whether it is indexed, in the order of the event."""
    hints = get_type_hints(event, include_extras=True)
    fields = []
    for name in event.__struct_fields__:
        _, *notes = get_args(hints[name])
        fields.append((name, next(note for note in notes if isinstance(note, Abi)), INDEXED in notes))
    return fields


def signature_of(event: type[Event]) -> str:
    """For example `LoanClosed(uint32,uint32)`."""
    return f"{event.__name__}({','.join(abi.type for _, abi, _ in abi_fields(event))})"


def topic_of(event: type[Event]) -> bytes:
    """First topic of the event's logs."""
    return keccak(signature_of(event).encode())


def _zero_bits(kind: str) -> int:
    """The bits of a word that are zero in every value of the type."""
    if kind in ("uint256", "bytes32"):
        return 0
    if kind == "bytes4":
        return (1 << 224) - 1
    used = {"bool": 1, "address": 160}.get(kind) or int(kind.removeprefix("uint"))
    return _WORD_MAX ^ ((1 << used) - 1)


def _read_bytes(tail: bytes) -> bytes:
    length = int.from_bytes(tail[:32], "big")
    if len(tail) != 32 + (length + 31) // 32 * 32 or any(tail[32 + length :]):
        raise _BadValueError(f"bytes of length {length} in {len(tail)} bytes")
    return tail[32 : 32 + length]


def _read_words(tail: bytes) -> tuple[int, ...]:
    length = int.from_bytes(tail[:32], "big")
    if len(tail) != 32 + 32 * length:
        raise _BadValueError(f"array of length {length} in {len(tail)} bytes")
    from_bytes = int.from_bytes
    return tuple([from_bytes(tail[at : at + 32], "big") for at in range(32, len(tail), 32)])


def _read_u16s(tail: bytes) -> tuple[int, ...]:
    words = _read_words(tail)
    if any(word >> 16 for word in words):
        raise _BadValueError("an array element does not fit uint16")
    return words


def _read_string(tail: bytes) -> str:
    return _read_bytes(tail).decode()


def _to_int(word: bytes) -> int:
    return int.from_bytes(word, "big")


_TAILS: Final[dict[str, Callable[[bytes], object]]] = {
    "bytes": _read_bytes,
    "string": _read_string,
    "uint256[]": _read_words,
    "uint16[]": _read_u16s,
}
_CONVERT: Final[dict[str, Callable[[Any], object]]] = {"bool": bool, "uint256": _to_int}


class Layout:
    """How the logs of one event are read."""

    def __init__(self, event: type[Event]) -> None:
        self.event = event
        self.topic = topic_of(event)
        fields = abi_fields(event)
        order = [field for field in fields if field[2]] + [field for field in fields if not field[2]]
        self.topics_size = 32 * (1 + sum(indexed for _, _, indexed in fields))
        self.head_size = 32 * (len(order) + 1) - self.topics_size
        kinds = [abi.type for _, abi, _ in order]
        self._tail = next((_TAILS[kind] for kind in kinds if kind in _DYNAMIC), None)
        self._unpack = Struct(">" + "".join(_FORMATS.get(kind, "32x") for kind in kinds)).unpack
        self._mask, self._expected = self._fixed_bits(kinds)
        static = [(name, abi) for name, abi, _ in order if abi.type not in _DYNAMIC]
        self._converts = [
            (at, _CONVERT[abi.type]) for at, (_, abi) in enumerate(static) if abi.type in _CONVERT
        ]
        self._limits = [(at, abi.limit) for at, (_, abi) in enumerate(static) if abi.limit is not None]
        unpacked = [name for name, _ in static] + [name for name, abi, _ in order if abi.type in _DYNAMIC]
        shuffle = [unpacked.index(name) for name in event.__struct_fields__]
        self._shuffle = shuffle if shuffle != sorted(shuffle) else None

    def _fixed_bits(self, kinds: list[str]) -> tuple[int, int]:
        """Mask over all words, and what they must be under it: zero, or where the dynamic part begins."""
        if sum(kind in _DYNAMIC for kind in kinds) > 1:
            raise TypeError(f"{self.event.__name__}: more than one dynamic field has no layout here")
        mask = expected = 0
        for kind in kinds:
            dynamic = kind in _DYNAMIC
            mask = mask << 256 | (_WORD_MAX if dynamic else _zero_bits(kind))
            expected = expected << 256 | (self.head_size if dynamic else 0)
        return mask, expected

    def read(self, topics: bytes, data: bytes) -> Event:
        """The event; raises ValueError if a length, a value or an offset is not what its type allows."""
        head_size = self.head_size
        tail = self._tail
        if len(topics) != self.topics_size:
            raise _BadValueError(f"{len(topics) // 32} topics instead of {self.topics_size // 32}")
        if len(data) < head_size or (tail is None and len(data) != head_size):
            raise _BadValueError(f"{len(data)} bytes of data instead of {head_size}")
        body = topics[32:] + (data if tail is None else data[:head_size])
        if int.from_bytes(body, "big") & self._mask != self._expected:
            raise _BadValueError("a value is outside its type")
        values: Any = self._unpack(body)
        for at, limit in self._limits:
            if values[at] >= limit:
                raise _BadValueError(f"{values[at]} is no value of its enum of {limit}")
        if tail is None and not self._converts and self._shuffle is None:
            return self.event(*values)
        values = list(values)
        for at, convert in self._converts:
            values[at] = convert(values[at])
        if tail is not None:
            values.append(tail(data[head_size:]))
        if self._shuffle is not None:
            values = [values[at] for at in self._shuffle]
        return self.event(*values)


LAYOUTS: Final[dict[str, dict[bytes, Layout]]] = {name: {} for name in sorted(CONTRACTS)}
"""By name of the emitting contract, then by first topic."""
for _event in EVENTS:
    _layout = Layout(_event)
    for _name in _event.emitters:
        LAYOUTS[_name][_layout.topic] = _layout


def decode_log(ref: LogRef, raw: RawLog) -> Event:
    """The event in a log of the contract `ref.contract`. Raises UnknownLogError or MalformedLogError."""
    layout = LAYOUTS.get(ref.contract, {}).get(raw.topics[:32])
    if layout is None:
        topic = f"0x{raw.topics[:32].hex()}" if raw.topics else "no topic"
        raise UnknownLogError(
            ref,
            f"a log with an unknown first topic ({topic})",
            "Pengindeks ini lebih tua dari kontraknya, atau alamat itu bukan seperti namanya: pasang versi "
            "Koperasi yang mengenal peristiwa ini, lalu sinkronkan lagi.",
            "This indexer is older than the contracts, or the address is not what its name says: install the "
            "version of Koperasi that names this event, then sync again.",
        )
    try:
        return layout.read(raw.topics, raw.data)
    except ValueError as error:
        raise MalformedLogError(
            ref,
            f"a malformed {layout.event.__name__} log ({error})",
            "Kontrak itu bukan yang antarmukanya dikenal pengindeks ini: bandingkan sumbernya dengan "
            "contracts/interfaces.",
            "The contract is not the one whose interface this indexer knows: compare its source with "
            "contracts/interfaces.",
        ) from error
