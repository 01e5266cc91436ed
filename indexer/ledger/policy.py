"""The accounting options of loans, and which of them hold on a day."""

from typing import Final, NamedTuple

from indexer.ledger.loans import KnownLoans
from rules.collectibility import RATES_BPS
from rules.types import BPS

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


class Policy(NamedTuple):
    """The accounting options that hold on a day; a value that means nothing is as if it had not been
    adopted."""

    accrues: bool
    rates_bps: tuple[int, ...]


def policy_on(known: KnownLoans, day: int) -> Policy:
    """Interest by accrual unless `interest-basis` is `cash`; rates of the classes in basis points, 0 to
    10,000."""
    bases = [value for value in known.option(BASIS_KEY, day) if value in BASES]
    rates = []
    for key, default in zip(ALLOWANCE_KEYS, RATES_BPS, strict=True):
        told = [int.from_bytes(value, "big") for value in known.option(key, day)]
        rates.append(([default] + [rate for rate in told if rate <= BPS])[-1])
    return Policy(bases[-1:] != [BASES[1]], tuple(rates))
