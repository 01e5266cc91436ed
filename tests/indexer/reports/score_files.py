"""A table and answers made up for tests: no regulation's indicators, bands or points."""

import json
from typing import Any

from indexer.reports.supervision.regimes import regimes

OLD, NEW = "permenkop-14-2009", "permenkop-9-2020"


def indicator(name: str, points: int, **given: Any) -> dict[str, Any]:
    """An indicator of an answer of 0 to 10: half the points from 5 on, all from 8 on."""
    bands = [
        {"to": 5, "points": 0},
        {"from": 5, "to": 8, "points": points // 2},
        {"from": 8, "points": points},
    ]
    plain = {"name": name, "label": name, "label_en": name, "points": points, "bands": bands}
    return {**plain, **({} if "ratio" in given else {"answer": name}), **given}


def table(regime: str = OLD) -> dict[str, Any]:
    """Answers everywhere, but of the old regime capital by equity to assets, and asset quality by NPL and a
    ratio of its own."""
    aspects = [
        {"aspect": each.aspect, "indicators": [indicator(each.aspect, each.weight)]}
        for each in regimes()[regime].aspects
    ]
    ratios = []
    if regime == OLD:
        rising = [{"to": 2_000, "points": 300}, {"from": 2_000, "points": 1_500}]
        falling = [{"to": 501, "points": 2_000}, {"from": 501, "points": 0}]
        risk = [{"to": 3_000, "points": 500}, {"from": 3_000, "points": 100}]
        aspects[0]["indicators"] = [indicator("solvency", 1_500, ratio="EquityToAssets", bands=rising)]
        aspects[1]["indicators"] = [
            indicator("npl", 2_000, ratio="NonPerformingLoans", bands=falling, without=2_000),
            indicator("risk", 500, ratio="AtRisk", bands=risk),
        ]
        figures = {
            "numerator": "50%loans:KURANG_LANCAR 75%loans:DIRAGUKAN loans:MACET",
            "denominator": "position:LoansToMembers",
        }
        ratios = [{"name": "AtRisk", "label": "Berisiko", "label_en": "At risk", **figures}]
    return {"format": 1, "regime": regime, "source": "dibuat untuk uji", "aspects": aspects, "ratios": ratios}


def answers(regime: str = OLD, value: int = 8, **given: int) -> dict[str, Any]:
    """The same answer to every question of the table."""
    asked = [
        each["answer"]
        for aspect in table(regime)["aspects"]
        for each in aspect["indicators"]
        if "answer" in each
    ]
    return {"format": 1, "regime": regime, "answers": {**dict.fromkeys(asked, value), **given}}


def content(value: object) -> bytes:
    """A file."""
    return json.dumps(value).encode()
