"""Folders with something wrong in them: refused in words, nothing lost, and the next import goes on."""

import shutil
from pathlib import Path

import pytest

from koperasi.localchain import LocalChain
from tests.year.command_line import EXAMPLES, CommandLine, rows_of

MEMBERS = "member_no,nik,full_name,gender,birth_date,unit,phone,joined_on"
TELLER = "date,ref,member_no,kind,amount,channel,loan_no"
SLIPS = [
    "2025-01-03,A1,1,SETOR_POKOK,100000,KAS,",
    "2025-01-03,A2,1,SETOR_SUKARELA,-5,KAS,",
    "2025-01-03,A3,1,SETOR_SUKARELA,10.5,KAS,",
    f"2025-01-03,A4,1,SETOR_SUKARELA,{2**63},KAS,",
    f"2025-01-03,A5,1,SETOR_SUKARELA,{10**30},KAS,",
    f"2025-01-03,A6,1,TARIK_SUKARELA,{2**64},KAS,",
    "2025-01-05,A7,1,SETOR_SUKARELA,70000,KAS,",
    "2025-01-04,A8,1,SETOR_SUKARELA,80000,KAS,",
    "2025-13-04,A9,1,SETOR_SUKARELA,1,KAS,",
    "2025-01-05,A7,1,SETOR_SUKARELA,70000,KAS,",
    "2025-01-06,A10,1,TARIK_SUKARELA,150000,KAS,",
]
REJECTS = {
    "A2": "NEGATIVE_OR_FRACTION",
    "A3": "NEGATIVE_OR_FRACTION",
    "A4": "AMOUNT_TOO_LARGE",
    "A5": "AMOUNT_TOO_LARGE",
    "A6": "INSUFFICIENT_SAVINGS",
    "A9": "MALFORMED_ROW",
    "A7 (row 10)": "DUPLICATE_REF",
}


def small_folder(path: Path, teller: bytes) -> Path:
    path.mkdir()
    (path / "members.csv").write_text(f"{MEMBERS}\n1,1,A,L,1990-01-01,U,0,2025-01-02\n")
    (path / "teller.csv").write_bytes(teller)
    return path


def test_import__bad_rows_among_good__the_good_go_through(house: CommandLine, tmp_path: Path) -> None:
    folder = small_folder(tmp_path / "data", "\n".join([TELLER, *SLIPS]).encode())
    report = house.json("import", str(folder))
    assert (report["accepted"], report["refused"]) == (5, len(REJECTS))
    assert any("sorted by day" in warning for warning in report["warnings"])
    assert {row["ref"]: row["reason"] for row in rows_of(house.csv("rejects"))} == REJECTS
    house.json("sync")
    assert house.json("passbook", "1")["sukarela"] == 0
    assert house.json("reconcile")["reconciled"] is True


@pytest.mark.parametrize(
    ("teller", "word"),
    [
        ("\n".join([TELLER, *SLIPS]).encode("utf-16"), "UTF-8"),
        (b"date,ref,member_no,kind,amount,channel\n", "missing column: loan_no"),
    ],
    ids=["encoding", "column"],
)
def test_import__unreadable_file__stops_before_anything_is_sent(
    house: CommandLine, house_chain: LocalChain, tmp_path: Path, teller: bytes, word: str
) -> None:
    before = house_chain.block_number
    folder = small_folder(tmp_path / "data", teller)
    failed = house.run("import", str(folder), "--json", exit_code=1).stderr.decode()
    assert word in failed
    assert "Gagal" in failed
    assert house_chain.block_number == before
    (folder / "teller.csv").write_text(f"{TELLER}\n{SLIPS[0]}\n")
    assert house.json("import", str(folder))["accepted"] == 2


def test_import__changed_row_under_an_old_ref__is_left_alone_and_told(
    house: CommandLine, tmp_path: Path
) -> None:
    folder = small_folder(tmp_path / "data", f"{TELLER}\n{SLIPS[0]}\n{SLIPS[6]}\n{SLIPS[1]}\n".encode())
    house.json("import", str(folder))
    changed = SLIPS[6].replace("70000", "71000")
    mended = SLIPS[1].replace("-5", "5")
    (folder / "teller.csv").write_text(f"{TELLER}\n{SLIPS[0]}\n{changed}\n{mended}\n")
    report = house.json("import", str(folder))
    assert (report["accepted"], report["refused"], report["known"]) == (0, 0, 4)
    assert len([warning for warning in report["warnings"] if "takes a new ref" in warning]) == 2
    house.json("sync")
    assert house.json("passbook", "1")["sukarela"] == 70_000


def test_import__node_gone__says_so_and_goes_on_later(house: CommandLine) -> None:
    elsewhere = CommandLine(house.home, "http://127.0.0.1:9")
    folder = EXAMPLES / "ksp-kecil"
    failed = elsewhere.run("import", str(folder), exit_code=1).stderr.decode()
    assert "cannot be reached" in failed
    assert house.json("import", str(folder))["known"] == 0


def test_import__chain_of_others__is_refused(house: CommandLine, tmp_path: Path) -> None:
    """A fresh chain without our contracts, under the deployment of another."""
    with LocalChain.start() as fresh:
        command_line = CommandLine(tmp_path / "copy", fresh.url)
        shutil.copytree(house.home / "deployments", tmp_path / "copy" / "deployments")
        failed = command_line.run("import", str(EXAMPLES / "ksp-kecil"), exit_code=1).stderr.decode()
    assert "not deployed" in failed
