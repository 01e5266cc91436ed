"""What officers do by command: actions in an agenda, consensus, a paper list."""

import json
from pathlib import Path
from typing import Any

import pytest

from backend.chain import Call
from backend.meetings.orders import MeetingOrders
from koperasi.localchain import LocalChain
from koperasi.office import keyring
from rules.types import MemberNumber
from tests.year.command_line import CommandLine
from tests.year.test_meeting import Meeting, agenda, folder, home

__all__ = ["home"]

BYLAWS = [15, 7_500, 5_000, 7, 30, 6_667, 1_000, 20, 86_400, 3_600, 0]


def convened(meeting: Meeting, motion: dict[str, Any]) -> Path:
    """The agenda with more in its second motion."""
    path = meeting.data / "rat" / "meeting.json"
    told = agenda()
    told["motions"][1] |= motion
    path.write_text(json.dumps(told))
    return path


def call_times(meeting: Meeting) -> tuple[int, int]:
    opens_at, closes_at = meeting.chain().call_many([Call("BallotBox", "callOf", (1, 1))])[0][0]
    return opens_at, closes_at


def test_convene__agenda_with_an_action__puts_it_as_the_abi_says(home: CommandLine, tmp_path: Path) -> None:
    meeting = Meeting(home, folder(tmp_path / "data", 20, 0, seed=1))
    action = {"contract": "RAT", "function": "setBylaws", "arguments": [BYLAWS]}
    home.json("convene-meeting", str(convened(meeting, {"actions": [action]})))
    chain = meeting.chain()
    put = chain.logs("RAT", "MotionPut", 0)[1]["content"]["actions"]
    assert [each["target"] for each in put] == [chain.address("RAT")]
    assert "0x" + put[0]["data"].hex() == chain.encode("RAT", "setBylaws", [tuple(BYLAWS)])


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ({"contract": "Bank", "function": "setBylaws"}, "unknown contract"),
        ({"contract": "RAT", "function": "setLaws"}, "unknown function"),
        ({"contract": "RAT", "function": "lastMeeting"}, "changes nothing"),
        ({"contract": "RAT", "function": "setBylaws", "arguments": [1]}, "wrong arguments"),
        ({"contract": "RAT", "function": "setBylaws", "arguments": []}, "wrong arguments"),
        ({"contract": "RAT", "function": "setBylaws", "arguments": [[-1, *BYLAWS[1:]]]}, "wrong arguments"),
    ],
)
def test_convene__action_that_is_none__is_refused_before_anything_is_sent(
    home: CommandLine, tmp_path: Path, action: dict[str, Any], told: str
) -> None:
    meeting = Meeting(home, folder(tmp_path / "data", 20, 0, seed=1))
    failed = home.run("convene-meeting", str(convened(meeting, {"actions": [action]})), exit_code=1)
    assert told in failed.stderr.decode()
    assert "Tindakan" in failed.stderr.decode()
    assert meeting.chain().logs("RAT", "MeetingConvened", 0) == []


def test_sitting__consensus_and_paper_list__are_on_the_chain(
    home: CommandLine, house_chain: LocalChain, tmp_path: Path
) -> None:
    meeting = Meeting(home, folder(tmp_path / "data", 20, 0, seed=1))
    home.json("convene-meeting", str(meeting.data / "rat" / "meeting.json"))
    scan, listed = tmp_path / "scan.txt", tmp_path / "listed.csv"
    scan.write_text("daftar hadir")
    listed.write_text("member_no\n3\n5\n3\n99\n")
    cid = home.json("document-add", str(scan))
    arguments = ("enter-paper-list", "1", cid["cid"], str(listed))
    closed = home.run(*arguments, exit_code=1).stderr.decode()
    assert "no call of meeting 1 is open" in closed
    house_chain.mine(call_times(meeting)[0])
    assert home.json(*arguments)["members"] == 3
    assert home.json("declare-consensus", "1", "1")["transaction"]
    chain = meeting.chain()
    (entered,) = chain.logs("BallotBox", "PaperListEntered", 0)
    assert (entered["call"], entered["document"].hex()) == (1, cid["hash"])
    assert entered["members"] == b"\0\0\0\x03\0\0\0\x05"
    (declared,) = chain.logs("BallotBox", "ConsensusDeclared", 0)
    assert (declared["meeting"], declared["motion"]) == (1, 1)
    refused = home.run("declare-consensus", "1", "3", exit_code=1).stderr.decode()
    assert "BoxConsensusInvalid" in refused
    orders = MeetingOrders(chain, keyring(meeting.workspace, chain), "localhost")
    orders.load([MemberNumber(7)])
    deadline = call_times(meeting)[1]
    signature = orders.objection(MemberNumber(7), 1, 1, deadline).hex()
    told = {"order": "objection", "member": 7, "motion": 1, "deadline": deadline}
    file = tmp_path / "orders.jsonl"
    file.write_text(json.dumps(told | {"signature": f"0x{signature}"}) + "\n")
    assert home.json("relay-orders", "1", str(file))["orders"] == 1
    (raised,) = chain.logs("BallotBox", "ObjectionRaised", 0)
    assert (raised["motion"], raised["member"]) == (1, 7)
    proxy = {"order": "proxy", "member": 8, "holder": 9, "deadline": deadline, "signature": "0x00"}
    file.write_text(json.dumps(proxy))
    assert "BoxProxiesOff" in home.run("relay-orders", "1", str(file), exit_code=1).stderr.decode()
    file.write_text('{"order": "proxy"}')
    assert "line 1" in home.run("relay-orders", "1", str(file), exit_code=1).stderr.decode()
