"""A folder of opening balances before anything is sent: all that is wrong is told with its place."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from backend.cells import UnreadableDayBookError
from backend.office.opening.checks import Rules, check, terms_of
from backend.office.opening.content import DONE, STEP_GAS, calls, chained, content_hash, steps
from backend.office.opening.folder import OpeningFolder, OpeningRefusedError, read_opening
from backend.office.products import Product
from indexer.ledger.accounts import CHART
from indexer.ledger.opening import earned_by
from rules.calendar import parse_day
from rules.types import BasisPoints

FOLDER: Final = Path(__file__).parents[3] / "examples" / "ksp-kecil-opening"
PRODUCTS: Final = {
    number: Product(number - 1, 0, 2_400, 1, 2**40, 1, 360, 0, 0, 0, 0, 0, 0, 15, True)
    for number in range(1, 5)
}


def earned(folder: OpeningFolder, _products: object = None) -> tuple[int, int]:
    loans = [
        (
            each.loan,
            each.member,
            terms_of(each, PRODUCTS[each.product]),
            each.principal_paid,
            each.interest_paid,
        )
        for each in folder.loans
    ]
    found = earned_by(folder.day, [], loans).values()
    return sum(interest for interest, _ in found), sum(allowance for _, allowance in found)


RULES: Final = Rules(100_000, PRODUCTS, frozenset(CHART), BasisPoints(2_400), earned)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "opening"))


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text()
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1))


def faults(folder: Path) -> list[str]:
    with pytest.raises(OpeningRefusedError) as refused:
        check(read_opening(folder), RULES)
    assert refused.value.faults
    return [str(fault) for fault in refused.value.faults]


def test_check__the_example__nothing_is_wrong(folder: Path) -> None:
    check(read_opening(folder), RULES)


WRONG: Final = {
    "a member's number": ("members.csv", "\n1,2025", "\nx,2025", "members.csv:1: member_no 'x'"),
    "a day of joining": ("members.csv", "2025-01-02", "2025-13-02", "members.csv:1: joined_on"),
    "a member who left": ("members.csv", "ACTIVE", "LEFT", "members.csv:1: standing"),
    "a member twice": ("members.csv", "\n2,", "\n1,", "members.csv:2: member_no 1 dua kali"),
    "a member of next year": ("members.csv", "1,2025-01-02", "1,2026-01-02", "members.csv:1: joined_on"),
    "a signer": (
        "members.csv",
        "member_no,joined_on,standing\n1,2025-01-02,ACTIVE",
        "member_no,joined_on,signer\n1,2025-01-02,0x12",
        "members.csv:1: signer",
    ),
    "too many cells": ("members.csv", "ACTIVE", "ACTIVE,x", "members.csv:1: terlalu banyak sel"),
    "an amount": ("savings.csv", "600000", "600.000", "savings.csv:1: wajib '600.000'"),
    "a negative amount": ("savings.csv", "600000", "-600000", "savings.csv:1: wajib"),
    "savings of nobody": ("savings.csv", "\n2,", "\n99,", "savings.csv:2: anggota 99"),
    "savings that are missing": ("savings.csv", "\n2,100000,650000,614237", "", "savings.csv: tidak memuat"),
    "savings twice": ("savings.csv", "\n2,", "\n1,", "savings.csv:2: member_no 1"),
    "a pokok of its own": ("savings.csv", "1,100000,", "1,90000,", "savings.csv:1: pokok harus 100000"),
    "a rupiah of wajib": ("savings.csv", "1,100000,600000", "1,100000,600001", "general_ledger.csv:13: 3120"),
    "a rupiah of sukarela": ("savings.csv", "1085804", "1085805", "general_ledger.csv:8: 2110"),
    "a method": ("loans.csv", "FLAT", "LINEAR", "loans.csv:1: method"),
    "a loan twice": ("loans.csv", "\n4,1,", "\n2,1,", "loans.csv:2: loan_no 2"),
    "a borrower": ("loans.csv", "2,14,", "2,99,", "loans.csv:1: anggota 99"),
    "a guarantor": ("loans.csv", "1250000,18", "1250000,98", "loans.csv:1: anggota 98"),
    "a guarantor of oneself": ("loans.csv", "1250000,18", "1250000,14", "loans.csv:1: penjamin"),
    "a loan of next year": ("loans.csv", "2025-02-05", "2026-02-05", "loans.csv:1: disbursed_on"),
    "a rate above the cap": ("loans.csv", ",600,FLAT", ",2600,FLAT", "loans.csv:1: bunga di atas batas"),
    "impossible months": ("loans.csv", "FLAT,18", "FLAT,0", "loans.csv:1: syarat tidak mungkin"),
    "a loan that is paid": ("loans.csv", "18,13888880", "18,25000000", "loans.csv:1: pokok sudah lunas"),
    "interest paid too little": (
        "loans.csv",
        "13888880,1250000",
        "13888880,1249999",
        "loans.csv:1: dari 15138879",
    ),
    "principal paid ahead": (
        "loans.csv",
        "13888880,1250000",
        "13888881,1249999",
        "loans.csv:1: dari 15138880",
    ),
    "more than the schedule": (
        "loans.csv",
        "13888880,1250000",
        "24999999,9250000",
        "loans.csv:1: dibayar melebihi",
    ),
    "a channel": ("cash.csv", "KAS", "PETI", "cash.csv:1: channel"),
    "a channel twice": ("cash.csv", "BANK", "KAS", "cash.csv:2: KAS dua kali"),
    "a rupiah of cash": ("cash.csv", "2975485", "2975484", "general_ledger.csv:1: 1110"),
    "an account": ("general_ledger.csv", "1510,", "1511,", "general_ledger.csv:6: akun 1511"),
    "an account twice": ("general_ledger.csv", "5120,", "5110,", "account 5110 dua kali"),
    "both sides": ("general_ledger.csv", "1510,24000000,", "1510,24000000,5", "general_ledger.csv:6: debit"),
    "unclaimed surplus on 2310": ("general_ledger.csv", "2315,", "2310,", "2315"),
    "who left on 2130": ("general_ledger.csv", "2315,", "2130,", "anggota keluar"),
    "the machine's account": ("general_ledger.csv", "2315,", "3990,", "akun mesin"),
    "a rupiah too many": ("general_ledger.csv", "1510,24000000", "1510,24000001", "tidak seimbang"),
    "interest that is due": (
        "general_ledger.csv",
        "1220,144712",
        "1220,144711",
        "general_ledger.csv:4: 1220",
    ),
    "no allowance": ("general_ledger.csv", "1290,,288982\n", "", "general_ledger.csv: 1290 0"),
}


@pytest.mark.parametrize("what", WRONG)
def test_check__one_thing_wrong__told_with_its_place(folder: Path, what: str) -> None:
    name, old, new, told = WRONG[what]
    change(folder, name, old, new)
    found = faults(folder)
    assert any(told in fault for fault in found), found


def test_check__an_unknown_product__told(folder: Path) -> None:
    change(folder, "loans.csv", "loan_no,", "product,loan_no,")
    change(folder, "loans.csv", "\n2,14", "\n9,2,14")
    with pytest.raises(OpeningRefusedError):
        check(read_opening(folder), RULES)


def test_check__many_things_wrong__all_told_at_once(folder: Path) -> None:
    change(folder, "members.csv", "ACTIVE", "LEFT")
    change(folder, "savings.csv", "600000", "x")
    change(folder, "cash.csv", "KAS", "PETI")
    assert len(faults(folder)) == 3


UNREADABLE: Final[dict[str, Callable[[Path], object]]] = {
    "no day": lambda folder: (folder / "opening.toml").unlink(),
    "no TOML": lambda folder: (folder / "opening.toml").write_text("day ="),
    "another name": lambda folder: (folder / "opening.toml").write_text("date = 2025-12-31"),
    "a time": lambda folder: (folder / "opening.toml").write_text("day = 2025-12-31T00:00:00"),
    "mid-month": lambda folder: (folder / "opening.toml").write_text("day = 2025-12-30"),
    "no members": lambda folder: (folder / "members.csv").unlink(),
    "no ledger": lambda folder: (folder / "general_ledger.csv").unlink(),
    "no column": lambda folder: (folder / "savings.csv").write_text("member_no,pokok,wajib\n"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_read__a_file_that_cannot_be__refused(folder: Path, what: str) -> None:
    UNREADABLE[what](folder)
    with pytest.raises(UnreadableDayBookError):
        read_opening(folder)


def test_content__order_and_empty_rows__the_same_hash(folder: Path) -> None:
    before = content_hash(read_opening(folder))
    for name in ("members.csv", "savings.csv", "loans.csv", "general_ledger.csv"):
        head, *rows = (folder / name).read_text().splitlines()
        (folder / name).write_text("\n".join([head, *reversed(rows), ""]))
    (folder / "general_ledger.csv").open("a").write("2330,0,0\n")
    assert content_hash(read_opening(folder)) == before
    change(folder, "savings.csv", "1085804", "1085805")
    assert content_hash(read_opening(folder)) != before


def encoded(contract: str, function: str, arguments: tuple[object, ...]) -> tuple[str, bytes]:
    return "0x" + "11" * 20, repr((contract, function, arguments)).encode()


def test_steps__each_commits_to_the_rest_and_fits_a_transaction(folder: Path) -> None:
    found = steps(read_opening(folder), PRODUCTS, encoded)
    assert [step.rest for step in found] == [*(step.hash for step in found[1:]), DONE]
    assert chained([step.actions for step in found])[0] == found[0].hash
    assert all(step.gas <= STEP_GAS + 150_000 for step in found)
    changed = read_opening(folder)
    change(folder, "members.csv", "2025-01-02", "2025-01-03")
    assert steps(read_opening(folder), PRODUCTS, encoded)[0].hash != found[0].hash
    assert steps(changed, PRODUCTS, encoded) == found


def test_calls__the_ledgers_rest_against_3990__balanced(folder: Path) -> None:
    book = read_opening(folder)
    (journal,) = [
        call
        for group in calls(book, PRODUCTS)
        for call in group
        if call.contract == "Books" and call.function == "open"
    ]
    _, day, lines = journal.arguments[0]
    assert day == parse_day("2025-12-31")
    sides = [0, 0]
    for line in lines:
        sides[line >> 72 & 1] += line & 2**64 - 1
    assert sides[0] == sides[1] > 0
    assert {line >> 80 for line in lines}.isdisjoint({1110, 1120, 1210, 1220, 1290, 2110, 3110, 3120})


def test_calls__many_members__cut_into_steps(folder: Path) -> None:
    for name, row in (("members.csv", "{n},2025-01-02,ACTIVE"), ("savings.csv", "{n},100000,50000,7")):
        with (folder / name).open("a") as file:
            file.writelines(f"{row.format(n=n)}\n" for n in range(1_000, 3_000))
    found = steps(read_opening(folder), PRODUCTS, encoded)
    assert len(found) > 60
    assert max(len(step.actions) for step in found[1:-3]) <= 10
