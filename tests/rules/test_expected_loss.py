"""Stages by days overdue, and losses worked by hand."""

import pytest

from rules.calendar import parse_day
from rules.expected_loss import LossModel, Stage, expected_loss, stage_of

DUE = parse_day("2025-03-31")
MODEL = LossModel(200, 2_500, 4_500)


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        ("2025-03-31", Stage.PERFORMING),
        ("2025-04-30", Stage.PERFORMING),
        ("2025-05-01", Stage.UNDERPERFORMING),
        ("2025-06-29", Stage.UNDERPERFORMING),
        ("2025-06-30", Stage.DEFAULTED),
    ],
)
def test_stage__more_than_30_and_than_90_days(day: str, stage: Stage) -> None:
    assert stage_of(DUE, parse_day(day)) is stage
    assert stage_of(None, parse_day(day)) is Stage.PERFORMING


@pytest.mark.parametrize(
    ("outstanding", "liens", "stage", "loss"),
    [
        (10_000_000, 0, Stage.PERFORMING, 90_000),
        (10_000_000, 0, Stage.UNDERPERFORMING, 1_125_000),
        (10_000_000, 0, Stage.DEFAULTED, 4_500_000),
        (10_000_000, 4_000_000, Stage.DEFAULTED, 2_700_000),
        (10_000_000, 10_000_001, Stage.DEFAULTED, 0),
        # 0.9% of 55 is 0.495, of 56 0.504.
        (55, 0, Stage.PERFORMING, 0),
        (56, 0, Stage.PERFORMING, 1),
    ],
)
def test_expected_loss__of_what_is_not_covered__half_up(
    outstanding: int, liens: int, stage: Stage, loss: int
) -> None:
    assert expected_loss(outstanding, liens, stage, MODEL) == loss
