"""Meetings made up from a seed, played on a chain: what the model says, however often a run is stopped."""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from meeting_books import play as play_model

from backend.chain import Call, Chain
from backend.documents.cid import Cid
from backend.meetings.agenda import read_meeting
from backend.meetings.orders import MeetingOrders
from backend.meetings.play import Played, Player
from backend.meetings.relay import MeetingStoppedError
from koperasi.localchain import LocalChain
from koperasi.office import holders, importer, keyring, player
from koperasi.workspace import Workspace
from rules.ballots import Paper, unpack_papers
from rules.types import MemberNumber
from tests.year.command_line import CommandLine
from tests.year.test_bad_input import MEMBERS, TELLER

ROLL = 24
"""Members who paid their pokok; 18 make the first quorum, 12 the second. Two more joined and did not pay."""
COLUMNS = "member_no,m1,m2,m3"


class Killed(BaseException):
    pass


def folder(path: Path, first: int, second: int, seed: int) -> Path:
    """Books of a day, and a meeting with so many present in each call."""
    rat = path / "rat"
    rat.mkdir(parents=True)
    people = range(1, ROLL + 3)
    rows = [f"{n},1,A,L,1990-01-01,U,0,2025-01-02" for n in people]
    pokok = [f"2025-01-02,P{n},{n},SETOR_POKOK,100000,KAS," for n in people if n <= ROLL]
    (path / "members.csv").write_text("\n".join([MEMBERS, *rows, ""]))
    (path / "teller.csv").write_text("\n".join([TELLER, *pokok, ""]))
    (rat / "meeting.json").write_text(json.dumps(agenda()))
    chance = random.Random(seed)
    present = [sorted(chance.sample(range(1, ROLL + 1), count)) for count in (first, second)]
    for name, members in zip(("first", "second"), present, strict=True):
        listed = [*members, ROLL + 1, members[0]] if members else []
        (rat / f"attendance_{name}_call.csv").write_text("\n".join(["member_no", *map(str, listed), ""]))
    voters = present[0] if first >= 18 else present[1]
    papers = [marks(chance, member) for member in voters]
    papers += [f"{ROLL + 1},FOR,FOR,", "0,FOR,FOR,", "4000000001,FOR,FOR,"]
    papers += [
        f"{member},FOR,FOR,{marked}" for member, marked in zip(voters[-2:], ("2 3 5", "7"), strict=False)
    ]
    (rat / "ballots.csv").write_text("\n".join([COLUMNS, *chance.sample(papers, len(papers)), ""]))
    return path


def marks(chance: random.Random, member: int) -> str:
    """A paper's row; one in five is no vote."""
    marked = chance.sample(["2", "3", "5", "9"], chance.choice([0, 1, 2, 2, 3]))
    resolutions = [chance.choice(["FOR", "FOR", "AGAINST", "ABSTAIN", ""]) for _ in range(2)]
    return ",".join([str(member), *resolutions, " ".join(marked)])


def agenda() -> dict[str, Any]:
    def call(day: str) -> dict[str, str]:
        return {"opens": f"{day}T08:00:00+07:00", "closes": f"{day}T12:00:00+07:00"}

    return {
        "kind": "LUAR_BIASA",
        "noticed_on": "2025-01-10",
        "roll_on": "2025-01-10",
        "quorum_bps": 7_500,
        "second_call_quorum_bps": 5_000,
        "first_call": call("2025-01-24"),
        "second_call": call("2025-02-03"),
        "tie_rule": "LOWEST_MEMBER_NO",
        "motions": [
            {"id": 1, "kind": "RESOLUTION", "majority_bps": 5_000, "title": "Pindah kantor"},
            {"id": 2, "kind": "RESOLUTION", "majority_bps": 6_667, "title": "Perubahan anggaran dasar"},
            {
                "id": 3,
                "kind": "ELECTION",
                "seats": 2,
                "offices": ["PENGAWAS", "PENGAWAS"],
                "title": "Pemilihan pengawas",
                "candidates": [9, 2, 5, 3],
            },
        ],
    }


