"""What the page's own schedule is tested against, computed here: `python tests/rules/vectors.py` writes
frontend/src/loans/vectors.json."""

import json
from pathlib import Path
from random import Random
from typing import Any

from rules.amortization import LoanTerms, schedule, within_rate_cap
from rules.calendar import day_text, parse_day
from rules.effective_rate import effective_rate_bps
from rules.types import BasisPoints, LoanMethod, Rupiah, WibDay

FILE = Path(__file__).parents[2] / "frontend" / "src" / "loans" / "vectors.json"
RANDOM_LOANS = 60
PAID_OUT = parse_day("2025-01-31")


def loans() -> list[tuple[LoanTerms, Rupiah]]:
    """The worked example by every method, the longest and largest, and random ones; each with its fee."""
    worked = [
        LoanTerms(Rupiah(12_000_000), BasisPoints(1_200), 12, method, PAID_OUT) for method in LoanMethod
    ]
    edges = [
        LoanTerms(Rupiah(2**56 - 1), BasisPoints(2_400), 360, LoanMethod.ANNUITY, PAID_OUT),
        LoanTerms(Rupiah(1), BasisPoints(2_400), 12, LoanMethod.ANNUITY, PAID_OUT, 11, 6),
        LoanTerms(Rupiah(100), BasisPoints(0), 7, LoanMethod.ANNUITY, PAID_OUT),
        LoanTerms(Rupiah(1_000_000), BasisPoints(2_400), 1, LoanMethod.FLAT, parse_day("2024-02-29")),
    ]
    random = Random(11)
    fees = [(terms, Rupiah(0)) for terms in worked + edges]
    return fees + [random_loan(random) for _ in range(RANDOM_LOANS)]


def random_loan(random: Random) -> tuple[LoanTerms, Rupiah]:
    months = random.randint(1, random.choice((6, 24, 48)))
    principal = random.randint(1, 10 ** random.randint(1, 12))
    terms = LoanTerms(
        Rupiah(principal),
        BasisPoints(random.randint(0, 2_400)),
        months,
        random.choice(list(LoanMethod)),
        WibDay(random.randint(18_000, 24_000)),
        random.choice((0, random.randint(0, months - 1))),
        random.choice((0, 0, 2, 3, 6)),
    )
    return terms, Rupiah(random.choice((0, principal * random.randint(0, 500) // 10_000)))


def vector(terms: LoanTerms, fee: Rupiah) -> dict[str, Any]:
    rows = schedule(terms)
    return {
        "principal": str(terms.principal),
        "rateBps": terms.annual_rate_bps,
        "months": terms.months,
        "method": terms.method.name,
        "graceMonths": terms.grace_months,
        "roundingExponent": terms.rounding_exponent,
        "disbursedOn": day_text(terms.disbursed_on),
        "fee": str(fee),
        "withinRateCap": within_rate_cap(terms, fees=fee),
        "effectiveRateBps": effective_rate_bps(terms, fee),
        "rows": [[day_text(row.due_on), str(row.principal), str(row.interest)] for row in rows],
    }


def vectors_text() -> str:
    lines = [json.dumps(vector(*loan)) for loan in loans()]
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    FILE.write_text(vectors_text(), encoding="utf-8")
