"""Members' orders over HTTP, on real contracts: checked at the door, relayed, their fate told."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from backend.app import create_app
from backend.chain import Call, Chain
from backend.config import Settings
from backend.meetings.agenda import read_agenda
from backend.meetings.member_orders import read_order
from backend.meetings.orders import MeetingOrders
from backend.meetings.relay import MeetingStoppedError
from backend.meetings.relaying import QueueRelay
from koperasi.localchain import LocalChain
from koperasi.office import importer, keyring, player, relaying
from koperasi.workspace import Workspace
from rules.types import MemberNumber
from tests.year.command_line import CommandLine
from tests.year.test_meeting import ROLL, Killed, folder

PASSKEY = 3
FOR_ALL = "0x5"
SAYS_YES = "0x631626ba7e60e01b60005260206000f3"
"""Answers every call with the magic value of ERC-1271."""
SAYS_NOTHING = "0x60006000fd"


@dataclass
class Hall:
    """A noticed meeting whose first call is open, its books, and the server in front of them."""

    house: CommandLine
    local: LocalChain
    workspace: Workspace
    chain: Chain
    client: TestClient
    opens_at: int
    closes_at: int
    database: dict[str, Any]

    def order(self, member: int, order: str = "ballot", **more: Any) -> dict[str, Any]:
        told: dict[str, Any] = {"order": order, "member": member, "meeting": 1, "deadline": self.closes_at}
        if order in ("ballot", "check-in"):
            told["call"] = 1
        if order == "ballot":
            told["choices"] = FOR_ALL
        return told | more

    def signed(self, member: int, order: str = "ballot", **more: Any) -> dict[str, Any]:
        """Signed by the member's signer of now."""
        told = self.order(member, order, **more)
        orders = MeetingOrders(self.chain, keyring(self.workspace, self.chain), "localhost")
        orders.load([MemberNumber(member)])
        digest = read_order(json.dumps(told).encode()).digest(
            self.chain.chain_id, self.chain.address("BallotBox")
        )
        return told | {"signature": f"0x{orders._signers[MemberNumber(member)].sign(digest).hex()}"}

    def give(self, order: dict[str, Any], status: int = 202) -> dict[str, Any]:
        answer = self.client.post("/api/v1/orders", json=order)
        assert answer.status_code == status, answer.text
        return answer.json()

    def state(self, receipt: str) -> dict[str, Any]:
        return self.client.get(f"/api/v1/orders/{receipt}").json()

    def relay(self) -> dict[str, Any]:
        return self.house.json("relay-queue")


