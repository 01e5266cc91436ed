"""The commands that report on loans: a table to read, CSV and JSON to go on with."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from indexer.chain import events as ev
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from koperasi.cli import app
from tests.indexer.ledger.test_month_end import AUGUST, LENT, chain_of


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What a command prints on books of five loans after August (tests/indexer/ledger/test_month_end.py)."""
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    engine = open_engine(url)
    joined = ("MemberRegistry", ev.MemberRegistered(3, bytes(20), bytes(20), 0, LENT))
    Ledger(engine).append(chain_of(*AUGUST, ("2025-09-02", [joined])), floor=-1)
    engine.dispose()
    monkeypatch.setenv("KOPERASI_HOME", str(tmp_path))
    monkeypatch.setenv("KOPERASI_LEDGER_URL", url)
    monkeypatch.setenv("KOPERASI_AUTHORITY", "0x" + "11" * 20)
    monkeypatch.setenv("KOPERASI_AUTHORITY_BLOCK", "0")
    monkeypatch.setenv("COLUMNS", "40")

    def call(*arguments: str, exit_code: int = 0) -> str:
        done = CliRunner().invoke(app, list(arguments))
        assert done.exit_code == exit_code, done.output
        return done.output

    return call


def test_instalment_card__for_people__is_a_table_with_dots(run) -> None:
    lines = run("instalment-card", "1").splitlines()
    assert lines[0] == "Pinjaman / Loan 1, anggota / member 1 (RUNNING), sisa pokok / outstanding 5.000.000"
    (terms,) = [line.split() for line in lines if "STARTED" in line]
    assert terms == ["1", "STARTED", "2025-01-15", "DECLINING", "12.00%", "12", "12.68%"]
    (eighth,) = [line.split() for line in lines if line.split()[:2] == ["8", "2025-09-15"]]
    assert eighth[2:] == ["1.000.000", "50.000", "1.000.000", "50.000", "4.000.000"]
    assert not any("," in line for line in lines[1:])


def test_instalment_card__csv_and_json__say_the_same(run) -> None:
    rows = run("instalment-card", "1", "--csv").splitlines()
    assert rows[0].startswith("version,instalment,due_on,principal,")
    assert rows[8] == "1,8,2025-09-15,1000000,50000,1000000,50000,4000000"
    card = json.loads(run("instalment-card", "1", "--json"))
    assert [each["interest_unpaid"] for each in card["instalments"]][6:8] == [0, 50_000]
    assert (card["versions"][0]["method"], card["versions"][0]["effective_rate_bps"]) == ("DECLINING", 1_268)


def test_ageing__for_people__loans_and_classes(run) -> None:
    lines = [line.split() for line in run("ageing", "--as-of", "2025-08-31").splitlines()]
    assert ["3", "3", "MACET", "2025-02-15", "12.000.000", "7.630.000", "655.806", "12.000.000"] in lines
    assert ["MACET", "2", "24.000.000", "15.260.000", "24.000.000"] in lines
    assert ["LANCAR", "1", "5.000.000", "0", "25.000"] in lines


def test_ageing__csv_and_json__say_the_same(run) -> None:
    rows = run("ageing", "--as-of", "2025-08-31", "--csv").splitlines()
    assert rows[3] == "3,3,MACET,2025-02-15,12000000,7630000,655806,12000000,12000000"
    found = json.loads(run("ageing", "--as-of", "2025-08-31", "--json"))
    assert (found["loans"][2]["grade"], found["classes"][3]["provision"]) == ("MACET", 24_000_000)


def test_outstanding__of_a_day(run) -> None:
    rows = run("outstanding", "2", "--as-of", "2025-08-31").splitlines()
    assert "10.000.000 0 5.000.000" in [" ".join(row.split()) for row in rows]
    found = json.loads(run("outstanding", "2", "--as-of", "2025-01-14", "--json"))
    assert (found["in_books"], found["scheduled"]) == (0, 12_000_000)


def test_outstanding__unknown_loan__in_both_languages(run) -> None:
    told = run("outstanding", "77", "--as-of", "2025-08-31", exit_code=1)
    assert "Pinjaman 77 tidak ada dalam buku" in told
    assert "Loan 77 is not in the books" in told


def test_exposure__of_a_member__every_loan(run) -> None:
    lines = [line.split() for line in run("exposure", "3").splitlines()]
    assert ["3", "3", "RUNNING", "12.000.000"] in lines
    assert ["Jumlah", "/", "Total", "12.000.000"] in lines
    assert run("exposure", "3", "--csv").splitlines()[1] == "3,3,RUNNING,12000000"
    assert json.loads(run("exposure", "3", "--json"))["outstanding"] == 12_000_000


def test_exposure__unknown_member__in_both_languages(run) -> None:
    assert "888" in run("exposure", "888", exit_code=1)
