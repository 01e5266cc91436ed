"""Attacks on a vote, each with its precedent: no paper counts twice, for another, or elsewhere."""

from dataclasses import dataclass
from typing import Any, Final

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from rules.ballots import Paper, pack_papers
from rules.types import MemberNumber
from tests.contracts.actors import (
    CHAIN_ID,
    DAY,
    House,
    PasskeyPerson,
    Person,
    contract_type,
    now,
    passkey_person,
    person,
    refused,
    today,
    travel,
)
from tests.contracts.meeting_orders import counted, enter_paper_list, refusals, set_bylaws
from tests.contracts.meetings import (
    AGAINST,
    ALREADY_VOTED,
    BAD_SIGNATURE,
    FOR,
    LATE,
    NO_QUORUM,
    NOT_ELIGIBLE,
    PASSED,
    PENDING,
    WRONG_MEETING,
    Held,
    Notice,
    ballot_digest,
    convene,
    everybody,
    relay,
    resolution,
)
from tests.contracts.MemberRegistry.orders import change_signer, leave, propose
from tests.contracts.wallets import Mode, deploy_wallet

SECP256K1: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
WALLET_GAS: Final = 100_000
OTHER_GAS: Final = 30_000
"""Of one more paper: its bytes, its voter, its refusal."""


@dataclass(frozen=True)
class Wallet:
    """A contract wallet as a signer."""

    signer: str
    kind: int = 0


@pytest.fixture
def meeting(house: House) -> Held:
    return convene(house, Notice(house)).open()


def test_attack__paper_replayed_in_another_meeting(house: House) -> None:
    """Precedent: orders that name no ballot, copied from one vote into the next."""
    opens = now() + 20 * DAY
    first = convene(house, Notice(house, opens_at=opens))
    second = convene(house, Notice(house, opens_at=opens)).open()
    paper = first.ballot(house.alice, {1: FOR})
    first.cast([paper])
    assert refusals(second.cast([paper])) == {0: WRONG_MEETING}
    moved = Paper(paper.member, second.number, 1, LATE, paper.choices).signed(paper.signature)
    assert refusals(second.cast([moved])) == {0: BAD_SIGNATURE}
    assert counted(second) == (0, 0, 0)


def test_attack__paper_of_the_first_call_in_the_second(house: House, meeting: Held) -> None:
    """Precedent: mandates of a failed meeting, revived in its repetition."""
    paper = meeting.ballot(house.alice, {1: FOR})
    meeting.cast([paper])
    meeting.open(2)
    assert refusals(meeting.cast([paper])) == {0: WRONG_MEETING}
    moved = Paper(paper.member, paper.meeting, 2, LATE, paper.choices).signed(paper.signature)
    assert refusals(meeting.cast([moved])) == {0: BAD_SIGNATURE}
    assert counted(meeting, 2) == (0, 0, 0)


def test_attack__paper_replayed_in_its_meeting(house: House, meeting: Held) -> None:
    """No nonce is kept: the voted bit is the replay protection, in a batch and between batches."""
    paper = meeting.ballot(house.alice, {1: FOR})
    assert refusals(meeting.cast([paper, paper])) == {1: ALREADY_VOTED}
    again = meeting.ballot(house.alice, {1: AGAINST})
    assert refusals(meeting.cast([paper, again])) == {0: ALREADY_VOTED, 1: ALREADY_VOTED}
    assert list(house.BallotBox.tallyOf(1, 1, 1)) == [1, 0, 0]


def test_attack__paper_of_another_chain_or_contract(house: House, meeting: Held) -> None:
    """Precedent: the replays after Ethereum Classic split off, 2016."""
    other = contract_type("BallotBox").deploy(
        house.Authority, house.MemberRegistry, house.RAT, {"from": house.deployer}
    )
    paper = Paper(MemberNumber(house.alice.number), 1, 1, LATE, 1)
    elsewhere = meeting.ballot(house.alice, 1, box=other.address)
    assert refusals(meeting.cast([elsewhere])) == {0: BAD_SIGNATURE}
    for changed in ({"chainId": CHAIN_ID + 1}, {"version": "2"}, {"name": "Koperasi RAT"}):
        assert refusals(meeting.cast([signed_in(house, paper, changed)])) == {0: BAD_SIGNATURE}
    assert refusals(meeting.cast([signed_in(house, paper, {})])) == {}


