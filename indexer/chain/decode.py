"""From a raw log to an event, by slicing. A log that is not wholly understood stops the indexer.

A layout is derived once from each event's annotations. Topics and data of a log are unpacked in one go, and
every bit that the Solidity types leave zero is checked with one mask.
"""

from collections.abc import Callable, Sequence
from functools import partial
from struct import Struct
from typing import Any, Final, NamedTuple

from indexer.chain.events import CONTRACTS, EVENTS, Abi, Event, LogRef, RawLog, Record, abi_fields
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


def _read_bytes(unit: int, tail: bytes) -> bytes:
    length = int.from_bytes(tail[:32], "big")
    if len(tail) != 32 + _padded(length) or any(tail[32 + length :]):
        raise _BadValueError(f"bytes of length {length} in {len(tail)} bytes")
    if length % unit:
        raise _BadValueError(f"{length} bytes are no rows of {unit}")
    return tail[32 : 32 + length]


def _padded(length: int) -> int:
    return (length + 31) // 32 * 32


def _read_words(tail: bytes) -> tuple[int, ...]:
    length = int.from_bytes(tail[:32], "big")
    if len(tail) != 32 + 32 * length:
        raise _BadValueError(f"array of length {length} in {len(tail)} bytes")
    from_bytes = int.from_bytes
    return tuple([from_bytes(tail[at : at + 32], "big") for at in range(32, len(tail), 32)])


def _read_uints(bits: int, tail: bytes) -> tuple[int, ...]:
    words = _read_words(tail)
    if any(word >> bits for word in words):
        raise _BadValueError(f"an array element does not fit uint{bits}")
    return words


def _read_string(tail: bytes) -> str:
    """Bytes that are no text are shown as they are (`\\xff`): nobody stops the indexer by a title."""
    return _read_bytes(1, tail).decode(errors="backslashreplace").replace("\0", "\\x00")


def _to_int(word: bytes) -> int:
    return int.from_bytes(word, "big")


_TAILS: Final[dict[str, Callable[[bytes], object]]] = {
    "string": _read_string,
    "uint256[]": _read_words,
    "uint16[]": partial(_read_uints, 16),
    "uint64[]": partial(_read_uints, 64),
}
_CONVERT: Final[dict[str, Callable[[Any], object]]] = {"bool": bool, "uint256": _to_int}


class _Words:
    """Static values, a word each: unpacked in one go, checked with one mask."""

    def __init__(self, abis: list[Abi]) -> None:
        self.size = 32 * len(abis)
        self._unpack = Struct(">" + "".join(_FORMATS[abi.type] for abi in abis)).unpack
        self._mask = 0
        for abi in abis:
            self._mask = self._mask << 256 | _zero_bits(abi.type)
        self._converts = [(at, _CONVERT[abi.type]) for at, abi in enumerate(abis) if abi.type in _CONVERT]
        self._limits = [(at, abi.limit) for at, abi in enumerate(abis) if abi.limit is not None]

    def read(self, body: bytes) -> Any:
        """The values; raises ValueError if one is outside its type."""
        if int.from_bytes(body, "big") & self._mask:
            raise _BadValueError("a value is outside its type")
        values: Any = self._unpack(body)
        for at, limit in self._limits:
            if values[at] >= limit:
                raise _BadValueError(f"{values[at]} is no value of its enum of {limit}")
        if self._converts:
            values = list(values)
            for at, convert in self._converts:
                values[at] = convert(values[at])
        return values


class _Nested(NamedTuple):
    """How a value is read inside of another one: its bytes in the head, whether more of it is in the tail,
    and `read`, which gives the value that begins somewhere in a body and where it ends.

    Only the one encoding is read that Solidity writes: each tail stands right behind the one before it.
    """

    head: int
    is_dynamic: bool
    read: Callable[[bytes, int], tuple[Any, int]]


def _nested(abi: Abi) -> _Nested:
    if abi.record is None:
        return _nested_value(abi)
    record = _nested_record(abi.record)
    return _nested_array(record) if abi.type.endswith("[]") else record


def _nested_value(abi: Abi) -> _Nested:
    tail, words = _plain_tail(abi), None if _plain_tail(abi) else _Words([abi])

    def read_word(body: bytes, at: int) -> tuple[Any, int]:
        assert words is not None
        return words.read(_word(body, at))[0], at + 32

    def read_tail(body: bytes, at: int) -> tuple[Any, int]:
        assert tail is not None
        length = _to_int(_word(body, at))
        end = at + 32 + (32 * length if abi.type.endswith("[]") else _padded(length))
        return tail(body[at:end]), end

    return _Nested(32, tail is not None, read_tail if tail else read_word)


