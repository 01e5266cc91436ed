"""The accounting options of loans, and which of them hold on a day."""

from typing import Final, NamedTuple

from indexer.ledger.loans import KnownLoans, LoanState
from rules.accrual import Progress, late_since, overdue_since
from rules.collectibility import RATES_BPS, allowance, collectibility
from rules.expected_loss import LossModel, expected_loss, stage_of
from rules.types import BPS, Collectibility, Rupiah, WibDay

BASIS_KEY: Final = b"interest-basis".ljust(32, b"\0")
BASES: Final = tuple(text.ljust(32, b"\0") for text in (b"accrual", b"cash"))
ALLOWANCE_KEYS: Final = tuple(
    text.ljust(32, b"\0")
    for text in (
        b"allowance-lancar",
        b"allowance-kurang-lancar",
        b"allowance-diragukan",
        b"allowance-macet",
    )
)
ALLOWANCE_BASIS_KEY: Final = b"allowance-basis".ljust(32, b"\0")
ALLOWANCE_BASES: Final = tuple(text.ljust(32, b"\0") for text in (b"incurred", b"expected"))
LOSS_KEYS: Final = tuple(
    text.ljust(32, b"\0")
    for text in (b"ecl-default-12-months", b"ecl-default-lifetime", b"ecl-loss-given-default")
)
"""Of `LossModel`, in its order."""


class Policy(NamedTuple):
    """The accounting options that hold on a day; a value that means nothing is as if it had not been
    adopted."""

    accrues: bool
    rates_bps: tuple[int, ...]
    expected: LossModel | None = None

    def provision(
        self, state: LoanState, paid: Progress, grade: Collectibility, liens: int, day: WibDay
    ) -> Rupiah:
        """What the books should hold against a running loan on a day, in rupiah: by its class, or what is
        expected to be lost."""
        if self.expected is None:
            return allowance(state.outstanding, grade, self.rates_bps)
        stage = stage_of(overdue_since(state.version, paid, day), day)
        return expected_loss(state.outstanding, liens, stage, self.expected)


def grade_of(state: LoanState, paid: Progress, liens: int, day: WibDay) -> Collectibility:
    """The class of a running loan on a day."""
    return collectibility(late_since(state.version, paid, day), day, state.outstanding, liens)


def policy_on(known: KnownLoans, day: int) -> Policy:
    """Interest by accrual unless `interest-basis` is `cash`; rates of the classes in basis points, 0 to
    10,000, unless `allowance-basis` is `expected` and all three figures of the loss were adopted."""
    bases = [value for value in known.option(BASIS_KEY, day) if value in BASES]
    rates = []
    for key, default in zip(ALLOWANCE_KEYS, RATES_BPS, strict=True):
        told = _rate(known, key, day)
        rates.append(default if told is None else told)
    return Policy(bases[-1:] != [BASES[1]], tuple(rates), _loss_model(known, day))


def _loss_model(known: KnownLoans, day: int) -> LossModel | None:
    bases = [value for value in known.option(ALLOWANCE_BASIS_KEY, day) if value in ALLOWANCE_BASES]
    if bases[-1:] != [ALLOWANCE_BASES[1]]:
        return None
    year, life, loss = (_rate(known, key, day) for key in LOSS_KEYS)
    return None if year is None or life is None or loss is None else LossModel(year, life, loss)


def _rate(known: KnownLoans, key: bytes, day: int) -> int | None:
    """The basis points that were adopted last, of those that are 0 to 10,000."""
    told = [int.from_bytes(value, "big") for value in known.option(key, day)]
    return next((rate for rate in reversed(told) if rate <= BPS), None)
