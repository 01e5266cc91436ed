"""A year's surplus from the members' meeting to the last share: ksp-kecil's, on a chain, by the commands."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak
from sqlalchemy import select

from backend.acceptances import Acceptance
from backend.chain import Call
from backend.documents.store import DocumentStore
from backend.keyring import OFFICES, OfficerKeyring
from backend.meetings.agenda import Action
from backend.surplus.cash import CashPayer, CashSlip, ShareRefusedError
from backend.surplus.paying import SharePayer, allocated
from backend.surplus.shares import SurplusShares
from indexer.ledger import schema
from koperasi.localchain import LocalChain
from koperasi.office import keyring
from rules.calendar import day_of_timestamp
from rules.receipts import journal_receipt, slip_receipt
from rules.shu import SurplusError
from rules.types import Channel, MemberNumber
from tests.year.command_line import EXAMPLES, CommandLine
from tests.year.loan_house import resolve
from tests.year.test_bad_input import MEMBERS, TELLER
from tests.year.test_meeting import Meeting, home
from verifier.bundle import decode

__all__ = ["home"]

KECIL = EXAMPLES / "ksp-kecil"
FILES = ("--allocation", str(KECIL / "shu" / "allocation.json"), "--bases", str(KECIL / "shu" / "bases.csv"))
PEOPLE = range(1, 33)
ACCOUNTS = {
    "cadangan": 3200,
    "jasa_modal": 2310,
    "jasa_usaha": 2310,
    "karyawan": 2350,
    "pembangunan": 2360,
    "pendidikan": 2320,
    "pengurus": 2340,
    "sosial": 2330,
}


class Stopped(BaseException):
    pass


def expected_pots() -> dict[int, int]:
    """expected/shu_pots.json by account."""
    pots: dict[int, int] = {}
    for name, amount in json.loads((KECIL / "expected" / "shu_pots.json").read_text()).items():
        pots[ACCOUNTS[name]] = pots.get(ACCOUNTS[name], 0) + amount
    return pots


def expected_shares() -> dict[int, int]:
    """expected/shu_members.csv: who gets anything, and how much."""
    with (KECIL / "expected" / "shu_members.csv").open() as file:
        rows = {int(row["member_no"]): int(row["total"]) for row in csv.DictReader(file)}
    return {member: total for member, total in rows.items() if total}


def books_of(path: Path) -> Path:
    """32 members who joined in 2025, and a slip in 2026, which ends the months before it."""
    path.mkdir()
    rows = [f"{n},1,A,L,1990-01-01,U,0,2025-01-02" for n in PEOPLE]
    slips = [f"2025-01-02,P{n},{n},SETOR_POKOK,100000,KAS," for n in PEOPLE]
    slips.append("2026-01-05,S1,1,SETOR_SUKARELA,1,KAS,")
    (path / "members.csv").write_text("\n".join([MEMBERS, *rows, ""]))
    (path / "teller.csv").write_text("\n".join([TELLER, *slips, ""]))
    return path


def write_meeting(path: Path, action: dict[str, Any]) -> None:
    """The annual meeting: 30 are there, and all vote for the one motion, which carries out the action."""
    rat = path / "rat"
    rat.mkdir()
    agenda = json.loads((KECIL / "rat" / "meeting.json").read_text())
    motion = {
        "id": 1,
        "kind": "RESOLUTION",
        "majority_bps": 5_000,
        "title": "Pembagian SHU tahun buku 2025",
        "actions": [action],
    }
    (rat / "meeting.json").write_text(json.dumps(agenda | {"motions": [motion]}))
    present = [str(member) for member in PEOPLE[:30]]
    (rat / "attendance_first_call.csv").write_text("\n".join(["member_no", *present, ""]))
    (rat / "attendance_second_call.csv").write_text("member_no\n")
    (rat / "ballots.csv").write_text("\n".join(["member_no,m1", *(f"{each},FOR" for each in present), ""]))


@pytest.fixture
def meeting(home: CommandLine, house_chain: LocalChain, tmp_path: Path) -> Meeting:
    """The books of 2025 are closed, month by month."""
    meeting = Meeting(home, books_of(tmp_path / "data"))
    for month in range(1, 13):
        home.run("close-month", f"2025-{month:02d}")
    return meeting


def allocate(home: CommandLine, meeting: Meeting) -> dict[str, Any]:
    """The meeting decides what `allocate-surplus` prepared; what it printed."""
    prepared: dict[str, Any] = home.json("allocate-surplus", *FILES)
    write_meeting(meeting.data, prepared["action"])
    assert meeting.play().carried_out == 1
    return prepared


def shares_kept(meeting: Meeting) -> SurplusShares:
    """The file of shares as it lies among the documents."""
    store: DocumentStore = meeting.workspace.documents()
    (content,) = [text for cid in store.all() if (text := store.read(cid)).startswith(b'{"year": 2025')]
    return SurplusShares.read(content)


def posted(meeting: Meeting, rule: str) -> list[tuple[int, int, int | None]]:
    """Account, rupiah and member of every line of a rule."""
    line, entry = schema.line.c, schema.entry.c
    query = (
        select(line.account, line.amount, line.member)
        .join_from(schema.line, schema.entry, entry.number == line.entry)
        .where(entry.rule == rule)
        .order_by(line.entry, line.position)
    )
    engine = meeting.workspace.ledger()
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    engine.dispose()
    return rows


def test_surplus__decided_by_the_meeting__paid_posted_and_reconciled(
    home: CommandLine, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = allocate(home, meeting)
    shares, chain = shares_kept(meeting), meeting.chain()
    held = allocated(chain, 2025, meeting.workspace.first_block)
    assert (held.root, held.document) == (shares.tree.root, shares.document)
    assert dict(shares.shares) == expected_shares()
    assert held.members_total == held.unpaid == prepared["members_total"] == sum(expected_shares().values())

    monkeypatch.setattr("backend.surplus.paying.SHARES_IN_A_BATCH", 10)

    def stop(done: int, _of: int) -> None:
        if done == 20:
            raise Stopped

    sender = keyring(meeting.workspace, chain).officer("SEKRETARIS")
    chain.reach(chain.time)
    with pytest.raises(Stopped):
        SharePayer(chain, sender, meeting.workspace.network.gas_cap).pay(shares, stop)
    home.json("sync")
    (part,) = home.json("surplus")
    assert part["shares_paid"] == 20
    assert part["unpaid"] == held.unpaid - part["paid_into_savings"] > 0
    assert home.json("reconcile")["reconciled"]
    prove(home, meeting, shares)

    done = home.json("pay-surplus", "2025")
    assert (done["paid"], done["refused"], done["unpaid"]) == (len(shares.shares) - 20, [], 0)
    assert home.json("pay-surplus", "2025")["transactions"] == []

    home.json("sync")
    allocation = posted(meeting, "surplus-allocation")
    assert {account: -amount for account, amount, _ in allocation if account != 3900} == expected_pots()
    assert [amount for account, amount, _ in allocation if account == 3900] == [116_667_157]
    paid = posted(meeting, "surplus-share")
    assert {member: -amount for account, amount, member in paid if account == 2110} == expected_shares()
    assert sum(amount for account, amount, _ in paid if account == 2310) == held.members_total
    assert home.json("reconcile")["reconciled"]
    (year,) = home.json("surplus")
    assert (year["unpaid"], year["paid_into_savings"]) == (0, held.members_total)


def prove(home: CommandLine, meeting: Meeting, shares: SurplusShares) -> None:
    """A share that is not paid yet: proven to the contract by any copy of the file, and by no other."""
    proven = home.json("prove-share", "30", "--year", "2025")
    assert (proven["amount"], proven["paid"]) == (expected_shares()[30], False)
    share = (30, proven["amount"], [bytes.fromhex(each) for each in proven["proof"]])
    assert meeting.chain().call_many([Call("SurplusDistributor", "isShare", (2025, share))]) == [True]
    none = home.run("prove-share", "99", "--year", "2025", exit_code=1).stderr.decode()
    assert "Member 99 has no share" in none
    assert "carry-out" in home.run("pay-surplus", "2024", exit_code=1).stderr.decode()
    copy = meeting.data / "shares.json"
    copy.write_bytes(shares.content)
    assert home.json("prove-share", "30", "--year", "2025", "--shares", str(copy)) == proven
    moved = dict(shares.shares)
    one, other = MemberNumber(29), MemberNumber(30)
    moved[one], moved[other] = moved[other], moved[one]
    copy.write_bytes(SurplusShares(2025, shares.total, shares.pots, moved).content)
    refused = home.run("pay-surplus", "2025", "--shares", str(copy), exit_code=1).stderr.decode()
    assert "its root is another" in refused


def proven_offline(home: CommandLine, meeting: Meeting) -> None:
    """The bundle of a share and the path on its slip are good for it, and for nothing else."""
    prove = ("prove-share", "28", "--year", "2025")
    file = meeting.data / "share.json"
    early = home.run(*prove, "--bundle", str(file), exit_code=1).stderr.decode()
    assert "is not final in the books yet" in early
    LocalChain.attach(home.rpc).mine_empty(meeting.workspace.network.revertible_depth + 2)
    home.json("sync")
    proven = home.json(*prove, "--bundle", str(file))
    header = decode(file.read_bytes()).allocation.header  # type: ignore[union-attr]
    names = ("--deployment", str(meeting.workspace.deployment_file))
    told = home.json("verify", str(file), "--block-hash", keccak(bytes.fromhex(header)).hex(), *names)
    assert (told["figures"]["member"], told["figures"]["share"]) == (28, str(expected_shares()[28]))
    assert told["figures"]["allocation"]["members_total"] == str(sum(expected_shares().values()))
    assert "koperasi prove-share" in home.run("bundle", "share", exit_code=2).stderr.decode()

    amount, path = str(proven["amount"]), ",".join(proven["proof"])
    assert home.json(*prove, "--amount", amount, "--path", path) == proven
    for wrong in ((str(proven["amount"] + 1), path), (amount, path[65:]), ("0", path)):
        refused = home.run(*prove, "--amount", wrong[0], "--path", wrong[1], exit_code=1).stderr.decode()
        assert "does not agree with the chain" in refused
    assert "64 hex digits" in home.run(*prove, "--path", "0x12", exit_code=2).stderr.decode()
    slip = meeting.data / "slip.html"
    home.run("shu", *FILES, "--member", "28", "--html", str(slip))
    assert all(each in slip.read_text() for each in (*proven["proof"], proven["shares_root"], proven["leaf"]))


def in_till(meeting: Meeting) -> int:
    (total,) = meeting.chain().call_many([Call("Treasury", "channelTotal", (Channel.KAS,))])
    return int(total)


def test_pay_share__in_cash__once_by_order_and_by_two_above_the_limit(
    home: CommandLine, meeting: Meeting
) -> None:
    allocate(home, meeting)
    """Members whose number three divides sign by passkey, which is not made up here."""
    shares, till = expected_shares(), in_till(meeting)
    pay = ("pay-share", "29", "--year", "2025", "--ref", "SLIP-2026-00001")
    assert home.json(*pay, "--check")["transaction"] is None
    done = home.json(*pay)
    assert (done["amount"], done["by_two"], till - in_till(meeting)) == (shares[29], False, shares[29])
    again = home.json(*pay)
    assert (again["transaction"], again["note"]["en"]) == (None, "That share was paid already.")
    limit = Action("Treasury", "setTellerLimit", (shares[29],))
    resolve(meeting.chain(), LocalChain.attach(home.rpc), limit)
    above = home.json("pay-share", "28", "--year", "2025", "--ref", "SLIP-2026-00002")
    assert (above["by_two"], till - in_till(meeting)) == (True, shares[28] + shares[29])
    home.json("sync")
    assert home.json("surplus")[0]["paid_in_cash"] == shares[28] + shares[29]
    proven_offline(home, meeting)
    assert home.json("prove-share", "29", "--year", "2025")["paid"]
    assert home.json("reconcile")["reconciled"]
    refused_shares(home)
    signed_elsewhere(meeting)


def refused_shares(home: CommandLine) -> None:
    """Each with what to do."""

    def refused(member: str, *more: str, ref: str = "SLIP-2026-00009") -> str:
        told = ("pay-share", member, "--year", "2025", "--ref", ref, *more)
        return home.run(*told, exit_code=1).stderr.decode()

    assert "Member 99 has no share" in refused("99")
    assert "SLIP-2026-00001 was used before; use another" in refused("26", ref="SLIP-2026-00001")
    assert "before the surplus was allocated" in refused("26", "--on", "2026-01-05")
    assert "Rp\u00a00" in refused("26", "--channel", "BANK")
    year = ("pay-share", "26", "--year", "2024", "--ref", "SLIP-2026-00009")
    assert "carry-out" in home.run(*year, exit_code=1).stderr.decode()


def signed_elsewhere(meeting: Meeting) -> None:
    """Members sign on their own devices: what they sign is told, and only their signature over it is good."""
    chain, (seven, eight) = meeting.chain(), (MemberNumber(7), MemberNumber(8))
    made = keyring(meeting.workspace, chain)
    offices = {each: made.officer(each) for each in OFFICES}
    keys = OfficerKeyring(offices, {office: place for place, office in enumerate(OFFICES, 1)})
    payer = CashPayer(chain, keys, meeting.workspace.network.gas_cap)
    shares = shares_kept(meeting)
    slip = CashSlip(slip_receipt("SLIP-2026-00003"), day_of_timestamp(chain.time), Channel.KAS)
    waits = payer.pay(shares, seven, slip, {})
    assert waits.signing is not None
    assert (waits.done.transaction, waits.missing) == (None, (7,))
    told = waits.signing.typed_data(chain, seven, chain.time + 60)
    assert told["message"]["amount"] == str(expected_shares()[7])
    signable = encode_typed_data(full_message=told)

    def signed(by: MemberNumber, deadline: int) -> dict[MemberNumber, Acceptance]:
        signer = made.member(by)
        assert signer is not None
        return {seven: (deadline, bytes(signer.sign_message(signable).signature))}

    for by, deadline, words in (
        (eight, chain.time + 60, "signature of member 7 is not over"),
        (seven, chain.time + 61, "signature of member 7 is not over"),
        (seven, chain.time - 60, "order expired"),
    ):
        with pytest.raises(ShareRefusedError, match=words):
            payer.pay(shares, seven, slip, signed(by, deadline))
    with pytest.raises(ShareRefusedError, match="not of tellers' slips"):
        payer.pay(
            shares,
            seven,
            slip._replace(receipt=journal_receipt("JRN-2026-0001")),
            signed(seven, chain.time + 60),
        )
    alone = OfficerKeyring({"TELLER": offices["TELLER"]}, {"TELLER": 4})
    with pytest.raises(ShareRefusedError, match="no key of another one of the board"):
        CashPayer(chain, alone, meeting.workspace.network.gas_cap).pay(
            shares, seven, slip, signed(seven, chain.time + 60)
        )
    assert payer.pay(shares, seven, slip, signed(seven, chain.time + 60)).by_two


def test_allocate_surplus__bad_arguments__say_what_to_do(home: CommandLine) -> None:
    decided = FILES[:2]
    assert "--from-books" in home.run("allocate-surplus", *decided, exit_code=2).stderr.decode()
    differs = home.run("allocate-surplus", *decided, "--from-books", exit_code=1).stderr.decode()
    assert "116.667.157 by the decision" in differs


def test_read__file_that_does_not_add_up__refused() -> None:
    good = SurplusShares(2025, 10, ((2310, 6), (3200, 4)), {1: 2, 2: 4})  # type: ignore[dict-item, arg-type]
    assert SurplusShares.read(good.content) == good
    for change in ((b"[2,4]", b"[2,5]"), (b'"total": 10', b'"total": 11'), (b"[2,4]", b"[1,4]"), (b" ", b"")):
        with pytest.raises(SurplusError):
            SurplusShares.read(good.content.replace(*change))
    with pytest.raises(SurplusError):
        SurplusShares.read(b"{}")