def signed_in(house: House, paper: Paper, changed: dict[str, Any]) -> Paper:
    """Alice signs for another domain."""
    domain = {
        "name": "Koperasi BallotBox",
        "version": "1",
        "chainId": CHAIN_ID,
        "verifyingContract": house.BallotBox.address,
    }
    fields = (
        ("member", "uint32"),
        ("meeting", "uint32"),
        ("call", "uint8"),
        ("choices", "uint256"),
        ("deadline", "uint40"),
    )
    types = {"Ballot": [{"name": name, "type": kind} for name, kind in fields]}
    message = {name: getattr(paper, name) for name, _ in fields}
    signable = encode_typed_data(domain | changed, types, message)
    return paper.signed(bytes(Account.sign_message(signable, house.alice.key).signature))


def test_attack__malleable_signatures(house: House, meeting: Held) -> None:
    """Precedent: Mt. Gox, 2014; EIP-2098 forms in OpenZeppelin's ECDSA, CVE-2022-35961."""
    paper = meeting.ballot(house.alice, {1: FOR})
    r, s, v = paper.signature[:32], int.from_bytes(paper.signature[32:64]), paper.signature[64]
    twin = r + (SECP256K1 - s).to_bytes(32) + bytes([55 - v])
    compact = r + (s | (v - 27) << 255).to_bytes(32)
    forms = [
        twin,
        compact,
        paper.signature[:64] + bytes([v - 27]),
        paper.signature[:64] + bytes([55 - v]),
        paper.signature[:64],
        paper.signature + b"\0",
        bytes(65),
        b"",
    ]
    tx = meeting.cast([paper.signed(form) for form in forms])
    assert refusals(tx) == dict.fromkeys(range(len(forms)), BAD_SIGNATURE)
    assert counted(meeting) == (0, 0, 0)
    assert refusals(meeting.cast([paper.signed(paper.signature), paper.signed(twin)])) == {1: ALREADY_VOTED}


def test_attack__one_bad_signature_in_a_batch(house: House, meeting: Held) -> None:
    """Precedent: batches undone by one entry. The bad one is skipped; its member still votes."""
    papers = [meeting.ballot(member, {1: FOR}) for member in everybody(house)]
    spoilt = papers[6].signed(papers[7].signature)
    tx = meeting.cast([*papers[:6], spoilt, *papers[7:]])
    assert refusals(tx) == {6: BAD_SIGNATURE}
    assert counted(meeting) == (16, 16, 0)
    assert house.BallotBox.attendanceOf(1, 1, papers[6].member) == 0
    assert refusals(meeting.cast([papers[6]])) == {}


def test_attack__vote_front_run__the_first_paper_counts_whoever_relays(house: House, meeting: Held) -> None:
    """Precedent: permits front-run to block their owner. Whoever relays it, the paper says the same."""
    paper = meeting.ballot(house.alice, {1: FOR})
    house.BallotBox.cast(1, pack_papers([paper]), {"from": house.joko.account})
    assert refusals(meeting.cast([paper, meeting.ballot(house.budi, {1: FOR})])) == {0: ALREADY_VOTED}
    assert list(house.BallotBox.tallyOf(1, 1, 1)) == [2, 0, 0]


def test_attack__vote_then_leave(house: House) -> None:
    """Precedent: Beanstalk, 2022. Who leaves after the notice counts, who joins not."""
    newcomer = person("newcomer", 500)
    house.register([newcomer])
    meeting = convene(house, Notice(house))
    house.MemberRegistry.activate(500, today(), {"from": house.writer})
    leave(house, house.alice)
    house.MemberRegistry.suspend(house.budi.number, {"from": house.admin})
    meeting.open()
    tx = meeting.cast([meeting.ballot(each, {1: FOR}) for each in (house.alice, house.budi, newcomer)])
    assert refusals(tx) == {2: NOT_ELIGIBLE}
    assert house.RAT.meetingOf(1).dict()["roll"] == 17
    assert [house.BallotBox.quorumOf(1, call) for call in (1, 2)] == [13, 9]