@pytest.fixture(scope="module")
def noticed(deployed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home and a chain with a meeting noticed, a third of its members with passkeys."""
    base = tmp_path_factory.mktemp("noticed")
    shutil.copytree(deployed / "home" / "deployments", base / "home" / "deployments")
    state = shutil.copy(deployed / "chain.json", base / "chain.json")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KOPERASI_HOME", str(base / "home"))
        with LocalChain.start(state=state, slots_in_an_epoch=1, mining=False) as running:
            running.rpc("evm_setTime", running.timestamp)
            data = folder(base / "data", 20, 0, seed=1)
            workspace = Workspace("anvil")
            chain = workspace.chain(running.url)
            importer(workspace, chain).run(data)
            player(workspace, chain)._convene(read_agenda(data / "rat" / "meeting.json"))
            CommandLine(base / "home", running.url).json("sync")
    return base


@contextmanager
def open_hall(noticed: Path, folder: Path, office_url: str = "") -> Iterator[Hall]:
    """A copy of the noticed meeting, its first call open; its orders in another office database if given."""
    home = Path(shutil.copytree(noticed / "home", folder / "home"))
    state = shutil.copy(noticed / "chain.json", folder / "chain.json")
    with (
        pytest.MonkeyPatch.context() as patched,
        LocalChain.start(state=state, slots_in_an_epoch=1, mining=False) as running,
    ):
        patched.setenv("KOPERASI_HOME", str(home))
        database: dict[str, Any] = {"office_url": office_url} if office_url else {}
        if office_url:
            patched.setenv("KOPERASI_OFFICE_URL", office_url)
        settings = Settings(home=home, relay_rpc=running.url, **database)
        running.rpc("evm_setTime", running.timestamp)
        workspace = Workspace("anvil")
        chain = workspace.chain(running.url)
        ((opens_at, closes_at), _) = chain.call_many([Call("BallotBox", "callOf", (1, 1))])[0]
        running.mine(opens_at)
        with TestClient(create_app(settings)) as client:
            house = CommandLine(home, running.url)
            yield Hall(house, running, workspace, chain, client, opens_at, closes_at, database)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def hall(noticed: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Hall]:
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_database")
    with open_hall(noticed, tmp_path, url) as hall:
        yield hall


def test_unsigned__is_what_the_contract_recovers__and_names_the_signer(hall: Hall) -> None:
    for member, kind in ((1, "ACCOUNT"), (PASSKEY, "PASSKEY")):
        told = hall.client.post("/api/v1/orders/unsigned", json=hall.order(member)).json()
        assert told["typed_data"]["message"]["choices"] == "5"
        assert (told["signer"]["kind"], told["rp_id"]) == (kind, "localhost")
        signature = bytes.fromhex(hall.signed(member)["signature"][2:])
        asked = Call("MemberRegistry", "isSignedBy", (member, bytes.fromhex(told["digest"][2:]), signature))
        assert hall.chain.call_many([asked]) == [True]


def test_give__account_and_passkey__are_accepted_by_the_contract(hall: Hall) -> None:
    """The same order twice is one; a second paper of a member waits for the first."""
    receipts = [hall.give(hall.signed(member)) for member in (1, PASSKEY)]
    receipts.append(hall.give(hall.signed(2, "check-in")))
    assert [(each["state"], each["checked"]) for each in receipts] == [("WAITING", True)] * 3
    assert hall.give(hall.signed(1)) == receipts[0]
    assert hall.give(hall.signed(1, choices="0x0"), 422)["reason"] == "ALREADY_WAITING"
    done = hall.relay()
    assert (done["accepted"], done["refused"], len(done["transactions"])) == (3, 0, 2)
    for each in receipts:
        found = hall.state(each["receipt"])
        assert (found["state"], found["transaction"] in done["transactions"]) == ("ACCEPTED", True)
    asked = [Call("BallotBox", "attendanceOf", (1, 1, member)) for member in (1, PASSKEY, 2, 4)]
    assert hall.chain.call_many(asked) == [3, 3, 2, 0]
    assert hall.give(hall.signed(1, choices="0x1"), 422)["reason"] == "ALREADY_VOTED"
    assert hall.give(hall.signed(2, "check-in", deadline=hall.closes_at - 1), 422)["reason"] == (
        "ALREADY_PRESENT"
    )
    assert hall.relay()["transactions"] == []


def test_give__contract_wallet__vouches_for_what_is_no_signature_of_an_account(hall: Hall) -> None:
    """Two members' accounts get code: one says yes to everything, the other reverts."""
    keys = keyring(hall.workspace, hall.chain)
    for member, code in ((4, SAYS_YES), (5, SAYS_NOTHING)):
        account = keys.member(MemberNumber(member))
        assert account
        hall.local.rpc("anvil_setCode", account.address, code)
    given = hall.give(hall.order(4) | {"signature": "0x1234"})
    assert hall.give(hall.order(5) | {"signature": "0x1234"}, 422)["reason"] == "BAD_SIGNATURE"
    assert hall.relay()["accepted"] == 1
    assert hall.state(given["receipt"])["state"] == "ACCEPTED"


@pytest.mark.parametrize(
    ("change", "code", "reason"),
    [
        ({"choices": "0x3"}, "ORDER_REFUSED", "OVERVOTE"),
        ({"deadline": 1}, "ORDER_REFUSED", "EXPIRED"),
        ({"choices": "0x4"}, "ORDER_REFUSED", "BAD_SIGNATURE"),
        ({"signature": ""}, "ORDER_REFUSED", "BAD_SIGNATURE"),
        ({"member": ROLL + 1}, "ORDER_REFUSED", "NOT_ELIGIBLE"),
        ({"member": 99}, "ORDER_REFUSED", "NOT_ELIGIBLE"),
        ({"meeting": 2}, "UNKNOWN_MEETING", None),
        ({"call": 3}, "INVALID_INPUT", None),
        ({"signature": "0x" + "00" * 8193}, "INVALID_INPUT", None),
        ({"more": 1}, "INVALID_INPUT", None),
        ({"order": "wish"}, "INVALID_INPUT", None),
    ],
)
def test_give__what_cannot_count__is_refused_in_words(
    hall: Hall, change: dict[str, Any], code: str, reason: str | None
) -> None:
    status = {"UNKNOWN_MEETING": 404}.get(code, 422)
    told = hall.give(hall.signed(1) | change, status)
    assert (told["code"], told.get("reason")) == (code, reason)
    assert told["messages"]["id"] != told["messages"]["en"]
    assert sum(hall.workspace.orders().counts().values()) == 0


def test_give__other_orders__are_relayed_or_refused_by_the_contract(hall: Hall) -> None:
    """Proxies are off at the door; an objection without a consensus is refused by the contract, unsent."""
    assert hall.give(hall.signed(1, "proxy", holder=2), 422)["reason"] == "PROXIES_OFF"
    assert hall.give(hall.signed(1, "objection", motion=9), 422)["reason"] == "UNKNOWN_MOTION"
    early = hall.give(hall.signed(1, "objection", motion=1))
    hall.relay()
    assert "BoxTooLate" in hall.state(early["receipt"])["reason"]
    assert "BoxTooLate" in hall.state(early["receipt"])["reason_words"]["en"]
    hall.house.json("declare-consensus", "1", "1")
    later = hall.give(hall.signed(2, "objection", motion=1))
    petition = {"order": "petition", "member": 4, "notice": "0x" + "ab" * 32, "deadline": hall.closes_at}
    digest = read_order(json.dumps(petition).encode()).digest(
        hall.chain.chain_id, hall.chain.address("BallotBox")
    )
    account = keyring(hall.workspace, hall.chain).member(MemberNumber(4))
    assert account
    signed = petition | {"signature": f"0x{account.unsafe_sign_hash(digest).signature.hex()}"}
    asked_for = hall.give(signed)
    assert asked_for["meeting"] is None
    hall.relay()
    assert [hall.state(each["receipt"])["state"] for each in (later, asked_for)] == ["ACCEPTED"] * 2
    (raised,) = hall.chain.logs("BallotBox", "ObjectionRaised", 0)
    (asked,) = hall.chain.logs("BallotBox", "PetitionSigned", 0)
    assert (raised["member"], asked["added"], asked["total"]) == (2, b"\0\0\0\x04", 1)


def test_give__before_the_call_opens__waits_for_it__and_after_it_is_too_late(hall: Hall) -> None:
    second = hall.give(hall.signed(1, call=2, deadline=hall.closes_at + 90 * 86_400))
    assert hall.relay()["queue"]["WAITING"] == 1
    waiting = hall.give(hall.signed(2, deadline=hall.closes_at + 9))
    hall.local.mine(hall.closes_at)
    assert hall.relay()["refused"] == 1
    assert hall.state(waiting["receipt"])["reason"] == "CALL_CLOSED"
    assert hall.give(hall.signed(4, deadline=hall.closes_at + 9), 422)["reason"] == "CALL_CLOSED"
    ((opens_at, _), _) = hall.chain.call_many([Call("BallotBox", "callOf", (1, 2))])[0]
    hall.local.mine(opens_at)
    assert hall.relay()["accepted"] == 1
    assert hall.state(second["receipt"])["state"] == "ACCEPTED"


def test_give__chain_away__waits_unchecked_and_is_checked_before_it_is_sent(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=hall.house.home, relay_rpc="http://127.0.0.1:9", **hall.database)
    with TestClient(create_app(settings)) as client:
        good = client.post("/api/v1/orders", json=hall.signed(1)).json()
        bad = client.post("/api/v1/orders", json=hall.signed(2) | {"choices": "0x4"}).json()
        assert (good["checked"], bad["checked"]) == (False, False)
        monkeypatch.setattr("backend.meetings.router.MOST_UNCHECKED", 2)
        assert client.post("/api/v1/orders", json=hall.signed(4)).status_code == 429
    assert hall.relay()["accepted"] == 1
    assert hall.state(good["receipt"])["state"] == "ACCEPTED"
    found = hall.state(bad["receipt"])
    assert (found["state"], found["reason"], found["transaction"]) == ("REFUSED", "BAD_SIGNATURE", None)


def test_give__too_often_from_one_address__is_told_so(hall: Hall) -> None:
    with TestClient(create_app(Settings(home=hall.house.home, orders_per_minute=2))) as client:
        codes = [client.post("/api/v1/orders", json={}).status_code for _ in range(3)]
    assert codes == [422, 422, 429]


def test_give__no_deployment_or_no_database__says_that_the_relay_is_away(hall: Hall, tmp_path: Path) -> None:
    nowhere = {"deployment_file": tmp_path / "none.json"}
    broken = {"office_url": f"sqlite:///{tmp_path}/no/such/folder.sqlite"}
    for wrong in (nowhere, broken):
        settings = Settings(home=hall.house.home, relay_rpc=hall.local.url, **wrong)  # type: ignore[arg-type]
        with TestClient(create_app(settings)) as client:
            answer = client.post("/api/v1/orders", json=hall.signed(1))
            assert (answer.status_code, answer.json()["code"]) == (503, "RELAY_UNAVAILABLE")


def test_state__unknown_receipt__is_told(hall: Hall) -> None:
    assert hall.state("ab" * 32)["code"] == "UNKNOWN_ORDER"
    assert hall.client.get("/api/v1/orders/1").status_code == 422


@pytest.mark.parametrize("mined", [False, True])
def test_relay__killed_after_sending__is_taken_up(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, mined: bool
) -> None:
    """Whether or not the block with the transaction was made: each paper counts once, and says so."""
    receipts = [hall.give(hall.signed(member))["receipt"] for member in (1, 2)]
    monkeypatch.setenv("KOPERASI_RPC_ANVIL", hall.local.url)
    mine = Chain._mine

    def killed(chain: Chain) -> None:
        if mined:
            mine(chain)
        raise Killed

    with monkeypatch.context() as patched, relaying(hall.workspace) as (chain, sender, now):
        patched.setattr(Chain, "_mine", killed)
        with pytest.raises(Killed):
            QueueRelay(chain, sender, hall.workspace.orders()).run(now)
    assert {hall.state(each)["state"] for each in receipts} == {"SENT"}
    done = hall.relay()
    assert (done["accepted"], done["refused"], len(done["transactions"])) == (2, 0, 0 if mined else 1)
    assert {hall.state(each)["state"] for each in receipts} == {"ACCEPTED"}


def test_relay__one_that_the_contract_skips__has_its_reason_and_the_rest_counts(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else relayed the same paper between the check and the batch."""
    given = hall.signed(1)
    receipts = [hall.give(each)["receipt"] for each in (given, hall.signed(2))]
    monkeypatch.setenv("KOPERASI_RPC_ANVIL", hall.local.url)
    with relaying(hall.workspace) as (_, sender, _now):
        list(sender.relay("cast", 1, [read_order(json.dumps(given).encode()).packed()]))
        with pytest.raises(MeetingStoppedError):
            sender.send("BallotBox", [("objectTo", (1, 1, 1, 0, b""))])
    done = hall.relay()
    assert (done["accepted"], done["refused"]) == (1, 1)
    assert [hall.state(each)["state"] for each in receipts] == ["REFUSED", "ACCEPTED"]
    assert hall.state(receipts[0])["reason"] == "ALREADY_VOTED"
