"""Layouts against the compiled ABIs, and a round trip of random values through eth_abi."""

import json
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

import indexer.chain
from indexer.chain import events as ev
from indexer.chain.decode import (
    LAYOUTS,
    MalformedLogError,
    UnknownLogError,
    camel,
    decode_log,
    signature_of,
)
from indexer.chain.events import EVENTS, Abi, Event, LogRef, RawLog, Record, abi_fields
from rules.types import MemberNumber
from tests.indexer.fake_chain import FakeLog

ABIS = Path(indexer.chain.__file__).parent / "abis"
NEVER_EMITTED = {"EIP712DomainChanged"}
"""Declared by OpenZeppelin's EIP712, emitted by nothing: it would stop the indexer, as it should."""
CONTRACT_OF = {"SavingsToken": ev.TOKENS}
ADDRESS = b"\x11" * 20


def compiled() -> dict[str, list[dict[str, Any]]]:
    """Events by contract as the compiler says."""
    return {
        path.stem: [
            item
            for item in json.loads(path.read_text())
            if item["type"] == "event" and item["name"] not in NEVER_EMITTED
        ]
        for path in sorted(ABIS.glob("*.json"))
    }


def raw(log: FakeLog) -> RawLog:
    return RawLog(3, 1, b"\x22" * 32, log.address, b"".join(log.topics), log.data)


def ref(contract: str) -> LogRef:
    return LogRef(7, b"\x33" * 32, 1_735_689_600, b"\x22" * 32, 1, 3, ADDRESS, contract)


def random_value(random: Random, kind: str, limit: int | None) -> Any:
    if kind.endswith("[]"):
        return tuple(random_value(random, kind[:-2], None) for _ in range(random.randrange(4)))
    if kind == "bool":
        return random.random() < 0.5
    if kind == "address":
        return random.randbytes(20)
    if kind == "bytes":
        return random.randbytes(random.randrange(100))
    if kind == "string":
        return "ékonomi " * random.randrange(10)
    if kind.startswith("bytes"):
        return random.randbytes(int(kind[5:]))
    most = limit or 1 << int(kind[4:])
    return random.choice((0, most - 1, random.randrange(most)))


def random_field(random: Random, abi: Abi) -> Any:
    if abi.record is None:
        made = random_value(random, abi.type, abi.limit)
        return made * abi.unit if abi.type == "bytes" else made
    if abi.type.endswith("[]"):
        return tuple(random_struct(random, abi.record) for _ in range(random.randrange(4)))
    return random_struct(random, abi.record)


def random_struct(random: Random, struct: type[Record]) -> Record:
    return struct(*(random_field(random, abi) for _, abi, _ in abi_fields(struct)))


def random_event(random: Random, event: type[Event]) -> Event:
    return event(*(random_field(random, abi) for _, abi, _ in abi_fields(event)))


def typed(item: dict[str, Any]) -> str:
    """The type of an ABI's entry, a tuple by its components."""
    inner = ",".join(typed(each) for each in item.get("components", ()))
    return f"({inner})".join(item["type"].split("tuple")) if inner else item["type"]


@pytest.mark.parametrize("contract", sorted(compiled()))
def test_layouts__every_event_of_the_abi__is_known_with_the_same_fields(contract: str) -> None:
    for item in compiled()[contract]:
        event = getattr(ev, item["name"])
        ours = [(camel(name), abi.type, indexed) for name, abi, indexed in abi_fields(event)]
        assert ours == [(each["name"], typed(each), each["indexed"]) for each in item["inputs"]]
        assert not item["anonymous"]
        for name in CONTRACT_OF.get(contract, (contract,)):
            assert name in event.emitters


def test_events__each_of_them__is_in_the_abi_of_every_emitter() -> None:
    known = {
        (name, item["name"])
        for contract, items in compiled().items()
        for name in CONTRACT_OF.get(contract, (contract,))
        for item in items
    }
    missing = {(name, event.__name__) for event in EVENTS for name in event.emitters} - known
    assert not missing


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_decode_log__random_values__come_back(event: type[Event]) -> None:
    random = Random(signature_of(event))
    for _ in range(50):
        made = random_event(random, event)
        for contract in event.emitters:
            assert decode_log(ref(contract), raw(FakeLog.of(ADDRESS, made))) == made


def words(abi: Abi) -> list[Abi]:
    """What stands in the head of the data, a word each."""
    return [leaf for _, leaf, _ in abi_fields(abi.record)] if is_static(abi) and abi.record else [abi]


