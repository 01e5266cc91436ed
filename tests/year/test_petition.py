"""Members convene a meeting by petition, and vote by proxy, through the commands alone."""

import json
from pathlib import Path

from backend.chain import Call
from backend.meetings.member_orders import ProxyBallotOrder, ProxyOrder, read_order
from koperasi.localchain import LocalChain
from koperasi.office import keyring
from rules.types import MemberNumber
from tests.year.command_line import CommandLine
from tests.year.test_meeting import ROLL, Meeting, folder, home

__all__ = ["home"]

DEADLINE = 1_760_000_000
NEEDED = 5
"""A fifth of the 24 active members, rounded up."""


def signed(meeting: Meeting, /, **order: object) -> str:
    """An order as a line, signed by the account of its signer."""
    chain = meeting.chain()
    unsigned = json.dumps({"deadline": DEADLINE, **order}).encode()
    told = read_order(unsigned)
    account = keyring(meeting.workspace, chain).member(told.signer)
    assert account
    digest = told.digest(chain.chain_id, chain.address("BallotBox"))
    return json.dumps(
        json.loads(unsigned) | {"signature": f"0x{account.unsafe_sign_hash(digest).signature.hex()}"}
    )


def allow_proxies(meeting: Meeting, chain: LocalChain) -> None:
    """One a holder, as if a decision had set the by-law: the RAT calls itself."""
    house = meeting.chain()
    rat, (bylaws,) = house.address("RAT"), house.call_many([Call("RAT", "currentBylaws", ())])
    data = house.encode("RAT", "setBylaws", [(*bylaws[:-1], 1)])
    chain.fund([rat])
    chain.rpc("anvil_impersonateAccount", rat)
    chain.rpc(
        "eth_sendTransaction",
        {"from": rat, "to": rat, "data": data, "gas": hex(1_000_000), "gasPrice": "0x0"},
    )
    chain.mine()
    assert house.call_many([Call("RAT", "currentBylaws", ())])[0][-1] == 1


def write(path: Path, *lines: str) -> str:
    path.write_text("\n".join([*lines, ""]))
    return str(path)


def test_petition__of_enough_members__convenes(home: CommandLine, tmp_path: Path) -> None:
    """A signature too few does not; a bad one and a second one are skipped; the notice cannot be changed."""
    meeting = Meeting(home, folder(tmp_path / "data", 20, 0, seed=1))
    agenda, file = str(meeting.data / "rat" / "meeting.json"), tmp_path / "petition.json"
    made = home.json("petition", agenda, str(file))
    assert meeting.chain().logs("RAT", "MeetingConvened", 0) == []
    assert b"RATNotConvener" in home.run("convene-petition", str(file), exit_code=1).stderr
    asked = [signed(meeting, order="petition", member=n, notice=made["notice"]) for n in range(1, NEEDED)]
    other = signed(meeting, order="petition", member=8, notice="0x" + "ab" * 32)
    unpaid = signed(meeting, order="petition", member=ROLL + 1, notice=made["notice"])
    found = home.json(
        "sign-petition", str(file), write(tmp_path / "a.jsonl", *asked, asked[0], other, unpaid)
    )
    assert (found["signatures"], found["needed"], found["transactions"]) == (NEEDED - 1, NEEDED, 1)
    assert [(each["place"], each["member"], each["reason"]) for each in found["refused"]] == [
        (5, 1, "ALREADY_VOTED"),
        (6, 8, "BAD_SIGNATURE"),
        (7, ROLL + 1, "NOT_ELIGIBLE"),
    ]
    assert b"RATPetitionTooSmall" in home.run("convene-petition", str(file), exit_code=1).stderr
    last = signed(meeting, order="petition", member=9, notice=made["notice"])
    assert home.json("sign-petition", str(file), write(tmp_path / "b.jsonl", last))["signatures"] == NEEDED
    changed = json.loads(file.read_text())
    changed["notice"] = changed["notice"][:-2] + "01"
    refused = home.run(
        "convene-petition", write(tmp_path / "changed.json", json.dumps(changed)), exit_code=1
    ).stderr
    assert b"UnreadableDayBook" not in refused
    assert b"changed.json" in refused
    assert home.json("convene-petition", str(file))["transaction"]
    (convened,) = meeting.chain().logs("RAT", "MeetingConvened", 0)
    assert f"0x{convened['noticeHash'].hex()}" == made["notice"]
    (told,) = meeting.chain().call_many([Call("RAT", "meetingOf", (1,))])
    assert told[-1] == 0


def test_proxy__granted_and_used_by_command__is_the_members_ballot(
    home: CommandLine, house_chain: LocalChain, tmp_path: Path
) -> None:
    """Without a proxy, and before the holder is present, the contract refuses the holder's paper."""
    meeting = Meeting(home, folder(tmp_path / "data", 20, 0, seed=1))
    allow_proxies(meeting, house_chain)
    home.json("convene-meeting", str(meeting.data / "rat" / "meeting.json"))
    (((opens_at, _), _),) = meeting.chain().call_many([Call("BallotBox", "callOf", (1, 1))])
    house_chain.mine(opens_at)
    grant = signed(meeting, order="proxy", meeting=1, member=4, holder=5)
    ballot = signed(meeting, order="proxy-ballot", meeting=1, call=1, member=4, holder=5, choices="0x5")
    file = write(tmp_path / "ballot.jsonl", ballot)
    assert b"BoxProxyInvalid" in home.run("relay-orders", "1", file, exit_code=1).stderr
    assert home.json("relay-orders", "1", write(tmp_path / "grant.jsonl", grant))["orders"] == 1
    assert b"BoxProxyInvalid" in home.run("relay-orders", "1", file, exit_code=1).stderr
    present = signed(meeting, order="check-in", meeting=1, call=1, member=5)
    home.json("relay-papers", "1", write(tmp_path / "present.jsonl", present), "--kind", "check-ins")
    assert home.json("relay-orders", "1", file)["orders"] == 1
    (cast,) = meeting.chain().logs("BallotBox", "BallotsCast", 0)
    assert (int.from_bytes(cast["cast"][:4]), int.from_bytes(cast["cast"][4:])) == (4, 5)
    assert b"line 1" in home.run("relay-orders", "2", file, exit_code=1).stderr


def test_orders__of_a_proxy__are_signed_by_whom_they_bind() -> None:
    given = ProxyOrder(meeting=1, member=4, holder=5, deadline=DEADLINE)
    used = ProxyBallotOrder(meeting=1, call=1, member=4, holder=5, choices="0x5", deadline=DEADLINE)
    assert (given.signer, used.signer) == (MemberNumber(4), MemberNumber(5))
