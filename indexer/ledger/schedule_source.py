"""Schedules as the books hold them."""

import json

from sqlalchemy import Connection, select

from indexer.ledger import schema
from indexer.ledger.known_books import KnownSchedule
from rules.schedules import Schedule, ScheduleKind, ScheduleMethod


def schedules(connection: Connection, cooperative_id: int = 1) -> list[KnownSchedule]:
    """Every schedule that runs, with the last month that was ended since its adoption."""
    table, end, setting = schema.schedule.c, schema.schedule_end.c, schema.setting.c
    ended = select(end.schedule).where(end.cooperative_id == cooperative_id)
    query = select(schema.schedule).where(
        table.cooperative_id == cooperative_id, table.schedule.not_in(ended)
    )
    rows = connection.execute(query).all()
    if not rows:
        return []
    months = select(setting.block_number, setting.log_index, setting.value).where(
        setting.cooperative_id == cooperative_id, setting.name == "month_ended"
    )
    ends = [
        ((block, log), int(json.loads(value)["month"])) for block, log, value in connection.execute(months)
    ]
    return [
        KnownSchedule(
            row.schedule,
            ScheduleKind(row.kind),
            row.debit,
            row.credit,
            Schedule(row.amount, row.residual, row.months, row.first_month, ScheduleMethod(row.method)),
            max((month for at, month in ends if at > (row.block_number, row.log_index)), default=0),
        )
        for row in rows
    ]
