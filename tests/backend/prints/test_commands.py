"""--pdf and --html of the commands, over the example's books."""

from pathlib import Path

import pytest
from sqlalchemy import Connection
from typer.testing import CliRunner

from koperasi.cli import app
from tests.backend.prints.papers import EXAMPLE

SHU = Path(__file__).parents[3] / "examples" / EXAMPLE / "shu"
FILES = ["--allocation", str(SHU / "allocation.json"), "--bases", str(SHU / "bases.csv")]
COMMANDS = (
    (["statement", "position", "--as-of", "2025-12-31"], "Neraca"),
    (
        ["statement", "cash-book", "--channel", "KAS", "--from", "2025-02-01", "--to", "2025-02-10"],
        "Buku kas",
    ),
    (["trial-balance", "--as-of", "2025-12-31"], "Neraca saldo"),
    (["ratios", "--as-of", "2025-12-31"], "Rasio keuangan"),
    (["limits", "--as-of", "2025-12-31"], "Batas pinjaman"),
    (["calendar", "--year", "2025"], "Kalender kewajiban"),
    (["health", "--as-of", "2025-12-31"], "Penilaian kesehatan koperasi"),
    (["passbook", "288"], "Buku simpanan"),
    (["instalment-card", "7"], "Kartu angsuran"),
    (["shu", *FILES, "--member", "288"], "Slip bagian SHU"),
)


@pytest.fixture
def here(year: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example's ledger as that of this machine."""
    for name, value in (
        ("LEDGER_URL", str(year.engine.url)),
        ("HOME", str(tmp_path)),
        ("AUTHORITY", "0x" + "11" * 20),
        ("AUTHORITY_BLOCK", "0"),
    ):
        monkeypatch.setenv(f"KOPERASI_{name}", value)
    return tmp_path


@pytest.mark.parametrize(("command", "title"), COMMANDS)
def test_command__pdf_and_html__are_written(here: Path, command: list[str], title: str) -> None:
    pdf, html = here / "made.pdf", here / "made.html"
    result = CliRunner().invoke(app, [*command, "--pdf", str(pdf), "--html", str(html)])
    assert result.exit_code == 0, result.output
    assert pdf.read_bytes().startswith(b"%PDF")
    assert title in html.read_text("utf-8")


def test_shu__slip_without_a_member__says_what_is_needed(here: Path) -> None:
    result = CliRunner().invoke(app, ["shu", *FILES, "--pdf", str(here / "made.pdf")])
    assert result.exit_code != 0
    assert not (here / "made.pdf").exists()
