"""The workbench by command, on a real chain: statement in, matched, closed by two, counted, attested."""

import json
from pathlib import Path
from typing import Any

import pytest

from koperasi.localchain import LocalChain
from rules.calendar import parse_day, timestamp_of_day
from tests.year.command_line import CommandLine
from tests.year.test_bundles import JANUARY, LOANS, SLIPS, ClosingHouse

PROFILE = """
name = "Bank uji"
account = "77"
columns = { date = "Tanggal", text = ["Uraian"], debit = "Debet", credit = "Kredit", balance = "Saldo" }
delimiter = ";"
"""
HEAD = "Tanggal;Uraian;Debet;Kredit;Saldo"
STATEMENT = [
    HEAD,
    "09/01/2025;SETORAN TUNAI KE BANK;;300.000,00;300.000,00",
    "31/01/2025;BIAYA ADM;15.000,00;;285.000,00",
]
"""The transfer of the 8th came a day later, and the bank took its charge."""
COUNT = ["money,value,pieces", "KERTAS,100000,15", "KERTAS,50000,1"]
"""35 rupiah less than the books: there are no such coins."""


@pytest.fixture
def office(
    house: CommandLine, house_chain: LocalChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ClosingHouse:
    """January's day books in, and the bank's and the till's papers."""
    monkeypatch.setenv("KOPERASI_HOME", str(house.home))
    made = ClosingHouse(house_chain, tmp_path / "data")
    made.write(5, LOANS, SLIPS[:-3])
    assert made.import_().refused == 0
    made.follow("2025-02-02")
    made.local.set_next_timestamp(timestamp_of_day(parse_day("2025-02-02")) + 36_000)
    made.local.mine_empty(1)
    made.sync()
    for name, content in (("bank.toml", [PROFILE]), ("january.csv", STATEMENT), ("count.csv", COUNT)):
        (tmp_path / name).write_text("\n".join([*content, ""]))
    return made


def test_month__from_statement_to_proof(office: ClosingHouse, house: CommandLine, tmp_path: Path) -> None:
    imported = import_statement(house, tmp_path)
    assert (imported["new"], imported["lines"], imported["closing"]) == (True, 2, 285_000)
    assert import_statement(house, tmp_path)["new"] is False
    matched = house.json("bank-match")
    assert matched == {
        "matched": {"WITHIN_DAYS": 1}, "lines_left": 1, "movements_left": 0, "open_differences": 1,
    }  # fmt: skip
    (charge,) = house.json("differences", "--chain")
    assert (charge["kind"], charge["cause"], charge["amount"]) == ("BANK_ONLY", "BANK_CHARGE", -15_000)
    check_reconciled(house)
    check_closing(house, charge["difference"], tmp_path)
    counted = house.json("till-count", JANUARY, str(tmp_path / "count.csv"))
    assert counted["counted"] == 1_550_000
    found = {each["kind"]: each for each in house.json("differences")}
    assert found.keys() == ({"TILL"} if counted["difference"] else set())
    attested = [house.json("attest-channel", channel, JANUARY) for channel in ("BANK", "KAS")]
    assert [each["counted"] for each in attested] == [285_000, 1_550_000]
    assert attested[0]["document"] == imported["document"]
    office.sync()
    house.run("end-month", JANUARY[:7])
    office.sync()
    office.close(house, JANUARY, {})
    house.json("capture")
    proof = json.loads(house.run("bundle", "solvency", "--through", JANUARY).stdout)
    told = json.dumps(proof)
    for each in attested:
        assert each["document_hash"][2:] in told


def import_statement(house: CommandLine, tmp_path: Path) -> Any:
    return house.json(
        *("bank-import", str(tmp_path / "january.csv"), "--profile", str(tmp_path / "bank.toml")),
        *("--from", "2025-01-01", "--to", JANUARY),
    )


def check_reconciled(house: CommandLine) -> None:
    """At the month's end, and on the day when the transfer was on its way."""
    for day, outstanding in ((JANUARY, -15_000), ("2025-01-08", -300_000)):
        rows = house.json("bank-reconciliation", day)["rows"]
        amounts = {row["element"]: row["amounts"][0] for row in rows if row["amounts"]}
        assert amounts["Unexplained"] == 0
        assert amounts["BankOnly"] + amounts["BooksOnly"] == outstanding


def check_closing(house: CommandLine, difference: str, tmp_path: Path) -> None:
    """By the keys that are here, or by signatures made elsewhere; refused in words."""
    refused = house.run("close-difference", difference, "--reason", " ", exit_code=1)
    assert "Sebutkan alasannya" in refused.stderr.decode()
    teller = house.run("close-difference", difference, "--reason", "x", "--office", "TELLER", exit_code=1)
    assert "does not hold the office" in teller.stderr.decode()
    typed = house.json("close-difference", difference, "--reason", "biaya Januari", "--to-sign")
    assert typed["message"]["amount"] == -15_000
    path = tmp_path / "signatures.jsonl"
    path.write_text(json.dumps({"account": "0x" + "11" * 20, "signature": "0x" + "22" * 65}) + "\n")
    house.run("close-difference", difference, "--reason", "x", "--signatures", str(path), exit_code=1)
    assert len(house.json("differences")) == 1
    closed = house.json("close-difference", difference, "--reason", "biaya Januari")
    assert [each["office"] for each in closed["signed"]] == ["BENDAHARA", "PENGAWAS"]
    assert house.json("differences") == []
    house.json("reopen-difference", difference, "--reason", "keliru")
    (again,) = house.json("differences")
    assert [each["act"] for each in again["history"]] == ["FOUND", "CLOSED", "REOPENED"]
    house.json("close-difference", difference, "--reason", "biaya Januari, dibukukan Februari")


def test_statement__that_does_not_add_up__leaves_nothing(
    office: ClosingHouse, house: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "january.csv").write_text("\n".join([HEAD, STATEMENT[1], STATEMENT[2].replace("285", "286")]))
    failed = house.run(
        *("bank-import", str(tmp_path / "january.csv"), "--profile", str(tmp_path / "bank.toml")), exit_code=1
    )
    assert "it should be 285000" in failed.stderr.decode()
    assert "BIAYA" not in failed.stderr.decode()
    assert house.json("bank-statements") == []
