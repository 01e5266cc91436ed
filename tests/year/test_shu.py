"""koperasi shu, as a user runs it: the example years to the byte, and words for people."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from koperasi.cli import app

EXAMPLES = Path(__file__).parents[2] / "examples"
FOLDERS = ("ksp-kecil", "ksp-samosir")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command with nothing deployed, on an example's files or altered ones."""
    monkeypatch.setenv("KOPERASI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "40")

    def call(folder: str, *options: str, change: dict[str, Any] | None = None) -> Result:
        shu = EXAMPLES / folder / "shu"
        decided = shu / "allocation.json"
        if change is not None:
            altered = {**json.loads(decided.read_text()), **change}
            decided = tmp_path / "allocation.json"
            decided.write_text(json.dumps(altered))
        arguments = ["--allocation", str(decided), "--bases", str(shu / "bases.csv")]
        return CliRunner().invoke(app, ["shu", *arguments, *options])

    return call


@pytest.mark.parametrize("folder", FOLDERS)
def test_shu__csv__is_the_members_answer_to_the_byte(run, folder: str) -> None:
    done = run(folder, "--csv")
    assert done.exit_code == 0, done.output
    assert done.stdout_bytes == (EXAMPLES / folder / "expected" / "shu_members.csv").read_bytes()
    assert done.stderr == ""


@pytest.mark.parametrize("folder", FOLDERS)
def test_shu__pots_json__is_the_pots_answer_to_the_byte(run, folder: str) -> None:
    done = run(folder, "--pots", "--json")
    assert done.exit_code == 0, done.output
    assert done.stdout_bytes == (EXAMPLES / folder / "expected" / "shu_pots.json").read_bytes()
    assert done.stderr == ""


def test_shu__json__pots_and_members_together(run) -> None:
    found = json.loads(run("ksp-kecil", "--json").stdout)
    expected = EXAMPLES / "ksp-kecil" / "expected"
    assert (found["year"], found["net_surplus"]) == (2025, 116_667_157)
    assert found["pots"] == json.loads((expected / "shu_pots.json").read_text())
    rows = csv.DictReader((expected / "shu_members.csv").read_text().splitlines())
    assert found["members"] == [{name: int(value) for name, value in row.items()} for row in rows]


def test_shu__pots_csv__adds_up(run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("ksp-kecil", "--pots", "--csv").stdout)))
    assert rows[0] == {"pot": "cadangan", "amount": "29166789"}
    assert sum(int(row["amount"]) for row in rows) == 116_667_157


def test_shu__for_people__tables_with_dots_and_totals(run) -> None:
    lines = [line.split() for line in run("ksp-kecil").stdout.splitlines()]
    assert lines[0] == ["SHU", "2025:", "116.667.157"]
    assert ["cadangan", "Cadangan", "Reserves", "29.166.789"] in lines
    assert ["Jumlah", "Total", "116.667.157"] in lines
    assert ["5", "855.152", "515.618", "1.370.770"] in lines
    assert ["jumlah", "/", "total", "23.333.431", "35.000.147", "58.333.578"] in lines
    pots = run("ksp-kecil", "--pots").stdout
    assert "29.166.789" in pots
    assert "1.370.770" not in pots


def test_shu__less_than_the_by_laws__done_with_a_note(run) -> None:
    done = run("ksp-kecil", "--pots", "--json", change={"allocation_bps": {"cadangan": 2499, "sosial": 7501}})
    assert done.exit_code == 0
    assert sum(json.loads(done.stdout).values()) == 116_667_157
    first, second = done.stderr.splitlines()
    assert "cadangan 2499 basis poin, di bawah anggaran dasar (2500)" in first
    assert "pendidikan has 0 basis points, below the by-laws' 500" in second


@pytest.mark.parametrize(
    ("change", "indonesian", "english"),
    [
        ({"net_surplus": -5}, "Gagal: hasil usaha rugi 5", "Failed: the year made a loss of 5"),
        (
            {"net_surplus": 0.5},
            "Gagal: allocation.json: net_surplus harus",
            "Failed: allocation.json: net_surplus must",
        ),
        ({"allocation_bps": {"cadangan": 9999}}, "Gagal: jumlah bagian", "Failed: the shares of all pots"),
        ({"allocation_bps": {"cadagan": 10_000}}, "pos tidak dikenal: cadagan", "unknown pot: cadagan"),
    ],
)
def test_shu__what_cannot_be__two_lines_and_nothing_printed(
    run, change: dict[str, Any], indonesian: str, english: str
) -> None:
    done = run("ksp-kecil", "--csv", change=change)
    assert (done.exit_code, done.stdout) == (1, "")
    first, second = done.stderr.splitlines()
    assert indonesian in first
    assert english in second
