"""A bank's statement of an example's year, altered by seed: the workbench finds exactly what was altered."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from sqlalchemy import Connection

from backend.workbench.findings import Kind
from backend.workbench.reconciliation import bank_reconciliation
from rules.bank_causes import Cause
from rules.bank_matching import Movement
from rules.calendar import parse_day
from rules.types import Channel, WibDay
from tests.backend.workbench.ground import (
    FIRST,
    LAST,
    Office,
    Written,
    as_csv,
    bank_of,
    office_in,
    statement,
)

SEEDS = range(8)
Expected = set[tuple[Kind, str, Cause]]


class Altered(NamedTuple):
    """The bank's lines, and what must be found: lines by their text and amount until they have a key."""

    lines: list[Written]
    movements: Expected
    lines_found: set[tuple[int, str, Cause]]


def by_of(lines: list[Written]) -> dict[str, Written]:
    return {line.of: line for line in lines}


def alter(movements: list[Movement], random: Random) -> Altered:
    """Each kind of mishap some times over, each on a paper of its own."""
    lines = by_of(bank_of(movements, random))
    papers = [each for each in movements if each.reference and each.day < LAST - 60]
    amounts = [each.amount for each in movements]
    taken = random.sample(papers, 16)
    chosen = iter(taken)
    found: Expected = set()
    extra: list[Written] = []
    told: set[tuple[int, str, Cause]] = set()
    for _ in range(3):  # missing at the bank
        missing = next(chosen)
        del lines[missing.key]
        found.add((Kind.BOOKS_ONLY, missing.key, Cause.MISSING_AT_BANK))
    for _ in range(3):  # twice at the bank
        twice = lines[next(chosen).key]
        extra.append(twice._replace(of=""))
        told.add((twice.amount, twice.text, Cause.DOUBLED))
    for _ in range(3):  # a few days later: matched
        late = next(chosen)
        lines[late.key] = lines[late.key]._replace(day=WibDay(late.day + random.randrange(1, 10)))
    for _ in range(3):  # weeks later: told, not matched
        late = next(chosen)
        line = lines[late.key] = lines[late.key]._replace(day=WibDay(late.day + random.randrange(32, 50)))
        found.add((Kind.BOOKS_ONLY, late.key, Cause.IN_TRANSIT))
        told.add((line.amount, line.text, Cause.IN_TRANSIT))
    for _ in range(3):  # another amount
        wrong = next(chosen)
        changed = wrong.amount + random.choice((9_000, -1, 90))
        line = lines[wrong.key] = lines[wrong.key]._replace(amount=changed)
        found.add((Kind.BOOKS_ONLY, wrong.key, Cause.WRONG_AMOUNT))
        told.add((line.amount, line.text, Cause.WRONG_AMOUNT))
    own = [(-15_000, "BIAYA ADM"), (123_457, "JASA GIRO"), (-24_691, "PAJAK BUNGA"), (7_654_321, "SETORAN")]
    causes = (Cause.BANK_CHARGE, Cause.BANK_INTEREST, Cause.BANK_CHARGE, Cause.MISSING_ENTRY)
    for (amount, text), cause in zip(own, causes, strict=True):  # the bank's own, and one nobody booked
        assert amount not in amounts
        day = WibDay(random.choice(papers).day)
        extra.append(Written(day, amount, text, ""))
        told.add((amount, text, cause))
    one = next(chosen)  # three papers of a fortnight paid in one sum
    left = [each for each in papers if each not in taken and 0 <= each.day - one.day <= 14]
    other, third = random.sample(left, 2)
    for each in (other, third):
        del lines[each.key]
    text = f"GABUNGAN {one.reference} {other.reference} {third.reference}"
    summed = one.amount + other.amount + third.amount
    lines[one.key] = Written(max(one, other, third, key=lambda each: each.day).day, summed, text, "")
    return Altered([*lines.values(), *extra], found, told)


def keep(office: Office, lines: list[Written], first: WibDay = FIRST, last: WibDay = LAST) -> None:
    told = statement(lines, office.balance(WibDay(first - 1)), first, last)
    assert office.bench.importer.run(told, as_csv(told)).new


def found_by(office: Office) -> tuple[Expected, set[tuple[int, str, Cause]], int]:
    """Movements and lines on the list, and all of it in rupiah."""
    texts = {line.key: line.text for line in office.bench.repository.lines(Channel.BANK)}
    listed = office.bench.findings(office.amounts)
    of_books = {(each.kind, each.subject, each.cause) for each in listed if each.kind is Kind.BOOKS_ONLY}
    of_bank = {
        (each.amount, texts[each.subject], each.cause) for each in listed if each.kind is Kind.BANK_ONLY
    }
    assert len(of_books) + len(of_bank) == len(listed)
    return of_books, of_bank, sum(each.amount for each in listed)


