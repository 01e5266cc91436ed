"""Each alteration of a meeting's events is found, and named."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from eth_abi.abi import decode, encode

from recount import wire
from recount.errors import RecountError
from recount.recount import recount
from rules.types import Refusal
from tests.recount.village import BOX, FIRST, NOTICED_AT, RAT, SALT, SECOND, Village, hexed, votes, word

ALL_FOR = votes(m1="FOR", m2=(1, 4), m3="FOR", m4="FOR", m5=(2,))
TIME = FIRST.opens_at + 60


def differences(village: Village) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = recount(village.bundle()).report["differences"]
    return found


def kinds(village: Village) -> list[tuple[str, int, Any]]:
    """Kind, member, and what was found."""
    return [(each["kind"], each.get("member", 0), each.get("found")) for each in differences(village)]


def voted(papers: int = 3) -> Village:
    village = Village()
    village.cast([village.paper(member, ALL_FOR) for member in range(1, papers + 1)], TIME)
    assert differences(village) == []
    return village


def test_vote_changed__is_found() -> None:
    village = voted()
    village.change(wire.CAST, lambda cast: cast[:67] + bytes([cast[67] ^ 3]) + cast[68:])
    (found,) = differences(village)
    assert (found["kind"], found["member"], found["row"]) == ("CHOICES", 2, 2)
    assert int(found["said"], 16) ^ int(found["found"], 16) == 3 << 32


def test_ballot_dropped__is_found_and_counted() -> None:
    village = voted()
    village.change(wire.CAST, lambda cast: cast[36:])
    assert kinds(village) == [("MISSING", 1, None)]
    assert recount(village.bundle()).report["first_call"]["ballots"] == 3


def test_ballot_doubled__is_found() -> None:
    village = voted()
    village.change(wire.CAST, lambda cast: cast + cast[:36])
    assert kinds(village) == [("DOUBLED", 1, None)]


def test_ballot_added__is_found() -> None:
    village = voted()
    village.change(wire.CAST, lambda cast: cast + (9).to_bytes(4) + bytes(32))
    assert kinds(village) == [("ADDED", 9, None)]


def test_wrong_signature_counted__is_found() -> None:
    village = Village()
    for member, signer in ((1, 2), (3, 6)):
        village.cast([village.paper(member, ALL_FOR, signer=signer)], TIME)
    assert kinds(village) == [("ACCEPTED", 1, "BAD_SIGNATURE"), ("ACCEPTED", 3, "BAD_SIGNATURE")]
    assert recount(village.bundle()).report["first_call"]["present"] == 0


def test_non_member_counted__is_found() -> None:
    village = Village()
    papers = [village.paper(26, ALL_FOR), village.paper(99, ALL_FOR)]
    village.transaction_of(papers)
    village.say(papers, [Refusal.NONE] * 2, 1, True)
    assert kinds(village) == [("ACCEPTED", 26, "NOT_ELIGIBLE"), ("ACCEPTED", 99, "NOT_ELIGIBLE")]


def test_second_paper_counted__is_found() -> None:
    village = voted()
    paper = village.paper(1, votes(m1="AGAINST"))
    village.transaction_of([paper])
    village.say([paper], [Refusal.NONE], 1, True)
    assert kinds(village) == [("ACCEPTED", 1, "ALREADY_VOTED")]


@pytest.mark.parametrize(
    ("said", "member"), [([Refusal.NONE, Refusal.EXPIRED], 2), ([Refusal.EXPIRED, Refusal.NONE], 1)]
)
def test_good_paper_refused__is_found(said: list[Refusal], member: int) -> None:
    village = Village()
    papers = [village.paper(1, ALL_FOR), village.paper(2, ALL_FOR)]
    village.transaction_of(papers)
    village.say(papers, said, 1, True)
    assert kinds(village) == [("REFUSED", member, None)]


def test_other_reason__is_found() -> None:
    village = Village()
    papers = [village.paper(99, ALL_FOR)]
    village.transaction_of(papers)
    village.say(papers, [Refusal.EXPIRED], 1, True)
    assert kinds(village) == [("REASON", 99, "NOT_ELIGIBLE")]


def test_silent_refusal__is_found() -> None:
    village = voted()
    papers = [village.paper(4, ALL_FOR), village.paper(99, ALL_FOR)]
    village.transaction_of(papers)
    village.say(papers[:1], [Refusal.NONE], 1, True)
    assert kinds(village) == [("MISSING", 99, None)]


def test_check_in_of_a_non_member__is_found() -> None:
    village = Village()
    village.check_in([1, 2], TIME)
    village.change(wire.CHECKED_IN, lambda members: members[:4] + (99).to_bytes(4))
    assert kinds(village) == [("ADDED", 99, None), ("MISSING", 2, None)]


def test_other_call_said__is_found() -> None:
    village = voted()
    log = village.logs[-1]
    village.logs[-1] = msgspec.structs.replace(log, topics=(*log.topics[:2], word(2)))
    assert kinds(village) == [("CALL", 0, 1)]


def test_vote_after_the_close__is_found() -> None:
    village = Village()
    papers = [village.paper(1, ALL_FOR)]
    village.transaction_of(papers, FIRST.closes_at)
    village.say(papers, [Refusal.NONE], 1, True)
    assert ("ACCEPTED", 1, "WRONG_MEETING") in kinds(village)


def test_vote_in_a_second_call_that_must_not_be__is_found() -> None:
    village = voted(19)
    papers = [village.paper(20, ALL_FOR, 2)]
    village.transaction_of(papers, SECOND.opens_at)
    village.say(papers, [Refusal.NONE], 2, True)
    assert ("ACCEPTED", 20, "WRONG_MEETING") in kinds(village)


@pytest.mark.parametrize(
    "edit",
    [
        lambda each: (each[0], each[1], each[2], b""),
        lambda each: (each[0], "0x" + "12" * 20, *each[2:]),
        lambda each: (*each[:2], NOTICED_AT - 1, each[3]),
        lambda each: (13, *each[1:]),
        lambda each: (99, *each[1:]),
    ],
)
def test_candidate_who_did_not_consent_to_this__is_found(edit: Callable[[Any], tuple[Any, ...]]) -> None:
    village = Village()
    village.change_candidate(0, edit)
    (found,) = differences(village)
    assert (found["kind"], found["what"]) == ("CONSENT", "2")


def test_consents_to_another_notice__are_found() -> None:
    """The salt of the calldata, and the documents of the event, are what was signed."""
    village = Village()
    hash_, sent = next((hash_, sent) for hash_, sent in village.transactions.items() if sent.to == RAT)
    other = sent.input.replace(SALT.hex(), "66" * 32)
    village.transactions[hash_] = msgspec.structs.replace(sent, input=other)
    assert [each["kind"] for each in differences(village)] == ["CONSENT"] * 6


def test_convened_through_a_contract__consents_are_left_to_it() -> None:
    village = Village()
    hash_, sent = next((hash_, sent) for hash_, sent in village.transactions.items() if sent.to == RAT)
    village.transactions[hash_] = msgspec.structs.replace(sent, to="0x" + "ab" * 20)
    report = recount(village.bundle()).report
    assert report["differences"] == []
    assert sorted(each["member"] for each in report["by_contract"]) == [1, 2, 4, 5, 7, 8]


def test_roll_overstated__is_found() -> None:
    village = voted()
    at = next(index for index, log in enumerate(village.logs) if log.topics[0] == wire.CONVENED)
    data = bytearray(wire.bytes_of(village.logs[at].data))
    data[159] += 5
    village.logs[at] = msgspec.structs.replace(village.logs[at], data=hexed(bytes(data)))
    (found,) = differences(village)
    assert (found["kind"], found["said"], found["found"]) == ("ROLL", 30, 25)


def test_own_transaction_of_another__is_found() -> None:
    village = Village()
    village.cast_own(1, ALL_FOR, TIME, sender="0x" + "55" * 20)
    assert kinds(village) == [("ACCEPTED", 1, "BAD_SIGNATURE")]


def test_paper_list_with_somebody_present__is_found() -> None:
    village = voted()
    village.list_on_paper([10], TIME + 60, 1)
    at = len(village.logs) - 1
    data = encode(["bytes32", "bytes"], [bytes(32), (1).to_bytes(4) + (10).to_bytes(4) + (99).to_bytes(4)])
    village.logs[at] = msgspec.structs.replace(village.logs[at], data=hexed(data))
    assert kinds(village) == [("PAPER_LIST", 1, None), ("PAPER_LIST", 99, None)]


def test_proxy_that_the_member_did_not_sign__is_found() -> None:
    village = Village(proxies=1)
    village.appoint(1, 2, TIME)
    sent = village.transactions[village.transaction]
    values = decode(wire.ARGUMENTS[wire.APPOINT_CALL], wire.bytes_of("0x" + sent.input[10:]))
    other = encode(wire.ARGUMENTS[wire.APPOINT_CALL], [values[0], 4, *values[2:]])
    village.transactions[village.transaction] = msgspec.structs.replace(
        sent, input=wire.APPOINT_CALL + other.hex()
    )
    log = village.logs[-1]
    village.logs[-1] = msgspec.structs.replace(log, topics=(*log.topics[:2], word(4), word(2)))
    assert kinds(village) == [("PROXY", 4, None)]


def test_proxy_vote_of_an_absent_holder__is_found() -> None:
    village = Village(proxies=1)
    village.appoint(1, 2, TIME)
    village.check_in([2], TIME + 60)
    village.cast_by_proxy(1, 2, ALL_FOR, TIME + 120)
    assert differences(village) == []
    village.logs = [log for log in village.logs if log.topics[0] != wire.CHECKED_IN]
    assert kinds(village) == [("ACCEPTED", 1, "BAD_SIGNATURE")]


def test_objection_that_nobody_signed__is_found() -> None:
    village = Village()
    village.declare(1, TIME)
    village.object_to(1, 4, TIME + 60)
    assert differences(village) == []
    log = village.logs[-1]
    village.logs[-1] = msgspec.structs.replace(log, topics=(*log.topics[:3], word(5)))
    sent = village.transactions[village.transaction]
    text = sent.input.replace(word(4)[2:], word(5)[2:])
    village.transactions[village.transaction] = msgspec.structs.replace(sent, input=text)
    assert kinds(village) == [("OBJECTION", 5, None)]


def test_consensus_on_what_must_be_voted__is_found() -> None:
    village = Village()
    village.declare(1, TIME)
    log = village.logs[-1]
    village.logs[-1] = msgspec.structs.replace(log, topics=(*log.topics[:2], word(3)))
    assert kinds(village) == [("CONSENSUS", 0, None)]


def test_consensus_on_what_the_first_call_decided__is_found_and_changes_nothing() -> None:
    village = Village()
    village.declare(1, FIRST.opens_at)
    village.check_in(list(range(1, 16)), TIME)
    village.list_on_paper([16, 17, 18, 19], TIME + 60, 1)
    village.transaction_of([], SECOND.opens_at)
    data = encode(["address", "uint40"], [BOX, SECOND.opens_at + 600])
    village.log(BOX, wire.CONSENSUS, (village.meeting, 1), data)
    assert kinds(village) == [("CONSENSUS", 0, None)]
    decided = recount(village.bundle()).report["motions"]["1"]
    assert (decided["outcome"], decided["call"]) == ("CONSENSUS", 1)


def test_motion_withdrawn_while_voting__is_found() -> None:
    village = Village()
    village.withdraw(1, FIRST.opens_at - 60)
    village.times[village.block] = TIME
    assert kinds(village) == [("WITHDRAWN", 0, None)]


@pytest.mark.parametrize(("member", "expected"), [(4, []), (0, []), (7, [("SEAT", 0, 4)])])
def test_seat_of_somebody_else__is_found(member: int, expected: list[Any]) -> None:
    village = Village()
    papers = [village.paper(each, votes(m2=(4,))) for each in range(1, 20)]
    village.cast(papers, TIME)
    village.fill_seat(2, 0, member, SECOND.closes_at)
    assert kinds(village) == expected


@pytest.mark.parametrize(
    ("motion", "time", "expected"),
    [
        (1, FIRST.closes_at + 86_400, []),
        (1, FIRST.closes_at + 86_399, [("CARRIED_OUT", 0, "PASSED")]),
        (3, FIRST.closes_at + 86_400, [("CARRIED_OUT", 0, "REJECTED")]),
    ],
)
def test_carried_out_though_not_decided__is_found(motion: int, time: int, expected: list[Any]) -> None:
    village = Village(until=SECOND.closes_at)
    village.cast([village.paper(each, votes(m1="FOR")) for each in range(1, 20)], TIME)
    village.carry_out(motion, time)
    assert kinds(village) == expected


def test_paper_cut_short__stops() -> None:
    village = Village()
    village.transaction_of([village.paper(1, ALL_FOR)])
    sent = village.transactions[village.transaction]
    arguments = decode(["uint32", "bytes"], wire.bytes_of("0x" + sent.input[10:]))
    short = encode(["uint32", "bytes"], [arguments[0], arguments[1][:-1]])
    village.transactions[village.transaction] = msgspec.structs.replace(
        sent, input=wire.CAST_CALL + short.hex()
    )
    village.say([village.paper(1, ALL_FOR)], [Refusal.NONE], 1, True)
    with pytest.raises(RecountError, match="cut short"):
        recount(village.bundle())


@pytest.mark.parametrize("missing", [wire.CONVENED, wire.MOTION_PUT])
def test_notice_not_whole__stops(missing: str) -> None:
    village = voted()
    at = next(index for index, log in enumerate(village.logs) if log.topics[0] == missing)
    del village.logs[at]
    with pytest.raises(RecountError):
        recount(village.bundle())


@pytest.mark.parametrize("kind", [wire.CONSENSUS, wire.SEAT_FILLED, wire.CARRIED_OUT])
def test_motion_that_was_not_put__stops(kind: str) -> None:
    village = Village()
    village.declare(1, FIRST.opens_at)
    village.fill_seat(2, 0, 1, SECOND.closes_at)
    village.carry_out(1, SECOND.closes_at + 86_400)
    at = next(index for index, log in enumerate(village.logs) if log.topics[0] == kind)
    place = 3 if kind == wire.CARRIED_OUT else 2
    topics = (*village.logs[at].topics[:place], word(9))
    village.logs[at] = msgspec.structs.replace(village.logs[at], topics=topics)
    with pytest.raises(RecountError, match="no motion 9"):
        recount(village.bundle())


def test_reason_that_nobody_knows__stops() -> None:
    village = Village()
    village.transaction_of([village.paper(99, ALL_FOR)])
    village.say([village.paper(99, ALL_FOR)], [Refusal.EXPIRED], 1, True)
    data = village.logs[-1].data[:-1] + "9"
    village.logs[-1] = msgspec.structs.replace(village.logs[-1], data=data)
    with pytest.raises(RecountError, match="reason 9"):
        recount(village.bundle())


def test_log_with_too_few_topics__stops() -> None:
    village = voted()
    village.logs[-1] = msgspec.structs.replace(village.logs[-1], topics=village.logs[-1].topics[:2])
    with pytest.raises(RecountError, match="not whole"):
        recount(village.bundle())


def test_log_without_its_transaction__stops() -> None:
    village = voted()
    del village.transactions[village.transaction]
    with pytest.raises(RecountError, match="not whole"):
        recount(village.bundle())
