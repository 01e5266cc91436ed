"""What schedules post at the ends of months: ten cases of each rule as ledgers, worked by hand."""

from typing import NamedTuple

import pytest
from sqlalchemy import Engine, func, select

from indexer.chain import events as ev
from indexer.ledger import schema
from indexer.ledger.checks import check_books
from indexer.ledger.journal import Ledger
from rules.calendar import day_text, first_day, parse_month
from rules.schedules import ScheduleKind, ScheduleMethod
from rules.types import Month
from tests.indexer.ledger.fake_chain import Logs, installed
from tests.indexer.ledger.test_month_end import chain_of, ended, entries_of

LINE, DECLINING = ScheduleMethod
RULES = ("depreciation", "schedule")


class Terms(NamedTuple):
    """Depreciation of 5160 to 1590 from January 2025 on, unless said otherwise."""

    amount: int
    residual: int = 0
    months: int = 48
    method: ScheduleMethod = LINE
    debit: int = 5160
    credit: int = 1590
    kind: ScheduleKind = ScheduleKind.DEPRECIATION
    first: str = "2025-01"
    id: int = 7

    def adopted(self) -> ev.ScheduleAdopted:
        first = parse_month(self.first)
        terms = (self.debit, self.credit, self.amount, self.residual, self.months, first)
        told = ev.ScheduleTerms(self.id, int(self.kind), int(self.method), *terms)
        return ev.ScheduleAdopted(self.id, told, 3, 1)


def spread(amount: int, months: int, debit: int, credit: int, **more: object) -> Terms:
    terms = Terms(amount, 0, months, debit=debit, credit=credit, kind=ScheduleKind.SPREAD)
    return terms._replace(**more)  # type: ignore[arg-type]


CASES = [
    ("month 1 of 48: 12,000,000 / 48", Terms(12_000_000), "2025-01", "250,000"),
    (
        "less 2,000,000 of residual: 10,000,000 / 48 = 208,333.3",
        Terms(12_000_000, 2_000_000),
        "2025-02",
        "208,333",
    ),
    (
        "the last takes the rest: 10,000,000 - 47 x 208,333",
        Terms(12_000_000, 2_000_000),
        "2028-12",
        "208,349",
    ),
    ("before its first month", Terms(12_000_000, first="2025-03"), "2025-02", ""),
    ("after its last month", Terms(12_000_000, months=2), "2025-03", ""),
    ("a single month", Terms(5_000, months=1), "2025-01", "5,000"),
    (
        "declining, 4 years: half of 12,000,000 / 12",
        Terms(12_000_000, method=DECLINING),
        "2025-05",
        "500,000",
    ),
    ("its second year: half of 6,000,000 / 12", Terms(12_000_000, method=DECLINING), "2026-01", "250,000"),
    ("its last year: all of 1,500,000 / 12", Terms(12_000_000, method=DECLINING), "2028-12", "125,000"),
    (
        "declining, 5 years: 4,000,000 - 11 x 333,333 in December",
        Terms(10_000_000, months=60, method=DECLINING),
        "2025-12",
        "333,337",
    ),
    ("a year's insurance paid ahead", spread(1_200_000, 12, 5150, 2410), "2025-01", "100,000"),
    ("audit accrued: 10,000,000 / 12 = 833,333.3", spread(10_000_000, 12, 5220, 2410), "2025-11", "833,333"),
    ("its December: 10,000,000 - 11 x 833,333", spread(10_000_000, 12, 5220, 2410), "2025-12", "833,337"),
    ("rent of 2 years ahead", spread(24_000_000, 24, 5130, 2410), "2026-06", "1,000,000"),
    ("income received ahead", spread(600_000, 6, 2410, 4900), "2025-06", "100,000"),
    ("less than a rupiah a month: nothing", spread(5, 6, 5130, 2410), "2025-05", ""),
    ("and all in the last", spread(5, 6, 5130, 2410), "2025-06", "5"),
    (
        "holiday allowance of 7 months: 7,000,001 / 7",
        spread(7_000_001, 7, 5110, 2410),
        "2025-03",
        "1,000,000",
    ),
    ("its seventh: 7,000,001 - 6 x 1,000,000", spread(7_000_001, 7, 5110, 2410), "2025-07", "1,000,001"),
    ("begins in May", spread(800_000, 8, 5120, 2410, first="2025-05"), "2025-05", "100,000"),
]


