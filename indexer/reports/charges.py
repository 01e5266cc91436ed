"""Schedules of depreciation, prepayments and accruals: what the ends of months posted, and will post."""

import json
from collections import defaultdict
from typing import Final

import msgspec
from sqlalchemy import Connection, and_, select

from indexer.ledger import schema
from rules.schedules import Schedule, ScheduleKind, ScheduleMethod, charged_through
from rules.types import Month, Rupiah

RULES: Final = ("depreciation", "schedule")


class Charge(msgspec.Struct, frozen=True):
    """Rupiah of one month's end; `entry` is the number of its entry, None of one to come."""

    month: Month
    amount: int
    entry: int | None


class PostedSchedule(msgspec.Struct, frozen=True):
    """A schedule: each month `debit` is debited and `credit` credited. Amounts in rupiah.

    `ended`: month's ends post nothing of it any more, whatever is left. `through`: the last month that was
    ended since its adoption, None if none was.
    """

    number: int
    kind: ScheduleKind
    debit: int
    credit: int
    terms: Schedule
    ended: bool
    through: Month | None
    posted: tuple[Charge, ...]

    @property
    def charged(self) -> int:
        """What was posted so far."""
        return sum(each.amount for each in self.posted)

    @property
    def left(self) -> int:
        """What was not: a journal posts it if the schedule was ended."""
        return self.terms.amount - self.terms.residual - self.charged

    @property
    def coming(self) -> tuple[Charge, ...]:
        """What the ends of months will post, if nobody ends the schedule."""
        terms, made, before = self.terms, [], self.charged
        first = terms.first_month if self.through is None else max(self.through + 1, terms.first_month)
        for month in () if self.ended else range(first, terms.first_month + terms.months):
            reached = charged_through(terms, month)
            made.append(Charge(Month(month), reached - before, None))
            before = reached
        return tuple(made)


def posted_schedules(connection: Connection, cooperative_id: int = 1) -> tuple[PostedSchedule, ...]:
    """Every schedule that was adopted, by number."""
    table, end = schema.schedule.c, schema.schedule_end.c
    over = select(end.schedule).where(end.cooperative_id == cooperative_id)
    ended = set(connection.execute(over).scalars())
    query = select(schema.schedule).where(table.cooperative_id == cooperative_id).order_by(table.schedule)
    rows = connection.execute(query).all()
    if not rows:
        return ()
    ends = _month_ends(connection, cooperative_id)
    posted = _posted(connection, cooperative_id)
    found = []
    for row in rows:
        terms = (Rupiah(row.amount), Rupiah(row.residual), row.months, Month(row.first_month))
        adopted = (row.block_number, row.log_index)
        found.append(
            PostedSchedule(
                row.schedule,
                ScheduleKind(row.kind),
                row.debit,
                row.credit,
                Schedule(*terms, ScheduleMethod(row.method)),
                row.schedule in ended,
                max((month for at, month in ends.items() if at > adopted), default=None),
                tuple(posted[row.schedule]),
            )
        )
    return tuple(found)


def _month_ends(connection: Connection, cooperative_id: int) -> dict[tuple[int, int], Month]:
    """The months that were ended, by place in the chain."""
    setting = schema.setting.c
    query = select(setting.block_number, setting.log_index, setting.value).where(
        setting.cooperative_id == cooperative_id, setting.name == "month_ended"
    )
    return {
        (block, log): Month(int(json.loads(value)["month"]))
        for block, log, value in connection.execute(query)
    }


def _posted(connection: Connection, cooperative_id: int) -> dict[int, list[Charge]]:
    """What ends of months posted, by schedule and in order."""
    setting, entry, line = schema.setting.c, schema.entry.c, schema.line.c
    query = (
        select(entry.number, entry.subject, setting.value, line.amount)
        .join_from(
            schema.setting,
            schema.entry,
            and_(
                entry.cooperative_id == setting.cooperative_id,
                entry.block_number == setting.block_number,
                entry.log_index == setting.log_index,
                entry.rule.in_(RULES),
            ),
        )
        .join(
            schema.line,
            and_(line.cooperative_id == entry.cooperative_id, line.entry == entry.number, line.amount > 0),
        )
        .where(setting.cooperative_id == cooperative_id, setting.name == "month_ended")
        .order_by(entry.number)
    )
    found: defaultdict[int, list[Charge]] = defaultdict(list)
    for number, schedule, value, amount in connection.execute(query):
        found[schedule].append(Charge(Month(int(json.loads(value)["month"])), amount, number))
    return found