def expected(data: Path) -> dict[str, Any]:
    """What the model says."""
    return play_model(data, frozenset(map(MemberNumber, range(1, ROLL + 1)))).result()


class Meeting:
    """A meeting's folder and the house it is played in."""

    def __init__(self, house: CommandLine, data: Path) -> None:
        self.house = house
        self.data = data
        self.workspace = Workspace("anvil")
        self.import_year()

    def chain(self) -> Chain:
        return self.workspace.chain(self.house.rpc)

    def import_year(self) -> None:
        importer(self.workspace, self.chain()).run(self.data)

    def player(self) -> Player:
        return player(self.workspace, self.chain())

    def play(self) -> Played:
        return self.player().play(read_meeting(self.data / "rat"))

    def result(self) -> Any:
        self.house.json("sync")
        return self.house.json("meeting", "1")


@pytest.fixture
def home(house: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    monkeypatch.setenv("KOPERASI_HOME", str(house.home))
    return house


@pytest.mark.parametrize(("first", "second"), [(18, 0), (17, 12), (3, 11)])
def test_play__whichever_call_is_quorate__is_as_the_model_says(
    home: CommandLine, tmp_path: Path, first: int, second: int
) -> None:
    meeting = Meeting(home, folder(tmp_path / "data", first, second, seed=first))
    meeting.play()
    assert meeting.result() == expected(meeting.data)


def test_play__stopped_after_every_block__ends_the_same(
    home: CommandLine, house_chain: LocalChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also between sending and mining; the run after the last changes nothing."""
    meeting = Meeting(home, folder(tmp_path / "data", 10, 15, seed=4))
    monkeypatch.setattr("backend.meetings.relay.PAPERS_IN_A_BATCH", 6)
    mine = Chain._mine
    runs = 0
    for runs in range(40):
        mined: list[int] = []

        def one(chain: Chain, mined: list[int] = mined, early: bool = bool(runs % 2)) -> None:
            if early and mined:
                raise Killed
            mine(chain)
            mined.append(1)
            if not early:
                raise Killed

        monkeypatch.setattr(Chain, "_mine", one)
        try:
            played = meeting.play()
        except Killed:
            continue
        break
    assert runs > 8
    assert meeting.result() == expected(meeting.data)
    monkeypatch.undo()
    block = house_chain.block_number
    assert meeting.play() == played
    assert house_chain.block_number == block


def test_play__third_of_the_members__vote_by_passkey(home: CommandLine, tmp_path: Path) -> None:
    meeting = Meeting(home, folder(tmp_path / "data", 20, 0, seed=1))
    meeting.play()
    changed = meeting.chain().logs("MemberRegistry", "SignerChanged", 0)
    assert sorted(log["member"] for log in changed) == list(range(3, ROLL + 1, 3))
    assert {log["kind"] for log in changed} == {1}


def test_play__elected__hold_the_offices_and_act_in_them(home: CommandLine, tmp_path: Path) -> None:
    meeting = Meeting(home, folder(tmp_path / "data", 24, 0, seed=2))
    before = dict.fromkeys(holders(meeting.chain(), 0))
    meeting.play()
    after = holders(meeting.chain(), 0)
    elected = expected(meeting.data)["elections"]["3"]["elected"]
    assert [person for office, person in after if office == "PENGAWAS"] == elected
    assert {who for who in before if who[0] != "PENGAWAS"} == {who for who in after if who[0] != "PENGAWAS"}


def test_play__chain_past_the_notice__says_so(home: CommandLine, tmp_path: Path) -> None:
    meeting = Meeting(home, folder(tmp_path / "data", 20, 0, seed=1))
    late = meeting.chain()
    late.reach(1_740_000_000)
    with pytest.raises(MeetingStoppedError, match="2025-02-20"):
        player(meeting.workspace, late).play(read_meeting(meeting.data / "rat"))


def test_play__candidate_who_never_paid__is_refused_by_name(home: CommandLine, tmp_path: Path) -> None:
    meeting = Meeting(home, folder(tmp_path / "data", 20, 0, seed=1))
    path = meeting.data / "rat" / "meeting.json"
    told = agenda()
    told["motions"][2]["candidates"] = [2, ROLL + 1]
    path.write_text(json.dumps(told))
    with pytest.raises(MeetingStoppedError, match="RATCandidateInvalid"):
        meeting.play()


def test_commands__papers_signed_elsewhere__are_relayed_and_the_decisions_carried_out(
    home: CommandLine, house_chain: LocalChain, tmp_path: Path
) -> None:
    """KETUA convenes, members sign by themselves, the office relays a file and carries out what is due."""
    meeting = Meeting(home, folder(tmp_path / "data", 20, 0, seed=1))
    path = meeting.data / "rat" / "meeting.json"
    told = home.json("convene-meeting", str(path), "--check")
    assert set(told) == {"documents", "elections"}
    assert home.json("convene-meeting", str(path))["elections"] == told["elections"]
    chain = meeting.chain()
    opens_at, closes_at = chain.call_many([Call("BallotBox", "callOf", (1, 1))])[0][0]
    house_chain.mine(opens_at)
    orders = MeetingOrders(chain, keyring(meeting.workspace, chain), "localhost")
    signed = [*unpack_papers(signed_ballots(orders, range(1, 19), closes_at))]
    lines = [line(paper) for paper in (signed[0], signed[0], replace(signed[1], choices=2), *signed[1:])]
    file = tmp_path / "papers.jsonl"
    file.write_text("\n".join([*lines, ""]))
    relayed = home.json("relay-papers", "1", str(file))
    assert (relayed["papers"], relayed["transactions"]) == (20, 1)
    assert [(each["place"], each["member"], each["reason"]) for each in relayed["refused"]] == [
        (2, 1, "ALREADY_VOTED"),
        (3, 2, "BAD_SIGNATURE"),
    ]
    house_chain.mine(closes_at)
    later = home.json("carry-out", "1")
    assert (later["carried_out"], set(later["later"])) == ({}, {"1", "2", "3"})
    house_chain.mine(later["later"]["1"])
    assert set(home.json("carry-out", "1")["carried_out"]) == {"1", "2", "3"}
    assert home.json("carry-out", "1") == {"carried_out": {}, "later": {}}


def test_minutes__recorded_by_chair_and_secretary__are_on_the_chain(
    home: CommandLine, tmp_path: Path
) -> None:
    """Not before the meeting is over, never a certificate, and the last record counts."""
    meeting = Meeting(home, folder(tmp_path / "data", 20, 0, seed=1))
    path = meeting.data / "rat" / "meeting.json"
    sent = home.json("convene-meeting", str(path))
    assert sent["cid"] == str(Cid.of_block(bytes.fromhex(sent["documents"][2:])))
    home.json("sync")
    assert b"belum berakhir" in home.run("minutes", "1", exit_code=1).stderr
    meeting.play()
    home.json("sync")
    assert not home.json("minutes", "1")["recorded"]
    assert home.run("minutes", "1", "--record", "--motion", "1", exit_code=2).stderr
    made = home.json("minutes", "1", "--record")
    (log,) = meeting.chain().logs("RAT", "MinutesRecorded", 0)
    assert (log["document"].hex(), log["meeting"]) == (made["hash"], 1)
    assert log["chair"] != log["secretary"]
    home.json("sync")
    assert home.json("minutes", "1")["recorded"]


def signed_ballots(orders: MeetingOrders, members: Iterable[int], deadline: int) -> bytes:
    numbers = [MemberNumber(member) for member in members]
    orders.load(numbers)
    return b"".join(orders.ballot(Paper(number, 1, 1, deadline, choices=5)) for number in numbers)


def line(paper: Paper) -> str:
    """As `relay-papers` reads it."""
    told = {"member": paper.member, "call": paper.call, "deadline": paper.deadline}
    return json.dumps(told | {"choices": hex(paper.choices), "signature": f"0x{paper.signature.hex()}"})
