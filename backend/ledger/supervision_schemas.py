"""The bodies of ratios, limits and health scores."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from backend.ledger.schemas import Body, Day, Hash, Rupiah, Words
from backend.ledger.statement_schemas import StatedOn

BasisPoints = Annotated[int, Meta(description="Hundredths of a per cent.")]


class AccountPart(Body, frozen=True):
    """An account's part of a figure."""

    account: int
    label: Words
    amount: Rupiah


class RatioPart(Body, frozen=True):
    """A figure of a ratio: `source` says of what, `key` which line, class or account; `amount` is `share_bps`
    of `balance`, which the accounts make. `loans` is how many a class has."""

    source: str
    key: str
    label: Words
    share_bps: BasisPoints
    balance: Rupiah
    amount: Rupiah
    accounts: list[AccountPart]
    loans: int | None


class RatioSide(Body, frozen=True):
    """Numerator or denominator."""

    amount: Rupiah
    parts: list[RatioPart]


class Ratio(Body, frozen=True):
    """A ratio; `bps` is null where the denominator is nought. `met`: whether it is within its target, null
    where it has none."""

    name: str
    group: Literal["capital", "assets", "liquidity", "efficiency", "growth", "identity", "own"]
    label: Words
    better: Literal["higher", "lower", ""]
    numerator: RatioSide
    denominator: RatioSide
    bps: BasisPoints | None
    target_bps: BasisPoints | None
    met: bool | None


class Ratios(Body, frozen=True):
    """Every ratio at the end of a day, by the house's definitions (their SHA-256): no source in law is
    claimed for them."""

    as_of: Day
    version: int
    definitions: Hash
    reading: Words
    ratios: list[Ratio]
    stated_on: StatedOn


class EquityBasis(Body, frozen=True):
    """The equity that limits are of: at the last close, or before the first simpanan pokok and wajib."""

    amount: Rupiah
    basis: Literal["last-close", "member-shares"]
    day: Day


class Borrower(Body, frozen=True):
    """A member against a limit: `exposure` is principal owed and what can still be drawn; `headroom` is below
    nought where the limit is broken, null where there is none."""

    member: int
    offices: list[str]
    outstanding: Rupiah
    undrawn: Rupiah
    exposure: Rupiah
    share_bps: BasisPoints | None
    headroom: Rupiah | None
    breach: bool


class Limits(Body, frozen=True):
    """Related parties and the largest borrowers at the end of a day. `related_from`: the policy's limit, or
    the most of the law where the books do not hold it. `contract_ceiling` is what LoanDesk allows a related
    party: it counts pokok and wajib always. Null: not known, or no limit is set."""

    as_of: Day
    equity: EquityBasis
    related_from: Literal["policy", "law"]
    related_bps: BasisPoints
    related_ceiling: Rupiah
    contract_ceiling: Rupiah | None
    single_bps: BasisPoints | None
    single_ceiling: Rupiah | None
    related: list[Borrower]
    largest: list[Borrower]
    stated_on: StatedOn


ScoreState = Literal["not-configured", "incomplete", "complete"]
Points = Annotated[int, Meta(description="Hundredths of a point.")]


class AdoptedFile(Body, frozen=True):
    """A table or answers, adopted by SHA-256; `problem` says why it does not count, if it does not."""

    hash: Hash
    since: Day
    problem: Words | None


class IndicatorScore(Body, frozen=True):
    """An indicator: `value` in basis points of a ratio, or the answer; the band it is in: from `low` on,
    below `high` (null: without end); points of at most `most`. Null: not answered, or without a value."""

    name: str
    label: Words
    source: str
    value: int | None
    low: int | None
    high: int | None
    points: Points | None
    most: Points
    ratio: Ratio | None


class AspectScore(Body, frozen=True):
    """An aspect of the regulation with its weight; points only if every indicator has some."""

    aspect: str
    label: Words
    weight: Points
    state: ScoreState
    points: Points | None
    indicators: list[IndicatorScore]


class HealthScore(Body, frozen=True):
    """The score under a regulation. Without table and answers nothing has points, and there is a total only
    if every aspect is complete. `source`: where the cooperative has its table from."""

    regime: Literal["permenkop-14-2009", "permenkop-9-2020"]
    label: Words
    state: ScoreState
    source: str
    table: AdoptedFile | None
    answers: AdoptedFile | None
    aspects: list[AspectScore]
    total: Points | None
    predicate: Words | None


class HealthScores(Body, frozen=True):
    """The health scores at the end of a day."""

    as_of: Day
    scores: list[HealthScore]
    stated_on: StatedOn


SUPERVISION_BODIES: Final = (Ratios, Limits, HealthScores)
