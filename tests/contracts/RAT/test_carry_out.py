"""carryOut: what a meeting decided happens once, all of it or nothing, and nothing else does."""

from tests.contracts.actors import DAY, KETUA, PENGAWAS, TELLER, House, now, person, refused
from tests.contracts.meetings import (
    PASSED,
    Notice,
    call_of,
    convene,
    decide,
    everybody,
    office_account,
)


def granting(house: House, number: int = 60) -> list[tuple[str, bytes]]:
    """Actions that make somebody TELLER."""
    clerk = person("clerk", number, "office")
    return [call_of(house.Authority, "grantOffice", TELLER, clerk.signer, number, now() + 200 * DAY)]


def clerk_holds(house: House, number: int = 60) -> bool:
    return house.holds(TELLER, person("clerk", number, "office").signer)


def test_carry_out__passed__done_once(house: House) -> None:
    meeting = decide(house, granting(house))
    assert clerk_holds(house)
    assert meeting.decision()["outcome"] == PASSED
    assert house.RAT.isCarriedOut(house.RAT, meeting.number, 1)
    with refused("RATCarriedOut", meeting.number, 1):
        meeting.carry_out()


def test_carry_out__election__winners_installed_in_the_order_of_their_votes(house: House) -> None:
    members = everybody(house)
    notice = Notice(house, [])
    notice.motions = [
        notice.election(members[8:12], (KETUA,), outgoing=[(KETUA, house.ketua.signer)]),
        notice.election(members[12:15], (PENGAWAS, PENGAWAS)),
    ]
    meeting = convene(house, notice).open()
    papers = [
        meeting.ballot(
            voter,
            {
                1: frozenset({members[8 + index % 2].number}),
                2: frozenset({members[12].number, members[13 + index % 2].number}),
            },
        )
        for index, voter in enumerate(members)
    ]
    meeting.cast(papers)
    meeting.close().wait()
    assert meeting.decision(1)["votes"] == [9, 8, 0, 0]
    assert meeting.decision(1)["ranking"] == [0, 1, 2, 3]
    tx = meeting.carry_out(1)
    (seat,) = tx.events["SeatFilled"]
    assert (seat["member"], seat["office"]) == (members[8].number, KETUA)
    assert house.holds(KETUA, office_account(members[8]).signer)
    assert not house.holds(KETUA, house.ketua.signer)
    meeting.carry_out(2)
    assert house.holds(PENGAWAS, office_account(members[12]).signer)
    assert house.holds(PENGAWAS, office_account(members[13]).signer)
    until, holder = house.Authority.termOf(PENGAWAS, office_account(members[13]).signer)
    assert (until, holder) == (meeting.notice.first[1] + 1_460 * DAY, members[13].number)