def is_static(abi: Abi) -> bool:
    if abi.record is not None and not abi.type.endswith("[]"):
        return all(is_static(leaf) for _, leaf, _ in abi_fields(abi.record))
    return abi.type not in ("bytes", "string") and not abi.type.endswith("[]")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_decode_log__a_bit_outside_a_type__is_malformed(event: type[Event]) -> None:
    """Each static word once with its highest bit set: only whole words may take it."""
    log = raw(FakeLog.of(ADDRESS, random_event(Random(1), event)))
    fields = [*(f for f in abi_fields(event) if f[2]), *(f for f in abi_fields(event) if not f[2])]
    for at, abi in enumerate(word for _, field, _ in fields for word in words(field)):
        if abi.type in ("bytes32", "uint256"):
            continue
        bit = 31 if abi.type == "bytes4" else 0
        body = bytearray(log.topics[32:] + log.data)
        body[32 * at + bit] ^= 0x80
        cut = len(log.topics) - 32
        bad = RawLog(3, 1, log.tx_hash, ADDRESS, log.topics[:32] + bytes(body[:cut]), bytes(body[cut:]))
        with pytest.raises(MalformedLogError):
            decode_log(ref(event.emitters[0]), bad)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_decode_log__wrong_length__is_malformed(event: type[Event]) -> None:
    log = raw(FakeLog.of(ADDRESS, random_event(Random(2), event)))
    wrong = [
        (log.topics, log.data + b"\0"),
        (log.topics, log.data + bytes(32)),
        (log.topics + bytes(32), log.data),
    ]
    if log.data:
        wrong += [(log.topics, log.data[:-1]), (log.topics, log.data[:-32]), (log.topics, b"")]
    for topics, data in wrong:
        with pytest.raises(MalformedLogError):
            decode_log(ref(event.emitters[0]), RawLog(3, 1, log.tx_hash, ADDRESS, topics, data))


def test_decode_log__enum_beyond_its_values__is_malformed() -> None:
    log = raw(FakeLog.of(ADDRESS, ev.Deposited(1, 4, 9, 1, 5, 20_000)))  # type: ignore[arg-type]
    with pytest.raises(MalformedLogError, match="4 is no value of its enum of 4"):
        decode_log(ref("TellerDesk"), log)


@pytest.mark.parametrize(
    "tail",
    [
        (1 << 255).to_bytes(32, "big"),
        (2).to_bytes(32, "big") + bytes(32),
        (0).to_bytes(32, "big") + bytes(32),
    ],
    ids=["huge", "longer than the data", "shorter than the data"],
)
def test_decode_log__array_length_that_lies__is_malformed(tail: bytes) -> None:
    log = raw(FakeLog.of(ADDRESS, ev.JournalPosted(1, 20_000, 1, 2, ())))  # type: ignore[arg-type]
    bad = RawLog(3, 1, log.tx_hash, ADDRESS, log.topics, log.data[:-32] + tail)
    with pytest.raises(MalformedLogError):
        decode_log(ref("Books"), bad)


def test_decode_log__a_tier_outside_its_types__is_malformed() -> None:
    log = raw(FakeLog.of(ADDRESS, ev.TiersSet((ev.Tier(5, 1, 2, 3), ev.Tier(6, 2, 2, 3)))))
    words_of_tiers = range(64, len(log.data), 32)
    assert len(words_of_tiers) == 8
    for word in words_of_tiers:
        body = bytearray(log.data)
        body[word] ^= 0x80
        bad = RawLog(3, 1, log.tx_hash, ADDRESS, log.topics, bytes(body))
        with pytest.raises(MalformedLogError, match="outside its type"):
            decode_log(ref("LoanPolicy"), bad)


def a_motion() -> ev.MotionPut:
    election = ev.Election(
        (1, 2),
        1_461,
        0,
        (
            ev.Candidate(MemberNumber(4), b"\x44" * 20, 1_800_000_000, b"signed" * 11),
            ev.Candidate(MemberNumber(9), b"\x99" * 20, 1_800_000_000, b""),
        ),
        (ev.Outgoing(1, b"\x11" * 20),),
    )
    actions = (ev.Action(b"\x55" * 20, b"\x01" * 36), ev.Action(b"\x66" * 20, b""))
    return ev.MotionPut(
        3, 2, ev.Motion(0, 6_667, "Perubahan anggaran dasar", b"\x77" * 32, actions, election)
    )