def history(terms: Terms, last: str, *more: tuple[str, Logs]) -> list[tuple[str, Logs]]:
    """Adopted on 2 January 2025, and every month ended on the first day after it."""
    begun: Logs = [("Authority", installed("Books")), ("Books", terms.adopted())]
    months = range(parse_month("2025-01"), parse_month(last) + 1)
    ends = [(day_text(first_day(Month(month + 1))), ended(_text(month))) for month in months]
    return [("2025-01-02", begun), *sorted([*ends, *more], key=lambda block: block[0])]


def _text(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02}"


@pytest.mark.parametrize(
    ("terms", "month", "amount"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_month_end__schedule__its_part(terms: Terms, month: str, amount: str) -> None:
    found = entries_of(chain_of(*history(terms, month)), RULES)
    if not amount:
        assert found == ""
        return
    rule = RULES[terms.kind]
    day = day_text(Month(first_day(Month(parse_month(month) + 1)) - 1))  # type: ignore[arg-type]
    assert found == f"{day} {rule} 7: {terms.debit} +{amount} {terms.credit} -{amount}"


def test_cases__ten_of_each_rule() -> None:
    kinds = [case[1].kind for case in CASES]
    assert [kinds.count(kind) for kind in ScheduleKind] == [10, 10]


def test_month_end__schedule_ended__no_more() -> None:
    gone: Logs = [("Books", ev.ScheduleEnded(7, 3, 1))]
    blocks = chain_of(*history(Terms(12_000_000), "2025-03", ("2025-03-15", gone)))
    assert entries_of(blocks, RULES) == ""
    assert entries_of(blocks[:3], RULES) != ""


def test_month_end__ended_twice__posted_once() -> None:
    """A contract in another's place ends a month again."""
    again = ended("2025-02")
    assert entries_of(chain_of(*history(Terms(12_000_000), "2025-02"), ("2025-03-02", again)), RULES) == ""


def test_month_end__months_left_out__their_parts_together() -> None:
    """By hand: January to March at once are 3 x 250,000."""
    begun, *_, march = history(Terms(12_000_000), "2025-03")
    assert (
        entries_of(chain_of(begun, march), RULES) == "2025-03-31 depreciation 7: 5160 +750,000 1590 -750,000"
    )


def test_books__from_the_database__go_on_where_they_stood(engine: Engine) -> None:
    """A block at a time and at once: the same; what is over adds up to its amount."""
    several = [
        Terms(12_000_000, 2_000_000),
        Terms(9_999_999, 1, method=DECLINING, id=8),
        spread(1_000, 7, 5120, 2410, id=9),
    ]
    (day, first), *rest = history(
        several[0], "2029-01", ("2026-05-05", [("Books", ev.ScheduleEnded(8, 3, 1))])
    )
    blocks = chain_of((day, [*first, *(("Books", each.adopted()) for each in several[1:])]), *rest)
    whole, pieces = Ledger(engine, 1), Ledger(engine, 2)
    whole.append(blocks, floor=-1)
    for each in blocks:
        pieces.append([each], floor=-1)
        if each.number == 20:
            pieces.rollback(11)
            pieces.append([late for late in blocks if 11 < late.number <= 20], floor=-1)
    assert pieces.digest() == whole.digest()
    entry, line = schema.entry.c, schema.line.c
    totals = (
        select(entry.subject, func.sum(line.amount))
        .join(schema.line, (line.entry == entry.number) & (line.cooperative_id == entry.cooperative_id))
        .where(entry.cooperative_id == 2, entry.rule.in_(RULES), line.amount > 0, entry.subject != 8)
        .group_by(entry.subject)
    )
    with engine.connect() as connection:
        assert dict(connection.execute(totals).tuples().all()) == {7: 10_000_000, 9: 1_000}
    assert check_books(engine, 2) == []