def test_attack__officers_register_a_majority_after_the_notice(house: House) -> None:
    """Precedent: branch stacking. Twenty members of straw have neither vote nor weight."""
    straw = [person("straw", number) for number in range(600, 620)]
    house.register(straw)
    meeting = convene(house, Notice(house))
    for each in straw:
        house.MemberRegistry.activate(each.number, today(), {"from": house.writer})
    meeting.open()
    tx = meeting.cast([meeting.ballot(each, {1: AGAINST}) for each in straw])
    assert refusals(tx) == dict.fromkeys(range(20), NOT_ELIGIBLE)
    enter_paper_list(meeting, straw)
    assert counted(meeting) == (0, 0, 0)
    meeting.all_vote(everybody(house)[:13], {1: FOR})
    meeting.close()
    assert meeting.decision()["votes"] == [13, 0, 0]


def test_attack__officers_suspend_the_other_side(house: House) -> None:
    """Officers cannot; and what the RAT suspends after the notice still votes."""
    meeting = convene(house, Notice(house))
    for officer in (house.ketua, house.pengawas, house.registrar):
        with refused("AccessManagedUnauthorized", officer.signer):
            house.MemberRegistry.suspend(house.alice.number, {"from": officer.account})
    others = everybody(house)[5:]
    for member in others:
        house.MemberRegistry.suspend(member.number, {"from": house.admin})
    meeting.open().all_vote(everybody(house)[:5], {1: FOR})
    assert refusals(meeting.all_vote(others, {1: AGAINST})) == {}
    meeting.close()
    assert meeting.decision()["votes"] == [5, 12, 0]


def test_attack__officers_recover_signers(house: House) -> None:
    """Precedent: SIM-swap resets. Who was recovered after the notice sits it out, thief and member alike."""
    thief = person("thief", 900)
    propose(house, house.alice.number, thief)
    meeting = convene(house, Notice(house, opens_at=now() + 40 * DAY))
    travel(31 * DAY)
    house.MemberRegistry.completeRecovery(house.alice.number, {"from": relay()})
    meeting.open()
    papers = [meeting.ballot(each, {1: FOR}, number=house.alice.number) for each in (thief, house.alice)]
    assert refusals(meeting.cast(papers)) == {0: NOT_ELIGIBLE, 1: NOT_ELIGIBLE}
    with refused("BoxPaperRefused", house.alice.number, NOT_ELIGIBLE):
        house.BallotBox.castOwn(1, house.alice.number, 1, {"from": thief.account})


def test_attack__signer_changed_by_order__the_new_one_votes_once(house: House) -> None:
    """Precedent: one person with two keys. The voted bit is the member's, not the key's."""
    meeting = convene(house, Notice(house)).open()
    meeting.cast([meeting.ballot(house.alice, {1: FOR})])
    new = person("new alice", 901)
    change_signer(house, house.alice.number, house.alice, new)
    tx = meeting.cast([meeting.ballot(new, {1: FOR}, number=house.alice.number)])
    assert refusals(tx) == {0: ALREADY_VOTED}


def test_attack__officers_invent_a_paper_list(house: House) -> None:
    """Precedent: forged attendance lists. It takes two, counts for no weighty motion, and casts no vote."""
    heavy = resolution([(house.RAT.address, b"\0" * 4)], 6_667)
    meeting = convene(house, Notice(house, [resolution(), heavy])).open()
    members = everybody(house)
    with refused("AuthorityNotHeld"):
        enter_paper_list(meeting, members, maker=house.ketua)
    with refused("AuthorityNotHeld"):
        enter_paper_list(meeting, members, checker=house.bendahara)
    with refused("AuthoritySignatureInvalid"):
        enter_paper_list(meeting, members, call=2)
    meeting.all_vote(members[:5], {1: FOR, 2: FOR})
    enter_paper_list(meeting, members)
    assert counted(meeting) == (5, 5, 12)
    meeting.close()
    assert meeting.decision(1)["votes"] == [5, 0, 0]
    assert (meeting.decision(1)["outcome"], meeting.decision(2)["outcome"]) == (PASSED, PENDING)
    meeting.open(2).all_vote(members[:8], {1: AGAINST, 2: FOR}, call=2)
    enter_paper_list(meeting, members, call=2)
    meeting.close(2)
    assert meeting.decision(1)["votes"] == [5, 0, 0]
    assert meeting.decision(2)["outcome"] == NO_QUORUM


