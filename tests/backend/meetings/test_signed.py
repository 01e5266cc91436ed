"""Files of what members signed: read whole, or refused with the line."""

import json
from pathlib import Path
from typing import Any

import pytest

from backend.cells import UnreadableDayBookError
from backend.meetings.agenda import read_agenda
from backend.meetings.signed import read_consents, read_papers
from rules.ballots import Paper
from rules.types import MemberNumber

AGENDA = Path(__file__).parents[3] / "examples" / "ksp-kecil" / "rat" / "meeting.json"
STANDING = (1, 2, 4, 6, 7, 9, 11, 12, 19, 20, 23)
ACCOUNT = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
PAPER = {"member": 7, "call": 2, "deadline": 1_771_000_000, "choices": "0x1fF", "signature": "0xaabb"}


def consent(member: int, **changed: Any) -> dict[str, Any]:
    return {"member": member, "account": ACCOUNT, "deadline": 1_771_000_000, "signature": "0x01"} | changed


def test_read_papers__a_line_each__in_order(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    check_in = {name: value for name, value in PAPER.items() if name != "choices"} | {"member": 8}
    path.write_text(f"{json.dumps(PAPER)}\n{json.dumps(check_in)}\n")
    assert read_papers(path, 5) == [
        Paper(MemberNumber(7), 5, 2, 1_771_000_000, 0x1FF, b"\xaa\xbb"),
        Paper(MemberNumber(8), 5, 2, 1_771_000_000, 0, b"\xaa\xbb"),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"member": -1},
        {"member": 2**32},
        {"call": 3},
        {"deadline": 2**40},
        {"choices": "1ff"},
        {"choices": "0x" + "1" * 65},
        {"signature": "aabb"},
        {"signature": "0xabc"},
        {"signature": "0x" + "00" * 65_536},
        {"signature": None},
    ],
)
def test_read_papers__line_that_is_no_paper__is_named(tmp_path: Path, changed: dict[str, Any]) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text(f"{json.dumps(PAPER)}\n{json.dumps(PAPER | changed)}\n")
    with pytest.raises(UnreadableDayBookError, match=r"papers\.jsonl: baris 2"):
        read_papers(path, 5)


def test_read_consents__of_every_candidate__are_handed_on(tmp_path: Path) -> None:
    path = tmp_path / "consents.json"
    path.write_text(json.dumps([consent(member) for member in STANDING]))
    found = read_consents(path, read_agenda(AGENDA)).candidate(MemberNumber(9), bytes(32), 0)
    assert found == (9, ACCOUNT, 1_771_000_000, b"\x01")


@pytest.mark.parametrize(
    ("consents", "words"),
    [
        ([consent(member) for member in STANDING[1:]], "missing: 1"),
        ([consent(member, account=ACCOUNT.lower()) for member in STANDING], "no address"),
        ([consent(member, signature="zz") for member in STANDING], "wrong content"),
        ({}, "wrong content"),
    ],
)
def test_read_consents__wrong_or_missing__is_refused(tmp_path: Path, consents: Any, words: str) -> None:
    path = tmp_path / "consents.json"
    path.write_text(json.dumps(consents))
    with pytest.raises(UnreadableDayBookError, match=words):
        read_consents(path, read_agenda(AGENDA))
