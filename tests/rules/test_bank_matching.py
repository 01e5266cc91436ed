"""Rules of matching one by one, and what holds for all of them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.bank_causes import Cause, Causes
from rules.bank_matching import BankLine, Match, MatchKind, Movement, match, references_in
from rules.types import WibDay


def line(key: str, day: int, amount: int, text: str = "") -> BankLine:
    return BankLine(key, WibDay(day), amount, text)


def moved(key: str, day: int, amount: int, reference: str = "", batch: bool = False) -> Movement:
    return Movement(key, WibDay(day), amount, reference, batch)


def pairs(lines: list[BankLine], movements: list[Movement]) -> list[tuple[str, str, str]]:
    """Kind, lines and movements of each match, in short."""
    return [
        (each.kind.value, " ".join(each.lines), " ".join(each.movements)) for each in match(lines, movements)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TRSF SLIP-2025-00044 BUDI", ["SLIP-2025-00044"]),
        ("slip 2025 00044/JRN20250001", ["SLIP-2025-00044", "JRN-2025-0001"]),
        ("SLIP-2025-\n00044 SLIP-2025-00044", ["SLIP-2025-00044"]),
        ("SLIP202500044", ["SLIP-2025-00044"]),
        ("SLIP-2025-1234567", ["SLIP-2025-1234567"]),
        ("MYSLIP-2025-00044", []),
        ("SLIP 44", []),
        ("JURNAL 2025 0001", []),
    ],
)
def test_references__in_a_banks_text(text: str, found: list[str]) -> None:
    assert list(references_in(text)) == found


S = "SLIP-2025-00001"
T = "SLIP-2025-00002"


@pytest.mark.parametrize(
    ("lines", "movements", "found"),
    [
        ([line("1", 9, 5, S)], [moved("a", 5, 5, S)], [("REFERENCE", "1", "a")]),
        ([line("1", 40, 5, S)], [moved("a", 5, 5, S)], []),
        ([line("1", 5, 6, S)], [moved("a", 5, 5, S)], []),
        ([line("1", 5, 5, S)], [moved("a", 5, 5, S), moved("b", 5, 5)], [("REFERENCE", "1", "a")]),
        ([line("1", 5, 7, S)], [moved("a", 5, 5, S), moved("b", 5, 7)], []),
        ([line("1", 5, 9, S + T)], [moved("a", 5, 5, S), moved("b", 5, 4, T)], []),
        (
            [line("1", 5, 9, f"{S} {T}")],
            [moved("a", 5, 5, S), moved("b", 5, 4, T)],
            [("REFERENCE", "1", "a b")],
        ),
        ([line("1", 5, 5, S), line("2", 5, 5, S)], [moved("a", 5, 5, S)], [("REFERENCE", "1", "a")]),
        ([line("1", 5, 5)], [moved("a", 5, 5)], [("SAME_DAY", "1", "a")]),
        (
            [line("1", 5, 5), line("2", 5, 5)],
            [moved("a", 5, 5), moved("b", 5, 5)],
            [("SAME_DAY", "1 2", "a b")],
        ),
        ([line("1", 5, 5), line("2", 5, 5)], [moved("a", 5, 5)], []),
        ([line("1", 5, 5)], [moved("a", 5, 5), moved("b", 5, 5)], []),
        ([line("1", 5, 5)], [moved("a", 5, -5)], []),
        ([line("1", 7, 5)], [moved("a", 5, 5, batch=True)], [("BATCH", "1", "a")]),
        ([line("1", 9, 5)], [moved("a", 5, 5, batch=True)], []),
        ([line("1", 5, 5), line("2", 6, 5)], [moved("a", 5, 5, batch=True)], []),
        ([line("1", 8, 5)], [moved("a", 5, 5)], [("WITHIN_DAYS", "1", "a")]),
        ([line("1", 9, 5)], [moved("a", 5, 5)], []),
        ([line("1", 7, 5)], [moved("a", 5, 5), moved("b", 8, 5)], []),
        ([line("1", 7, 5), line("2", 8, 5)], [moved("a", 6, 5)], []),
        ([line("1", 5, 9)], [moved("a", 5, 5), moved("b", 5, 4)], [("SUM", "1", "a b")]),
        ([line("1", 5, 9)], [moved("a", 5, 5), moved("b", 5, 4), moved("c", 5, 6), moved("d", 5, 3)], []),
        ([line("1", 5, 9)], [moved("a", 5, 10), moved("b", 5, -1)], []),
        ([line("1", 5, 5), line("2", 5, 4)], [moved("a", 5, 9)], [("SUM", "1 2", "a")]),
        ([line("1", 5, 9)], [moved("a", 6, 5), moved("b", 5, 4)], []),
        ([], [moved("a", 5, 5, S), moved("b", 9, -5, S)], [("CONTRA", "", "a b")]),
        ([], [moved("a", 5, 5, S), moved("b", 9, -4, S)], []),
        ([], [moved("a", 5, 5), moved("b", 9, -5)], []),
    ],
)
def test_rule__matches_what_is_certain_and_nothing_else(
    lines: list[BankLine], movements: list[Movement], found: list[tuple[str, str, str]]
) -> None:
    assert pairs(lines, movements) == found


def test_sum__of_too_many_candidates__is_not_tried() -> None:
    movements = [moved(f"m{number}", 5, 2**number) for number in range(25)]
    assert match([line("1", 5, 2**24 + 2**23)], movements) == []
    assert [each.kind for each in match([line("1", 5, 2**23 + 2**22)], movements[:24])] == [MatchKind.SUM]


def test_match__what_a_person_parted__stays_apart() -> None:
    lines, movements = [line("1", 5, 5)], [moved("a", 5, 5)]
    assert match(lines, movements, apart={("1", "a")}) == []
    assert match(lines, movements, apart={("1", "b")}) != []


AMOUNTS = st.sampled_from([-300, -200, 100, 200, 300, 400, 500])
TEXTS = st.sampled_from(["", S, T, f"{S} {T}", "BIAYA"])
LINES = st.lists(st.tuples(st.integers(1, 9), AMOUNTS, TEXTS), max_size=9)
MOVEMENTS = st.lists(
    st.tuples(st.integers(1, 9), AMOUNTS, st.sampled_from(["", "", S, T]), st.booleans()), max_size=9
)


@given(LINES, MOVEMENTS)
def test_match__of_anything__is_equal_sums_of_things_used_once(
    told: list[tuple[int, int, str]], booked: list[tuple[int, int, str, bool]]
) -> None:
    lines = {f"{at}": line(f"{at}", *each) for at, each in enumerate(told)}
    movements = {
        f"m{at}": moved(f"m{at}", day, amount, reference, batch and not reference)
        for at, (day, amount, reference, batch) in enumerate(booked)
    }
    made = match(lines.values(), movements.values())
    assert made == match(lines.values(), movements.values())
    used = Counter(key for each in made for key in (*each.lines, *each.movements))
    assert all(count == 1 for count in used.values())
    for each in made:
        sums = (
            sum(lines[key].amount for key in each.lines),
            sum(movements[key].amount for key in each.movements),
        )
        assert sums[0] == sums[1]
        assert each.lines or each.kind is MatchKind.CONTRA
    left = [line for key, line in lines.items() if key not in used]
    still = [each for key, each in movements.items() if key not in used]
    check_causes(left, still, made, lines, movements)


def check_causes(
    left: list[BankLine],
    still: list[Movement],
    made: list[Match],
    lines: dict[str, BankLine],
    movements: dict[str, Movement],
) -> None:
    """Everything that is left has a cause that points to what is there."""
    done = [lines[key] for each in made for key in each.lines]
    booked = [movements[key] for each in made for key in each.movements]
    causes = Causes(left, still, done, booked, 3, WibDay(9))
    known = {*lines, *movements}
    reasons = [causes.of_line(each) for each in left] + [causes.of_movement(each) for each in still]
    for reason in reasons:
        assert set(reason.others) <= known
        assert bool(reason.others) or reason.cause not in (Cause.DOUBLED, Cause.WRONG_AMOUNT, Cause.AMBIGUOUS)
