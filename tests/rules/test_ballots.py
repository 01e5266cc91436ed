import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.ballots import (
    MAX_BOXES,
    Boxes,
    Choice,
    Election,
    MalformedPapersError,
    Motion,
    Paper,
    Resolution,
    Vote,
    elected,
    is_passed,
    pack_papers,
    quorum,
    ranking,
    unpack_papers,
)
from rules.types import BasisPoints, MemberNumber

RESOLUTION = Resolution(BasisPoints(5_000))
BOARD = Election(2, (MemberNumber(4), MemberNumber(7), MemberNumber(9)))
SUPERVISOR = Election(1, (MemberNumber(11), MemberNumber(12)))
BOXES = Boxes((BOARD, RESOLUTION, SUPERVISOR, RESOLUTION))

papers = st.builds(
    Paper,
    member=st.integers(0, 2**32 - 1).map(MemberNumber),
    meeting=st.integers(0, 2**32 - 1),
    call=st.integers(0, 255),
    deadline=st.integers(0, 2**40 - 1),
    choices=st.integers(0, 2**256 - 1),
    signature=st.binary(max_size=700),
)


@st.composite
def marked_papers(draw: st.DrawFn) -> tuple[Boxes, dict[int, Vote]]:
    """The motions of a meeting, and votes that fit them."""
    motions: list[Motion] = []
    votes: dict[int, Vote] = {}
    for number in range(1, draw(st.integers(1, 8)) + 1):
        if draw(st.booleans()):
            motions.append(RESOLUTION)
            votes[number] = draw(st.sampled_from(Choice))
            continue
        candidates = draw(st.lists(st.integers(1, 99).map(MemberNumber), min_size=1, max_size=9, unique=True))
        motions.append(Election(draw(st.integers(1, len(candidates))), tuple(candidates)))
        marked = st.sets(st.sampled_from(candidates), max_size=motions[-1].seats)
        votes[number] = frozenset(draw(marked))
    return Boxes(tuple(motions)), votes


def test_boxes__resolutions_first_then_elections() -> None:
    assert [BOXES.first(motion) for motion in BOXES.numbers()] == [4, 0, 7, 2]
    assert (BOXES.count, BOXES.resolutions) == (9, 2)


def test_pack__a_paper_worked_by_hand() -> None:
    votes: dict[int, Vote] = {
        1: frozenset((MemberNumber(7), MemberNumber(9))),
        2: Choice.AGAINST,
        3: frozenset((MemberNumber(11),)),
        4: Choice.FOR,
    }
    assert BOXES.pack(votes) == 0b01_110_01_10
    assert BOXES.unpack(0b01_110_01_10) == votes
    assert BOXES.pack({2: Choice.ABSTAIN, 1: frozenset()}) == 0


@given(marked_papers())
def test_unpack__what_was_packed__comes_back(made: tuple[Boxes, dict[int, Vote]]) -> None:
    boxes, votes = made
    choices = boxes.pack(votes)
    assert not boxes.is_overvote(choices)
    assert boxes.unpack(choices) == votes


@given(marked_papers(), st.integers(0, 2**256 - 1))
def test_is_overvote__any_choices__exactly_those_that_are_no_votes(
    made: tuple[Boxes, dict[int, Vote]], choices: int
) -> None:
    boxes, _ = made
    for marks in (choices, choices % (1 << boxes.count)):
        if boxes.is_overvote(marks):
            with pytest.raises(ValueError, match="overvote"):
                boxes.unpack(marks)
        else:
            assert boxes.pack(boxes.unpack(marks)) == marks


@pytest.mark.parametrize(
    "choices",
    [0b11, 0b1100, 0b111_00_00, 0b11_000_00_00, 1 << 9, 1 << 255],
    ids=["both", "both of the last", "three for two seats", "two for one seat", "outside", "last bit"],
)
def test_is_overvote__one_thing_too_many(choices: int) -> None:
    assert BOXES.is_overvote(choices)
    assert not BOXES.is_overvote(choices & 0b01_011_01_01)