@pytest.mark.parametrize("seed", SEEDS)
def test_differences__of_an_altered_year__are_exactly_what_was_altered(
    seed: int, samosir: Connection, tmp_path: Path
) -> None:
    office = office_in(tmp_path, samosir)
    altered = alter(office.movements(), Random(seed))
    keep(office, altered.lines)
    office.bench.matching.run(office.books, Channel.BANK)
    of_books, of_bank, total = found_by(office)
    assert of_books == altered.movements
    assert of_bank == altered.lines_found
    bank = office.balance(WibDay(FIRST - 1)) + sum(line.amount for line in altered.lines)
    assert total == bank - office.balance(LAST)
    desk = office.bench.desk(office.amounts, Channel.BANK)
    for day in (LAST, parse_day("2025-06-30"), parse_day("2025-03-25")):
        assert bank_reconciliation(desk, office.amounts, day).amount("Unexplained") == 0


@pytest.mark.parametrize("name", ["kecil", "samosir"])
def test_differences__of_a_faithful_bank__are_none(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    office = office_in(tmp_path, request.getfixturevalue(name))
    keep(office, bank_of(office.movements(), Random(1)))
    office.bench.matching.run(office.books, Channel.BANK)
    assert office.bench.findings(office.amounts) == []
    matches = office.bench.repository.matches(Channel.BANK)
    payroll = [each for each in matches if any(key.startswith("payroll/") for key in each.movements)]
    assert len(payroll) == 12
    assert all(each.kind == "BATCH" for each in payroll)


def test_matching__again__changes_nothing(office: Office) -> None:
    keep(office, alter(office.movements(), Random(7)).lines)
    first = office.bench.matching.run(office.books, Channel.BANK)
    before = office.bench.repository.matches(Channel.BANK)
    assert sum(first.values()) == len(before)
    assert not office.bench.matching.run(office.books, Channel.BANK)
    assert office.bench.repository.matches(Channel.BANK) == before


def test_matching__month_by_month__gives_what_the_year_at_once_gives(
    samosir: Connection, tmp_path: Path
) -> None:
    """Money on its way at a month's end is told, and gone from the list once it came."""
    lines = alter(office_in(tmp_path, samosir).movements(), Random(3)).lines
    results = []
    for name, ends in (("once", ["2025-12-31"]), ("twice", ["2025-05-31", "2025-12-31"])):
        folder = tmp_path / name
        folder.mkdir()
        office = office_in(folder, samosir)
        first, opening = FIRST, office.balance(WibDay(FIRST - 1))
        for end in map(parse_day, ends):
            held = [line for line in lines if first <= line.day <= end]
            told = statement(held, opening, first, end)
            office.bench.importer.run(told, as_csv(told))
            office.bench.matching.run(office.books, Channel.BANK)
            first, opening = WibDay(end + 1), told.closing
        results.append(found_by(office))
    assert results[0] == results[1]


Change = Callable[[list[Written]], list[Written]]


def test_payroll__with_a_row_too_few__is_one_difference_on_each_side(office: Office) -> None:
    movements = office.movements()
    batch = next(each for each in movements if each.batch)
    lines = bank_of(movements, Random(1))
    short = [line._replace(amount=line.amount - 50_000) if line.of == batch.key else line for line in lines]
    keep(office, short)
    office.bench.matching.run(office.books, Channel.BANK)
    listed = office.bench.findings(office.amounts)
    assert [(each.kind, each.amount, each.cause) for each in listed] == [
        (Kind.BANK_ONLY, batch.amount - 50_000, Cause.WRONG_AMOUNT),
        (Kind.BOOKS_ONLY, -batch.amount, Cause.WRONG_AMOUNT),
    ]
    assert listed[1].subject == batch.key


def test_payroll__paid_in_two_sums__is_matched(office: Office) -> None:
    movements = office.movements()
    batch = next(each for each in movements if each.batch)
    lines = [line for line in bank_of(movements, Random(1)) if line.of != batch.key]
    part = batch.amount // 3
    lines += [Written(batch.day, part, "POLSEK", ""), Written(batch.day, batch.amount - part, "POLRES", "")]
    keep(office, lines)
    made = office.bench.matching.run(office.books, Channel.BANK)
    assert made["SUM"] == 1  # type: ignore[index]
    assert office.bench.findings(office.amounts) == []
