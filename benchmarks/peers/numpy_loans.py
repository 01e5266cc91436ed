"""What numpy-financial makes of the loans of benchmarks/loans_compared.py: JSON in, JSON out."""

import json
import sys
from typing import Any

import numpy_financial as npf  # type: ignore[import-not-found]


def annuity(rate: float, months: int, principal: int, left: int) -> list[list[float]]:
    """Principal and interest of every month, `left` rupiah of principal paid with the last."""
    if rate == 0:
        return [[principal / months, 0.0]] * months
    parts = [
        [
            -float(npf.ppmt(rate, k, months, principal, -left)),
            -float(npf.ipmt(rate, k, months, principal, -left)),
        ]
        for k in range(1, months + 1)
    ]
    parts[-1][0] += left
    return parts


def answer(loan: dict[str, Any]) -> dict[str, Any]:
    """Parts by numpy-financial, and the effective rate a year of our own instalments by its irr."""
    rate, principal = loan["rate_bps"] / 120_000, loan["principal"]
    paying = loan["months"] - loan["grace"]
    match loan["method"]:
        case "ANNUITY":
            parts = annuity(rate, paying, principal, 0)
        case "BULLET":
            parts = annuity(rate, paying, principal, principal)
        case "DECLINING":
            parts = [[principal / paying, (principal - principal / paying * k) * rate] for k in range(paying)]
        case _:
            parts = [[principal / paying, principal * rate]] * paying
    monthly = float(npf.irr([-principal, *loan["instalments"]]))
    return {
        "parts": [[0.0, principal * rate]] * loan["grace"] + parts,
        "effective": (1 + monthly) ** 12 - 1,
    }


if __name__ == "__main__":
    json.dump([answer(loan) for loan in json.load(sys.stdin)], sys.stdout)
