"""Ratios, limits, scores, duties and the package are the same out of SQLite and PostgreSQL."""

from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, Engine

from indexer.ledger.journal import Ledger
from indexer.reports.statements.chart import house_chart_file
from indexer.reports.supervision.duties import calendar
from indexer.reports.supervision.health import health_scores
from indexer.reports.supervision.limits import limits
from indexer.reports.supervision.package import package_facts, report_package
from indexer.reports.supervision.ratios import ratios
from rules.calendar import month_of, parse_day
from tests.indexer.ledger.test_month_end import Logs, chain_of
from tests.indexer.reports.score_files import OLD, answers, content, table
from tests.indexer.reports.supervised import AUGUST, YEAR, on, option, saved, supervised

FILES = content(table()), content(answers())
KEPT = {sha256(file).digest(): file for file in FILES}
LATER: tuple[tuple[str, Logs], ...] = (
    (
        "2025-09-02",
        [option(key + OLD, digest) for key, digest in zip(("health-", "answers-"), KEPT, strict=True)],
    ),
    ("2025-09-03", saved(2, 2, 700_000_000, parse_day("2025-09-03"), channel=1)),
)


def all_of(connection: Connection) -> list[object]:
    """Every report of supervision."""
    books, day = on(connection), parse_day("2025-10-01")
    package = report_package(connection, month_of(2025, 8), 1, house_chart_file)
    return [
        ratios(books, AUGUST),
        limits(books, AUGUST),
        health_scores(books, AUGUST, KEPT.get),
        calendar(on(connection, day), 2025, day),
        package_facts(package, "KSP"),
    ]


def test_supervision__either_database__tells_the_same(engine: Engine, tmp_path: Path) -> None:
    Ledger(engine).append(chain_of(*YEAR, *LATER), floor=-1)
    with engine.connect() as connection:
        found = all_of(connection)
    with supervised(tmp_path, *LATER) as connection:
        assert found == all_of(connection)
    assert found[3].cash  # type: ignore[attr-defined]
