"""Every statement and book by its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from indexer.reports.statements.account_books import cash_book, general_ledger, teller_report
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.cash_flows import cash_flows_direct, cash_flows_indirect
from indexer.reports.statements.equity import equity
from indexer.reports.statements.notes import notes
from indexer.reports.statements.position import position
from indexer.reports.statements.promotion import promotion
from indexer.reports.statements.structs import Report, Span, Statement
from indexer.reports.statements.subsidiary import SUBSIDIARIES, subsidiary
from indexer.reports.statements.surplus import surplus
from rules.types import Channel

STATEMENTS: Final[Mapping[str, Callable[[BookAmounts, Span], Statement]]] = {
    "position": position,
    "surplus": surplus,
    "cash-flows-direct": cash_flows_direct,
    "cash-flows-indirect": cash_flows_indirect,
    "equity": equity,
    "promotion": promotion,
}
"""The financial statements, of a span with its comparatives."""
NAMES: Final = (
    *STATEMENTS,
    "notes",
    "teller-report",
    "general-ledger",
    "cash-book",
    *SUBSIDIARIES,
)


class UnknownStatementError(LookupError):
    """No statement has this name."""

    def __init__(self, name: str) -> None:
        names = ", ".join(NAMES)
        self.indonesian = f"Laporan {name[:80]!r} tidak ada. Yang ada: {names}."
        self.english = f"There is no statement {name[:80]!r}. There are: {names}."
        super().__init__(f"{self.indonesian} / {self.english}")


class MissingChoiceError(ValueError):
    """A general ledger without its account, or a cash book without its channel."""

    def __init__(self, indonesian: str, english: str) -> None:
        self.indonesian = f"Sebutkan {indonesian}."
        self.english = f"Say {english}."
        super().__init__(f"{self.indonesian} / {self.english}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report: a general ledger needs `account`, a cash book `channel`; `limit` cuts these two short."""

    name: str
    span: Span
    account: int | None = None
    channel: Channel | None = None
    limit: int | None = None


def report(books: BookAmounts, wanted: Wanted) -> Report:
    """The report that is wanted. UnknownStatementError, MissingChoiceError, PeriodError,
    UnknownAccountError."""
    name, span = wanted.name, wanted.span
    if name in STATEMENTS:
        return STATEMENTS[name](books, span)
    if name in SUBSIDIARIES:
        return subsidiary(books, name, span.to_day)
    if name == "notes":
        return notes(books, span)
    if name == "teller-report":
        return teller_report(books, span.to_day)
    if name == "general-ledger":
        if wanted.account is None:
            raise MissingChoiceError("akunnya (account)", "which account")
        return general_ledger(books, wanted.account, span, wanted.limit)
    if name == "cash-book":
        if wanted.channel is None:
            raise MissingChoiceError("salurannya (channel): KAS, BANK, STABLECOIN", "which channel")
        return cash_book(books, wanted.channel, span, wanted.limit)
    raise UnknownStatementError(name)