def _nested_record(record: type[Record]) -> _Nested:
    parts = [_nested(part) for _, part, _ in abi_fields(record)]
    head = sum(part.head for part in parts)
    is_dynamic = any(part.is_dynamic for part in parts)

    def read(body: bytes, at: int) -> tuple[Any, int]:
        values, end = _read_parts(parts, body, at)
        return record(*values), end

    return _Nested(32 if is_dynamic else head, is_dynamic, read)


def _nested_array(item: _Nested) -> _Nested:
    def read(body: bytes, at: int) -> tuple[Any, int]:
        length = _to_int(_word(body, at))
        if length * item.head > len(body) - at - 32:
            raise _BadValueError(f"array of length {length} in {len(body) - at} bytes")
        values, end = _read_parts([item] * length, body, at + 32)
        return tuple(values), end

    return _Nested(32, True, read)


def _read_parts(parts: Sequence[_Nested], body: bytes, at: int) -> tuple[list[Any], int]:
    """Values that stand side by side from `at` on, and the end of the last one's tail."""
    values = []
    place, end = at, at + sum(part.head for part in parts)
    for part in parts:
        if part.is_dynamic:
            if _to_int(_word(body, place)) != end - at:
                raise _BadValueError("a dynamic part is not where it should begin")
            value, end = part.read(body, end)
            place += 32
        else:
            value, place = part.read(body, place)
        values.append(value)
    return values, end


def _word(body: bytes, at: int) -> bytes:
    if at + 32 > len(body):
        raise _BadValueError("the data ends too early")
    return body[at : at + 32]


def _read_whole(nested: _Nested, tail: bytes) -> object:
    value, end = nested.read(tail, 0)
    if end != len(tail):
        raise _BadValueError(f"{len(tail)} bytes where {end} should be")
    return value


def _plain_tail(abi: Abi) -> Callable[[bytes], object] | None:
    return partial(_read_bytes, abi.unit) if abi.type == "bytes" else _TAILS.get(abi.type)


def _tail_of(abi: Abi) -> Callable[[bytes], object] | None:
    """How a dynamic value is read; None if the type is static."""
    if abi.record is None:
        return _plain_tail(abi)
    nested = _nested(abi)
    return partial(_read_whole, nested) if nested.is_dynamic else None


def _leaves(abi: Abi) -> list[Abi]:
    """The type itself, or those of a record's fields."""
    return [leaf for _, leaf, _ in abi_fields(abi.record)] if abi.record else [abi]


class Layout:
    """How the logs of one event are read."""

    def __init__(self, event: type[Event]) -> None:
        self.event = event
        self.topic = topic_of(event)
        fields = abi_fields(event)
        order = [field for field in fields if field[2]] + [field for field in fields if not field[2]]
        tails = [(name, tail) for name, abi, _ in order if (tail := _tail_of(abi))]
        if len(tails) > 1:
            raise TypeError(f"{event.__name__}: more than one dynamic field has no layout here")
        dynamic = {name for name, _ in tails}
        self._tail = tails[0][1] if tails else None
        leaves: list[Abi] = []
        self._records: list[tuple[int, int, type[Record]]] = []
        self._offset: int | None = None
        for name, abi, _ in order:
            if name in dynamic:
                self._offset = len(leaves)
                leaves.append(Abi("uint256"))
            elif abi.record:
                leaves += _leaves(abi)
                self._records.append((len(leaves) - len(_leaves(abi)), len(leaves), abi.record))
            else:
                leaves.append(abi)
        self._words = _Words(leaves)
        self.topics_size = 32 * (1 + sum(indexed for _, _, indexed in fields))
        self.head_size = self._words.size + 32 - self.topics_size
        names = [name for name, _, _ in order]
        shuffle = [names.index(name) for name in event.__struct_fields__]
        self._shuffle = shuffle if shuffle != sorted(shuffle) else None

    def read(self, topics: bytes, data: bytes) -> Event:
        """The event; raises ValueError if a length, a value or an offset is not what its type allows."""
        head_size, tail = self.head_size, self._tail
        if len(topics) != self.topics_size:
            raise _BadValueError(f"{len(topics) // 32} topics instead of {self.topics_size // 32}")
        if len(data) < head_size or (tail is None and len(data) != head_size):
            raise _BadValueError(f"{len(data)} bytes of data instead of {head_size}")
        values: Any = self._words.read(topics[32:] + (data if tail is None else data[:head_size]))
        if tail is None and not self._records and self._shuffle is None:
            return self.event(*values)
        values = list(values)
        if tail is not None:
            assert self._offset is not None
            if values[self._offset] != head_size:
                raise _BadValueError("the dynamic part is not where it should begin")
            values[self._offset] = tail(data[head_size:])
        for first, end, record in reversed(self._records):
            values[first:end] = [record(*values[first:end])]
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
