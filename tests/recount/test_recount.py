"""A recount of made-up meetings: nothing to find where nothing is wrong, the same result as the model's."""

import random
from typing import Any

import pytest

from recount.recount import recount
from rules.ballots import Boxes, Choice, Election
from rules.types import Outcome, Refusal
from tests.recount.village import FIRST, SECOND, Village, account, motions, votes

ALL_FOR = votes(m1="FOR", m2=(1, 4), m3="FOR", m4="FOR", m5=(2,))
IN_FIRST, IN_SECOND = FIRST.opens_at + 60, SECOND.opens_at + 60


def report_of(village: Village) -> dict[str, Any]:
    return recount(village.bundle()).report


def expect_model(village: Village, report: dict[str, Any]) -> None:
    """The report says what rules/meetings.py says."""
    model, until = village.model, village.until
    second = report["second_call"]
    for call, found in ((1, report["first_call"]), (2, second)):
        if found:
            count = model.count(call)
            assert [found["present"], found["ballots"], found["paper"]] == [
                count.present,
                count.ballots,
                count.paper,
            ]
            assert found["needed"] == model.needed(call)
    assert (second is not None) == (model.count(1).present < model.needed(1))
    for number, motion in enumerate(village.put, 1):
        outcome, call, _ = model.outcome(number, until)
        found = report["elections" if isinstance(motion, Election) else "motions"][str(number)]
        assert (found["outcome"], found["call"]) == (outcome.name, call)
        tally = model.tally(call or (2 if second else 1), number)
        if isinstance(motion, Election):
            assert found["votes"] == dict(zip(map(str, motion.candidates), tally, strict=True))
            assert found["elected"] == model.elected(number, until)
        else:
            assert [found[choice.name] for choice in Choice] == tally
            assert found["passed"] == (outcome in (Outcome.PASSED, Outcome.CONSENSUS))


def test_recount__second_call_with_all_kinds_of_acts__finds_what_the_model_says() -> None:
    village = Village(proxies=1)
    village.withdraw(4, FIRST.opens_at - 1)
    village.check_in([1, 2, 3, 2], FIRST.opens_at)
    village.cast([village.paper(5, ALL_FOR)], IN_FIRST)
    village.appoint(20, 21, IN_FIRST + 60)
    village.declare(1, IN_SECOND)
    village.check_in([21, 1], IN_SECOND, call=2)
    village.cast([village.paper(member, ALL_FOR, 2) for member in range(1, 12)], IN_SECOND + 60)
    village.cast_own(13, votes(m3="AGAINST", m2=(7,)), IN_SECOND + 120)
    village.cast_by_proxy(20, 21, votes(m2=(8,)), IN_SECOND + 180)
    village.through_contract(25, ALL_FOR, IN_SECOND + 240)
    village.list_on_paper([14, 16, 1], IN_SECOND + 300, 2)
    village.cast([village.paper(14, ALL_FOR, 2)], IN_SECOND + 360)
    report = report_of(village)
    assert report["differences"] == []
    assert report["second_call"] == {"present": 16, "needed": 13, "quorate": True, "paper": 1, "ballots": 15}
    assert report["motions"]["1"]["outcome"] == "CONSENSUS"
    assert report["motions"]["4"]["outcome"] == "WITHDRAWN"
    assert report["elections"]["2"]["elected"] == [1, 4]
    assert [each["member"] for each in report["by_contract"]] == [25]
    expect_model(village, report)


def test_recount__first_call_quorate__has_no_second() -> None:
    village = Village()
    village.cast([village.paper(member, ALL_FOR) for member in range(1, 20)])
    report = report_of(village)
    assert report["second_call"] is None
    assert report["motions"]["1"] == {
        "FOR": 19, "AGAINST": 0, "ABSTAIN": 0, "passed": True, "outcome": "PASSED", "call": 1
    }  # fmt: skip
    assert report["differences"] == []
    expect_model(village, report)


def test_recount__no_quorum__decides_nothing() -> None:
    village = Village()
    village.cast([village.paper(member, ALL_FOR, 2) for member in range(1, 5)], IN_SECOND)
    report = report_of(village)
    assert report["motions"]["1"] | {"FOR": 4} == report["motions"]["1"]
    assert not report["motions"]["1"]["passed"]
    assert report["motions"]["1"]["outcome"] == "NO_QUORUM"
    assert report["elections"]["2"]["elected"] == []
    expect_model(village, report)


def test_recount__before_the_close__is_pending() -> None:
    village = Village(until=IN_FIRST)
    village.cast([village.paper(member, ALL_FOR) for member in range(1, 20)])
    assert report_of(village)["motions"]["1"]["outcome"] == "PENDING"


def test_recount__paper_list__counts_for_what_is_not_weighty_alone() -> None:
    village = Village()
    village.cast([village.paper(member, ALL_FOR) for member in range(1, 16)])
    village.list_on_paper([16, 17, 18, 19], IN_FIRST + 60, 1)
    report = report_of(village)
    assert report["motions"]["1"]["call"] == 1
    assert report["motions"]["3"]["outcome"] == "NO_QUORUM"
    expect_model(village, report)


