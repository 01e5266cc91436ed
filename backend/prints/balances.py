"""The trial balance as the body of a document."""

from typing import Final

from backend.prints.content import Body, Column, Line, Section, Table
from backend.prints.figures import figure
from backend.prints.reports import TOTAL, at_end_of
from indexer.reports.statements.structs import Words
from indexer.reports.trial_balance import TrialBalance
from rules.types import WibDay

_COLUMNS: Final = (
    Column(Words("Akun", "Account")),
    Column(Words("Nama", "Name"), wide=True),
    Column(Words("Mutasi debet", "Debits"), figures=True),
    Column(Words("Mutasi kredit", "Credits"), figures=True),
    Column(Words("Saldo debet", "Debit balance"), figures=True),
    Column(Words("Saldo kredit", "Credit balance"), figures=True),
)


def trial_balance_body(found: TrialBalance) -> Body:
    """Every account with postings, with its turnovers and on the side where it stands."""
    lines = [
        Line(
            (
                str(row.account),
                Words(row.name, row.name_en),
                figure(row.turnover_debit),
                figure(row.turnover_credit),
                figure(row.debit),
                figure(row.credit),
            )
        )
        for row in found.rows
    ]
    turnovers = (
        figure(sum(row.turnover_debit for row in found.rows)),
        figure(sum(row.turnover_credit for row in found.rows)),
    )
    lines.append(Line(("", TOTAL, *turnovers, figure(found.debit), figure(found.credit)), "total"))
    day = WibDay(found.as_of)
    return Body(
        "trial-balance",
        Words("Neraca saldo", "Trial balance"),
        at_end_of(day),
        day,
        (Section((Table(_COLUMNS, tuple(lines)),)),),
    )
