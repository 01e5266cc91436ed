"""Loans of one borrower in the day books: the committee is that of all of them together."""

from collections import Counter
from pathlib import Path

import pytest

from koperasi.workspace import Workspace
from tests.year.command_line import CommandLine
from tests.year.test_bad_input import MEMBERS, TELLER

LOANS = (
    "loan_no,member_no,disbursed_on,principal,annual_rate_bps,method,months,channel,purpose,guarantor_no,"
    "product,grace_months,fee,pledges,refinances"
)
BORROWED = [
    "1,1,2025-01-06,30000000,1200,FLAT,12,KAS,Usaha,3,,,,,",
    "2,1,2025-01-06,30000000,1200,FLAT,12,KAS,Usaha,3,,,,,",
    "3,2,2025-01-06,45000000,1200,FLAT,12,KAS,Usaha,3,,,,,",
    "4,2,2025-01-06,48000000,1200,FLAT,12,KAS,Usaha,3,,,,,3",
    "5,2,2025-01-07,2000001,1200,FLAT,12,KAS,Usaha,3,,,,,",
]
"""One of two halves on one day; a top-up on the day of what it pays off; a rest just above the tier."""


def test_import__loans_split_over_rows__committee_of_the_whole(
    house: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOPERASI_HOME", str(house.home))
    folder = tmp_path / "data"
    folder.mkdir()
    members = "".join(f"{n},{n},A,L,1990-01-01,U,0,2025-01-02\n" for n in (1, 2, 3))
    (folder / "members.csv").write_text(f"{MEMBERS}\n{members}")
    pokok = [f"2025-01-03,P{n},{n},SETOR_POKOK,100000,KAS," for n in (1, 2, 3)]
    slips = [TELLER, *pokok, "2025-01-03,S1,3,SETOR_SUKARELA,200000000,KAS,"]
    (folder / "teller.csv").write_text("\n".join(slips) + "\n")
    (folder / "loans.csv").write_text("\n".join([LOANS, *BORROWED]) + "\n")

    report = house.json("import", str(folder))

    assert (report["refused"], report["waiting"]) == (0, 0), house.csv("rejects")
    chain = Workspace("anvil").chain(house.rpc)
    approvals = Counter(log["loan"] for log in chain.logs("LoanDesk", "LoanApproved", 0))
    assert approvals == {1: 1, 2: 2, 3: 1, 4: 1, 5: 2}
    house.json("sync")
    assert house.json("reconcile")["reconciled"] is True


def test_limits__after_deployment__are_the_by_laws(house: CommandLine) -> None:
    """LoanPolicy's constructor says them before the books know the contract."""
    house.json("sync")
    assert house.json("limits", "--as-of", "2025-01-31")["related_bps"] == 1_000
