"""What was posted to every account by a day, out of the kept balances."""

from sqlalchemy import Connection, func, select, union_all

from indexer.ledger import schema
from indexer.ledger.schema import SUM_WORDS, joined
from rules.calendar import first_day, month_of_day
from rules.types import WibDay


def turnovers(connection: Connection, as_of: WibDay, cooperative_id: int = 1) -> dict[int, tuple[int, int]]:
    """Debits and credits of every account with postings up to the end of `as_of`, in rupiah."""
    months, days = schema.account_month.c, schema.account_day.c
    month = month_of_day(as_of)
    before = select(months.account, *(months[word] for word in SUM_WORDS)).where(
        months.cooperative_id == cooperative_id, months.month < month
    )
    rest = select(days.account, *(days[word] for word in SUM_WORDS)).where(
        days.cooperative_id == cooperative_id, days.day >= first_day(month), days.day <= as_of
    )
    parts = union_all(before, rest).subquery().c
    query = select(parts.account, *(func.sum(parts[word]) for word in SUM_WORDS)).group_by(parts.account)
    return {account: (joined(*sums[:2]), joined(*sums[2:])) for account, *sums in connection.execute(query)}