def test_decode_log__a_motion_of_every_part__comes_back() -> None:
    assert decode_log(ref("RAT"), raw(FakeLog.of(ADDRESS, a_motion()))) == a_motion()


def test_decode_log__a_motion_changed_anywhere__is_malformed_or_another_motion() -> None:
    """Each word once with its highest bit set, and cut off there: no offset, length or padding may lie."""
    log = raw(FakeLog.of(ADDRESS, a_motion()))
    encoded = len(log.data) // 32
    others = 0
    for at in range(0, len(log.data), 32):
        body = bytearray(log.data)
        body[at] ^= 0x80
        for data in (bytes(body), log.data[:at]):
            bad = RawLog(3, 1, log.tx_hash, ADDRESS, log.topics, data)
            try:
                assert decode_log(ref("RAT"), bad) != a_motion()
                others += 1
            except MalformedLogError:
                continue
    assert encoded > 30
    assert others == 1 + 1 + 3 + 2, "a hash, a title, a consent and the data of an action are free"


def test_decode_log__a_title_that_is_no_text__is_shown_as_bytes() -> None:
    """Nobody stops the indexer, or a database, by the name of a motion."""
    log = raw(FakeLog.of(ADDRESS, a_motion()))
    title = a_motion().content.title.encode()
    data = log.data.replace(title, b"\0\xff" + title[2:])
    found = decode_log(ref("RAT"), RawLog(3, 1, log.tx_hash, ADDRESS, log.topics, data))
    assert isinstance(found, ev.MotionPut)
    assert found.content.title == "\\x00\\xff" + a_motion().content.title[2:]


@pytest.mark.parametrize(
    ("event", "left"),
    [
        (ev.BallotsCast(1, 2, bytes(72)), 71),
        (ev.BallotsCast(1, 2, bytes(72)), 40),
        (ev.CheckedIn(1, 1, bytes(8)), 7),
        (ev.PaperListEntered(1, 1, bytes(32), bytes(8)), 2),
        (ev.PetitionSigned(bytes(32), bytes(4), 1, 7), 3),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Event) else str(value),
)
def test_decode_log__packed_rows_cut_short__are_malformed(event: Event, left: int) -> None:
    name = next(name for name, abi, _ in abi_fields(type(event)) if abi.unit > 1)
    assert decode_log(ref("BallotBox"), raw(FakeLog.of(ADDRESS, event))) == event
    cut = msgspec.structs.replace(event, **{name: getattr(event, name)[:left]})
    with pytest.raises(MalformedLogError, match=f"{left} bytes are no rows of"):
        decode_log(ref("BallotBox"), raw(FakeLog.of(ADDRESS, cut)))


def test_decode_log__dirty_padding_of_bytes__is_malformed() -> None:
    log = raw(FakeLog.of(ADDRESS, ev.SlipRefused(1, b"abc")))  # type: ignore[arg-type]
    bad = RawLog(3, 1, log.tx_hash, ADDRESS, log.topics, log.data[:-1] + b"\x01")
    with pytest.raises(MalformedLogError):
        decode_log(ref("TellerDesk"), bad)


def test_decode_log__unknown_topic__stops_with_block_transaction_and_index() -> None:
    log = RawLog(3, 1, b"\x22" * 32, ADDRESS, b"\x99" * 32, b"")
    with pytest.raises(UnknownLogError) as caught:
        decode_log(ref("TellerDesk"), log)
    text = str(caught.value)
    assert "block 7" in text
    assert "0x" + "22" * 32 in text
    assert "log 3" in text
    assert "Nothing was posted" in text


@pytest.mark.parametrize("contract", ["Treasury", "Warung"])
def test_decode_log__event_of_another_contract__is_unknown(contract: str) -> None:
    log = raw(FakeLog.of(ADDRESS, ev.Deposited(1, 1, 9, 1, 5, 20_000)))  # type: ignore[arg-type]
    with pytest.raises(UnknownLogError):
        decode_log(ref(contract), log)


def test_decode_log__no_topic_at_all__is_unknown() -> None:
    with pytest.raises(UnknownLogError, match="no topic"):
        decode_log(ref("TellerDesk"), RawLog(3, 1, b"\x22" * 32, ADDRESS, b"", b""))


def test_layouts__cover_every_emitter() -> None:
    assert set(LAYOUTS) == ev.CONTRACTS
