"""declareConsensus: decided stays decided."""

from tests.contracts.actors import House, refused
from tests.contracts.meeting_orders import enter_paper_list
from tests.contracts.meetings import CONSENSUS, Notice, convene, everybody


def test_declare_consensus__motion_decided_in_the_first_call__refused_in_the_second(house: House) -> None:
    members = everybody(house)
    meeting = convene(house, Notice(house)).open()
    house.BallotBox.declareConsensus(meeting.number, 1, {"from": house.ketua.account})
    meeting.check_in(members[:12])
    enter_paper_list(meeting, members[12:13])
    meeting.close(1)
    decided = meeting.decision()
    assert (decided["outcome"], decided["call"]) == (CONSENSUS, 1)
    meeting.open(2)
    with refused("BoxConsensusInvalid", meeting.number, 1):
        house.BallotBox.declareConsensus(meeting.number, 1, {"from": house.ketua.account})
    meeting.close(2)
    assert meeting.decision() == decided
