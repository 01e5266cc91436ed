"""Health scores by hand, under both regimes, and tables that are refused."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from indexer.reports.statements.forms import facts, report_csv
from indexer.reports.statements.options import options_on
from indexer.reports.statements.workbook import workbook
from indexer.reports.supervision.health import Health, HealthScores, health_scores
from indexer.reports.supervision.health_tables import health_tables
from indexer.reports.supervision.regimes import predicate_of, regimes
from indexer.reports.supervision.score_table import ScoreTableError, read_answers, read_table
from rules.calendar import parse_day
from tests.indexer.ledger.test_month_end import Logs
from tests.indexer.reports.score_files import NEW, OLD, answers, content, indicator, table
from tests.indexer.reports.supervised import AUGUST, on, option, supervised

Change = Callable[[dict[str, Any]], None]


def adopted(regime: str, table_file: bytes, answers_file: bytes | None = None) -> Logs:
    """The options that say which files hold."""
    files = [("health-", table_file)] + ([] if answers_file is None else [("answers-", answers_file)])
    return [option(key + regime, sha256(file).digest()) for key, file in files]


def scores(folder: Path, *files: bytes, logs: Logs) -> HealthScores:
    """The scores of the hand-made books with these files at hand."""
    kept = {sha256(file).digest(): file for file in files}
    with supervised(folder, ("2025-09-02", logs)) as connection:
        return health_scores(on(connection), AUGUST, kept.get)


def points(found: Health) -> dict[str, int | None]:
    return {each.aspect: each.points for each in found.aspects}


def test_weights__of_both_regimes__are_100_points() -> None:
    assert [(name, sum(each.weight for each in one.aspects)) for name, one in regimes().items()] == [
        (OLD, 10_000),
        (NEW, 10_000),
    ]
    told = {name: [each.weight // 100 for each in one.aspects] for name, one in regimes().items()}
    assert told == {OLD: [15, 25, 15, 10, 15, 10, 10], NEW: [30, 15, 40, 15]}


NAMED = {
    10_000: "Sehat",
    8_000: "Sehat",
    7_999: "Cukup sehat",
    6_000: "Cukup sehat",
    4_000: "Kurang sehat",
    3_999: "Tidak sehat",
    2_000: "Tidak sehat",
    1_999: None,
}


@pytest.mark.parametrize(("total", "name"), NAMED.items())
def test_predicates__of_the_old_regime__begin_where_they_should(total: int, name: str | None) -> None:
    found = predicate_of(total, regimes()[OLD].predicates)
    assert (found.id if found else None) == name


def test_score__nothing_adopted__says_so_and_has_no_total(tmp_path: Path) -> None:
    found = scores(tmp_path, logs=[])
    for each in found.scores:
        assert (each.state, each.total, each.predicate, each.table) == ("not-configured", None, None, None)
        assert {aspect.state for aspect in each.aspects} == {"not-configured"}
        assert set(points(each).values()) == {None}


def test_score__old_regime__by_hand(tmp_path: Path) -> None:
    """Equity to assets 52.98%: 15. NPL 86.49%: 0. At risk (10 + 12) / 37 million, 59.46%: 1. Answers 8: all
    of management 15, liquidity 15, growth 10, identity 10; efficiency 6: 5. In all 71: cukup sehat."""
    files = content(table()), content(answers(efficiency=6))
    found = scores(tmp_path, *files, logs=adopted(OLD, *files)).of(OLD)
    assert points(found) == {
        "capital": 1_500,
        "asset-quality": 100,
        "management": 1_500,
        "efficiency": 500,
        "liquidity": 1_500,
        "independence-growth": 1_000,
        "identity": 1_000,
    }
    assert (found.state, found.total) == ("complete", 7_100)
    assert found.predicate is not None
    assert found.predicate.id == "Cukup sehat"
    npl, risk = found.aspects[1].indicators
    assert (npl.source, npl.value, npl.low, npl.high, npl.points, npl.most) == (
        "ratio:NonPerformingLoans",
        8_649,
        501,
        None,
        0,
        2_000,
    )
    assert risk.ratio is not None
    assert (risk.value, risk.ratio.numerator.amount) == (5_946, 22_000_000)


def test_score__without_answers__is_incomplete_where_they_are_asked(tmp_path: Path) -> None:
    file = content(table())
    found = scores(tmp_path, file, logs=adopted(OLD, file)).of(OLD)
    states = {each.aspect: each.state for each in found.aspects}
    assert (states["capital"], states["asset-quality"], states["management"]) == (
        "complete",
        "complete",
        "not-configured",
    )
    assert (found.state, found.total) == ("incomplete", None)


def test_score__ratio_without_a_denominator__has_the_points_of_without(tmp_path: Path) -> None:
    """A day before the first loan: NPL has no value; equity to assets and the ratio of its own have none, and
    the table says nothing of them."""
    files = content(table()), content(answers())
    kept = {sha256(file).digest(): file for file in files}
    day = parse_day("2025-01-14")
    logs = [
        option(key + OLD, sha256(file).digest(), day)
        for key, file in zip(("health-", "answers-"), files, strict=True)
    ]
    with supervised(tmp_path, ("2025-09-02", logs)) as connection:
        found = health_scores(on(connection, day), day, kept.get).of(OLD)
    assert [each.points for each in found.aspects[1].indicators] == [2_000, None]
    assert found.total is None


def test_score__new_regime__has_the_tables_predicates_or_none(tmp_path: Path) -> None:
    named = [
        {"from": 0, "label": "Rendah", "label_en": "Low"},
        {"from": 9_000, "label": "T", "label_en": "H"},
    ]
    files = content({**table(NEW), "predicates": named}), content(answers(NEW, finance=5))
    found = scores(tmp_path, *files, logs=adopted(NEW, *files)).of(NEW)
    assert (found.total, found.predicate.en if found.predicate else None) == (8_000, "Low")
    (tmp_path / "other").mkdir()
    files = content(table(NEW)), content(answers(NEW))
    found = scores(tmp_path / "other", *files, logs=adopted(NEW, *files)).of(NEW)
    assert (found.total, found.predicate) == (10_000, None)


@pytest.mark.parametrize("case", ["missing", "broken", "other regime", "answers"])
def test_score__file_that_cannot_be_used__is_said_and_counts_as_none(tmp_path: Path, case: str) -> None:
    good = content(table())
    if case == "missing":
        found = scores(tmp_path, logs=adopted(OLD, good)).of(OLD)
    elif case == "broken":
        found = scores(tmp_path, b"{", logs=adopted(OLD, b"{")).of(OLD)
    elif case == "other regime":
        other = content(table(NEW))
        found = scores(tmp_path, other, logs=adopted(OLD, other)).of(OLD)
    else:
        wrong = content(answers(unasked=3))
        found = scores(tmp_path, good, wrong, logs=adopted(OLD, good, wrong)).of(OLD)
        assert found.answers is not None
        assert found.answers.problem is not None
        assert "unasked" in found.answers.problem.en
        assert found.state == "incomplete"
        return
    assert found.table is not None
    assert found.table.problem is not None
    assert (found.state, found.total) == ("not-configured", None)


def _bands(change: Callable[[list[dict[str, Any]]], None]) -> Change:
    return lambda told: change(told["aspects"][2]["indicators"][0]["bands"])


REFUSED: dict[str, tuple[Change, str]] = {
    "format": (lambda told: told.update(format=2), "format 2"),
    "regime": (lambda told: told.update(regime="permenkop-1-1999"), "not known"),
    "field": (lambda told: told.update(extra=1), "unknown field"),
    "aspect missing": (lambda told: told["aspects"].pop(), "each exactly once"),
    "aspect twice": (lambda told: told["aspects"].append(told["aspects"][0]), "each exactly once"),
    "weights": (
        lambda told: told["aspects"][2].update(indicators=[indicator("management", 1_400)]),
        "its weight is 1500",
    ),
    "both sources": (
        lambda told: told["aspects"][2]["indicators"][0].update(ratio="EquityToAssets"),
        "name one of the two",
    ),
    "ratio": (lambda told: told["aspects"][0]["indicators"][0].update(ratio="Nothing"), "no ratio 'Nothing'"),
    "name twice": (lambda told: told["aspects"][2]["indicators"][0].update(name="npl"), "used twice"),
    "house's ratio": (lambda told: told["ratios"][0].update(name="LossLoans"), "used twice"),
    "figure": (lambda told: told["ratios"][0].update(numerator="position:Nought"), "no such line"),
    "gap": (_bands(lambda bands: bands[1].update({"from": 6})), "a gap or an overlap"),
    "overlap": (_bands(lambda bands: bands[1].update({"from": 4})), "a gap or an overlap"),
    "open end": (_bands(lambda bands: bands[0].update({"from": 0})), "the first band has no from"),
    "no bands": (_bands(lambda bands: bands.clear()), "the first band has no from"),
    "empty band": (
        _bands(lambda bands: (bands[0].update(to=8), bands[1].update({"from": 8}))),  # type: ignore[func-returns-value]
        "is empty",
    ),
    "points too many": (_bands(lambda bands: bands[2].update(points=1_600)), "from 0 to exactly 1500"),
    "points too few": (_bands(lambda bands: bands[2].update(points=1_000)), "from 0 to exactly 1500"),
    "points below 0": (_bands(lambda bands: bands[0].update(points=-1)), "from 0 to exactly 1500"),
    "part of a point": (_bands(lambda bands: bands[0].update(points=1.5)), "int"),
    "predicates": (
        lambda told: told.update(predicates=[{"from": 1, "label": "x", "label_en": "x"}]),
        "leave predicates out",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_table__wrong_in_one_thing__is_refused_in_both_languages(case: str) -> None:
    change, reason = REFUSED[case]
    told = table()
    change(told)
    with pytest.raises(ScoreTableError) as error:
        read_table(content(told))
    assert reason in error.value.english
    assert error.value.indonesian != error.value.english
    assert read_table(content(table())).aspects.keys() == {each.aspect for each in regimes()[OLD].aspects}


def test_answers__to_another_regime_or_unasked__are_refused() -> None:
    sound = read_table(content(table()))
    assert read_answers(content(answers()), sound)["management"] == 8
    for wrong, reason in ((answers(NEW), "the table for"), (answers(nobody=1), "'nobody'")):
        with pytest.raises(ScoreTableError) as error:
            read_answers(content(wrong), sound)
        assert reason in error.value.english


@pytest.fixture
def complete(tmp_path: Path) -> Iterator[tuple[Connection, dict[bytes, bytes]]]:
    files = content(table()), content(answers())
    kept = {sha256(file).digest(): file for file in files}
    with supervised(tmp_path, ("2025-09-02", adopted(OLD, *files))) as connection:
        yield connection, kept


def test_notes__of_a_table_that_was_adopted__tell_its_hash(tmp_path: Path) -> None:
    file = content(table())
    with supervised(tmp_path, ("2025-09-02", adopted(OLD, file))) as connection:
        told = options_on(connection, AUGUST)[f"health-{OLD}"].text
    assert told == f"0x{sha256(file).hexdigest()}"


def test_forms__twice__are_the_same_bytes(complete: tuple[Connection, dict[bytes, bytes]]) -> None:
    connection, kept = complete
    made = [health_tables(health_scores(on(connection), AUGUST, kept.get)) for _ in range(2)]
    assert report_csv(made[0]) == report_csv(made[1])
    assert facts(made[0], "KSP") == facts(made[1], "KSP")
    assert workbook(made[0], "KSP") == workbook(made[1], "KSP")
    told = [each for each in facts(made[0], "KSP")["facts"] if each.get("unit") == "points/100"]
    assert sum(int(each["value"]) for each in told if each["element"] == "weight") == 20_000