def test_attack__quorum_lowered_after_the_notice(house: House) -> None:
    """Precedent: parameters changed while a vote runs."""
    meeting = convene(house, Notice(house)).open()
    set_bylaws(house, first_quorum_bps=1, second_quorum_bps=1)
    meeting.all_vote(everybody(house)[:8], {1: FOR})
    meeting.open(2).all_vote(everybody(house)[:8], {1: FOR}, call=2)
    meeting.close(2)
    assert meeting.decision()["outcome"] == NO_QUORUM


def with_wallet(house: House, mode: Mode) -> Person:
    """Eko's signer is a contract wallet now."""
    change_signer(house, house.eko.number, house.eko, Wallet(deploy_wallet(house.eko.signer, mode).address))
    return house.eko


@pytest.mark.parametrize(
    "mode", [Mode.BURNS_GAS, Mode.LONG_ANSWER, Mode.SHORT_ANSWER, Mode.REVERTS, Mode.CHANGES_STATE]
)
def test_attack__failing_wallet_burns_the_gas_of_a_batch(house: House, mode: Mode) -> None:
    """Precedent: griefing through ERC-1271. It burns its cap, and the others are counted."""
    eko = with_wallet(house, mode)
    meeting = convene(house, Notice(house)).open()
    others = [member for member in everybody(house) if member != eko]
    papers = [meeting.ballot(member, {1: FOR}) for member in everybody(house)]
    without = house.BallotBox.cast.estimate_gas(
        1, pack_papers([each for each in papers if each.member != eko.number]), {"from": relay()}
    )
    tx = meeting.cast(papers)
    expected = {} if mode is Mode.LONG_ANSWER else {everybody(house).index(eko): BAD_SIGNATURE}
    assert refusals(tx) == expected
    assert counted(meeting)[0] == len(others) + (mode is Mode.LONG_ANSWER)
    assert tx.gas_used < without + WALLET_GAS + OTHER_GAS


def test_attack__too_little_gas_to_refuse_a_wallet(house: House) -> None:
    """Precedent: insufficient gas griefing, SWC-126. A relay that starves a good wallet reverts its batch."""
    eko = with_wallet(house, Mode.OWNED)
    meeting = convene(house, Notice(house)).open()
    batch = pack_papers([meeting.ballot(eko, {1: FOR})])
    with refused("OrderGasTooLow"):
        house.BallotBox.cast(1, batch, {"from": relay(), "gas_limit": 150_000})
    assert counted(meeting) == (0, 0, 0)
    tx = house.BallotBox.cast(1, batch, {"from": relay(), "gas_limit": 1_000_000})
    assert refusals(tx) == {}
    assert counted(meeting) == (1, 1, 0)


def test_attack__passkey_of_another_origin_or_challenge(house: House, meeting: Held) -> None:
    """Precedent: phishing pages that relay WebAuthn. Origin, challenge, type, presence and form count."""
    citra = house.citra
    paper = Paper(MemberNumber(citra.number), 1, 1, LATE, 1)
    digest = ballot_digest(house.BallotBox.address, paper)
    against = Paper(MemberNumber(citra.number), 1, 1, LATE, 2)
    bad = [
        citra.passkey.sign(digest, rp_id="koperasi.example.com"),
        citra.passkey.sign(ballot_digest(house.BallotBox.address, against)),
        citra.passkey.sign(digest, type_="webauthn.create"),
        citra.passkey.sign(digest, flags=0),
        citra.passkey.sign(digest, high_s=True),
        passkey_person("another", 902).sign(digest),
    ]
    tx = meeting.cast([paper.signed(signature) for signature in bad])
    assert refusals(tx) == dict.fromkeys(range(len(bad)), BAD_SIGNATURE)
    assert counted(meeting) == (0, 0, 0)
    assert isinstance(citra, PasskeyPerson)
    assert refusals(meeting.cast([paper.signed(citra.sign(digest))])) == {}