def test_pack__somebody_who_is_no_candidate__is_an_overvote() -> None:
    assert BOXES.pack({1: frozenset((MemberNumber(5),))}) == 1 << 9
    full = Boxes((Election(MAX_BOXES, tuple(map(MemberNumber, range(1, MAX_BOXES + 1)))),))
    everybody = full.pack({1: frozenset((MemberNumber(999),))})
    assert everybody.bit_count() == MAX_BOXES


def test_pack__vote_of_another_kind__is_an_error() -> None:
    with pytest.raises(ValueError, match="another kind"):
        BOXES.pack({1: Choice.FOR})
    with pytest.raises(ValueError, match="another kind"):
        BOXES.pack({2: frozenset()})


@given(marked_papers(), st.integers(1, 30))
def test_tally__papers__adds_up_to_their_number(made: tuple[Boxes, dict[int, Vote]], copies: int) -> None:
    boxes, votes = made
    for motion in boxes.numbers():
        tally = boxes.tally(motion, [boxes.pack(votes), 0] * copies)
        vote = votes[motion]
        if isinstance(vote, Choice):
            assert sum(tally) == 2 * copies
            assert tally[vote] == (2 if vote is Choice.ABSTAIN else 1) * copies
        else:
            assert sum(tally) == len(vote) * copies


@given(st.lists(papers, max_size=6))
def test_unpack_papers__what_was_packed__comes_back(batch: list[Paper]) -> None:
    assert list(unpack_papers(pack_papers(batch))) == batch


@given(papers, papers, st.integers(1, 700))
def test_unpack_papers__second_record_cut_short__says_where_it_begins(
    first: Paper, second: Paper, cut: int
) -> None:
    head, tail = first.packed(), second.packed()
    with pytest.raises(MalformedPapersError) as error:
        list(unpack_papers(head + tail[: max(1, len(tail) - cut)]))
    assert error.value.offset == len(head)


def test_unpack_papers__choices_of_33_bytes__are_malformed() -> None:
    record = bytes(14) + b"\x21" + bytes(33) + bytes(2)
    with pytest.raises(MalformedPapersError):
        list(unpack_papers(record))


def test_packed__a_record_worked_by_hand() -> None:
    paper = Paper(MemberNumber(258), 3, 2, 1_771_000_000, 0x1FF, b"\xaa\xbb")
    assert paper.packed().hex() == "00000102000000030200698f50c00201ff0002aabb"


@pytest.mark.parametrize(
    ("roll", "share", "needed"),
    [(32, 7_500, 24), (549, 7_500, 412), (549, 5_000, 275), (33, 5_000, 17), (20, 10_000, 20)],
)
def test_quorum__share_of_the_roll__rounded_up(roll: int, share: int, needed: int) -> None:
    assert quorum(roll, BasisPoints(share)) == needed


@pytest.mark.parametrize(
    ("votes_for", "against", "majority", "passed"),
    [
        (1, 0, 5_000, True),
        (10, 10, 5_000, False),
        (11, 10, 5_000, True),
        (0, 0, 5_000, False),
        (0, 0, 6_667, False),
        (2, 1, 6_667, False),
        (2, 1, 6_666, True),
        (3, 1, 7_500, True),
        (5, 0, 10_000, True),
        (51, 49, 5_001, True),
        (50, 50, 5_001, False),
    ],
)
def test_is_passed__majority(votes_for: int, against: int, majority: int, passed: bool) -> None:
    assert is_passed(votes_for, against, BasisPoints(majority)) is passed


def test_ranking__equal_votes__the_list_decides() -> None:
    assert ranking([3, 5, 3, 5, 0]) == [1, 3, 0, 2, 4]


def test_elected__a_seat_too_many__stays_vacant() -> None:
    assert elected(BOARD, [0, 4, 0]) == [7]
    assert elected(BOARD, [2, 2, 2]) == [4, 7]
