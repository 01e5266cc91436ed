"""Expected credit loss in three stages (PSAK 109, as IFRS 9), where the members' meeting adopted it.

The days are presumptions of the standard that can be rebutted (IFRS 9, 5.5.11 and B5.5.37). How likely a
default is and what it costs has no source of ours: the cooperative says so, or the table of classes holds.
"""

from enum import IntEnum
from typing import Final, NamedTuple

from rules.rounding import div_half_up
from rules.types import BPS, Rupiah, WibDay

DAYS_TO_STAGE_2: Final = 30
DAYS_TO_STAGE_3: Final = 90
"""Days overdue after which the risk has risen much, and after which the loan is in default."""


class Stage(IntEnum):
    """PERFORMING: defaults of 12 months count; UNDERPERFORMING: those of the whole life; DEFAULTED."""

    PERFORMING = 1
    UNDERPERFORMING = 2
    DEFAULTED = 3


class LossModel(NamedTuple):
    """Basis points: of loans that default within 12 months, within their life, and of what is lost then."""

    default_year_bps: int
    default_life_bps: int
    loss_bps: int


def stage_of(overdue_since: WibDay | None, day: WibDay) -> Stage:
    """The stage on `day` of a loan of which something is unpaid since the due day `overdue_since`."""
    late = 0 if overdue_since is None else day - overdue_since
    if late > DAYS_TO_STAGE_3:
        return Stage.DEFAULTED
    return Stage.UNDERPERFORMING if late > DAYS_TO_STAGE_2 else Stage.PERFORMING


def expected_loss(outstanding: int, liens: int, stage: Stage, model: LossModel) -> Rupiah:
    """What is expected to be lost of what liens do not cover, half up, in rupiah."""
    default_bps = {
        Stage.PERFORMING: model.default_year_bps,
        Stage.UNDERPERFORMING: model.default_life_bps,
        Stage.DEFAULTED: BPS,
    }[stage]
    bare = max(outstanding - liens, 0)
    return Rupiah(div_half_up(bare * default_bps * model.loss_bps, BPS * BPS))