def test_recount__objection__leaves_it_to_the_ballots() -> None:
    village = Village()
    village.declare(1, FIRST.opens_at)
    village.object_to(1, 7, FIRST.opens_at + 60)
    village.cast([village.paper(member, votes(m2=(1,))) for member in range(1, 20)], IN_FIRST + 60)
    report = report_of(village)
    assert report["motions"]["1"]["outcome"] == "REJECTED"
    assert report["differences"] == []
    expect_model(village, report)


def test_recount__every_reason__is_found_again() -> None:
    village = Village()
    village.cast([village.paper(1, ALL_FOR)])
    both = village.paper(2, 0b11)
    papers = [
        village.paper(99, 0b11),
        village.paper(26, ALL_FOR),
        village.paper(1, 0b11),
        both,
        village.paper(3, votes(m2=(1, 4)), choices=1 << 4),
        village.paper(4, ALL_FOR, signed_deadline=FIRST.opens_at),
        village.paper(5, ALL_FOR, signed_meeting=2),
        village.paper(6, ALL_FOR, call=2),
        village.paper(7, ALL_FOR),
        village.paper(7, ALL_FOR),
    ]
    papers[5] = village.paper(4, ALL_FOR, signed_deadline=FIRST.opens_at, deadline=FIRST.opens_at)
    papers[6] = village.paper(5, ALL_FOR, signed_meeting=2, meeting=2)
    found = village.cast(papers, IN_FIRST, bad=[4])
    expected = [
        Refusal.NOT_ELIGIBLE,
        Refusal.NOT_ELIGIBLE,
        Refusal.ALREADY_VOTED,
        Refusal.OVERVOTE,
        Refusal.BAD_SIGNATURE,
        Refusal.EXPIRED,
        Refusal.WRONG_MEETING,
        Refusal.WRONG_MEETING,
        Refusal.NONE,
        Refusal.ALREADY_VOTED,
    ]
    assert found == expected
    report = report_of(village)
    rows = [{"row": row, "reason": reason.name} for row, reason in enumerate(expected, 2) if reason]
    assert report["rejected"] == rows
    assert report["differences"] == []


def test_recount__signer_changed__new_one_signs_and_recovered_one_sits_out() -> None:
    village = Village()
    village.change_signer(4, account(104).address, recovered=False)
    village.change_signer(5, account(105).address, recovered=True)
    papers = [
        village.paper(4, ALL_FOR),
        village.paper(4, ALL_FOR, signer=104),
        village.paper(5, ALL_FOR, signer=105),
    ]
    village.transaction_of(papers)
    village.say(papers, [Refusal.BAD_SIGNATURE, Refusal.NONE, Refusal.NOT_ELIGIBLE], 1, True)
    report = report_of(village)
    assert report["differences"] == []
    assert report["first_call"]["ballots"] == 1


def test_recount__recovered_before_the_notice__votes() -> None:
    village = Village(recovered=(4,))
    village.cast([village.paper(4, ALL_FOR, signer=104)])
    assert report_of(village)["differences"] == []


def test_recount__wallet_of_a_member__is_listed_as_checked_by_contract() -> None:
    village = Village()
    paper = village.paper(25, ALL_FOR, signature=b"wallet's own bytes")
    village.cast([paper])
    report = report_of(village)
    assert [each["member"] for each in report["by_contract"]] == [25]
    assert report["differences"] == []
    village.contracts.clear()
    kinds = [(each["kind"], each["found"]) for each in report_of(village)["differences"]]
    assert kinds == [("ACCEPTED", "BAD_SIGNATURE")]


@pytest.mark.parametrize("seed", range(8))
def test_recount__random_meetings__agree_with_the_model(seed: int) -> None:
    chance = random.Random(seed)
    village = Village(size=chance.choice([12, 20]))
    members = range(1, village.size + 3)
    for call, time in ((1, IN_FIRST), (2, IN_SECOND)):
        if not village.model.open_call(time):
            break
        village.check_in(chance.choices(members, k=4), time, call)
        if chance.random() < 0.5:
            village.declare(1, time + 60)
        for turn in range(chance.randrange(3)):
            papers = [
                village.paper(member, random_choices(chance), call)
                for member in chance.choices(members, k=chance.randrange(1, 12))
            ]
            wallet = [index for index, paper in enumerate(papers) if paper.member == village.wallet]
            village.cast(papers, time + 120 + turn, bad=wallet)
        village.list_on_paper(chance.sample(members, 3), time + 300, call)
    report = report_of(village)
    assert report["differences"] == []
    expect_model(village, report)


def random_choices(chance: random.Random) -> int:
    """Mostly a valid paper."""
    if chance.random() < 0.1:
        return chance.getrandbits(14)
    marks = {f"m{number}": chance.choice(list(Choice)).name for number in (1, 3, 4)}
    return Boxes(motions()).pack(
        votes(m2=chance.sample([1, 4, 7, 10], 2), m5=chance.sample([2, 5], 1), **marks)
    )
