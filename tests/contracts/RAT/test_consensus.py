"""declareConsensus: decided stays decided."""

from tests.contracts.actors import AnyMember, House, action, refused
from tests.contracts.meetings import CONSENSUS, Held, Notice, convene, everybody


def list_on_paper(meeting: Held, member: AnyMember) -> None:
    """One member for the first call."""
    house, document, packed = meeting.house, b"\7" * 32, member.number.to_bytes(4)
    types = ["uint32", "uint8", "bytes32", "bytes"]
    act = action("paper list", types, [meeting.number, 1, document, packed])
    signed = house.countersign(house.pengawas, house.BallotBox, act)
    send = {"from": house.sekretaris.account}
    house.BallotBox.enterPaperList(meeting.number, document, packed, signed, send)


def test_declare_consensus__motion_decided_in_the_first_call__refused_in_the_second(house: House) -> None:
    members = everybody(house)
    meeting = convene(house, Notice(house)).open()
    house.BallotBox.declareConsensus(meeting.number, 1, {"from": house.ketua.account})
    meeting.check_in(members[:12])
    list_on_paper(meeting, members[12])
    meeting.close(1)
    decided = meeting.decision()
    assert (decided["outcome"], decided["call"]) == (CONSENSUS, 1)
    meeting.open(2)
    with refused("BoxConsensusInvalid", meeting.number, 1):
        house.BallotBox.declareConsensus(meeting.number, 1, {"from": house.ketua.account})
    meeting.close(2)
    assert meeting.decision() == decided
