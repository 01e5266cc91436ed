"""The command: what it prints, and its exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from koperasi.cli import app
from recount.bundle import read_bundle, write_bundle
from recount.recount import recount
from tests.recount.node import WHERE, FakeNode
from tests.recount.vectors import MEETINGS

RUNNER = CliRunner()


def run(*arguments: str) -> Result:
    return RUNNER.invoke(app, ["recount", *arguments])


@pytest.fixture
def keep(tmp_path: Path) -> Any:
    """Writes a meeting as a bundle; where it is."""

    def kept(name: str) -> Path:
        file = tmp_path / "meeting.json"
        write_bundle(MEETINGS[name]().bundle(), file)
        return file

    return kept


def test_recount__offline_without_difference__exits_0(keep: Any) -> None:
    file = keep("every kind of act")
    result = run("3", "--offline", str(file), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == recount(read_bundle(file)).report


def test_recount__offline_with_differences__exits_1_and_names_them_in_both_languages(keep: Any) -> None:
    result = run("3", "--offline", str(keep("vote changed")))
    assert result.exit_code == 1
    assert "CHOICES: pilihannya berbeda dari yang ditandatangani / its choices differ" in result.stdout


def test_recount__table__shows_calls_motions_refusals_and_contracts(keep: Any) -> None:
    text = run("3", "--offline", str(keep("every reason"))).stdout
    for part in ("2 hadir / present, perlu / needed 7", "paper 8, EXPIRED", "checked by contract: #9"):
        assert part in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("3", "--offline", "FILE", "--rpc", "http://127.0.0.1:1"), "uses no endpoint"),
        (("4", "--offline", "FILE"), "holds meeting 3, not 4"),
    ],
)
def test_recount__arguments_that_cannot_be__exit_2(
    keep: Any, arguments: tuple[str, ...], message: str
) -> None:
    file = str(keep("objection"))
    result = run(*(file if each == "FILE" else each for each in arguments))
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize("content", ["", "{}", '{"version":1}', "\xff"])
def test_recount__file_that_is_no_bundle__exits_1(tmp_path: Path, content: str) -> None:
    file = tmp_path / "no.json"
    file.write_text(content, "latin-1")
    result = run("3", "--offline", str(file))
    assert result.exit_code == 1
    assert "is no bundle" in result.stderr


def test_recount__from_a_node__counts_and_keeps_the_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    village = MEETINGS["every reason"]()
    village.block += 1
    node = FakeNode(village)
    monkeypatch.setattr("indexer.chain.rpc.Endpoint", lambda url, range_limit: node.endpoint(range_limit))
    file = tmp_path / "kept.json"
    where = ("--rat", WHERE.rat, "--box", WHERE.box, "--registry", WHERE.registry)
    where += ("--authority", WHERE.authority, "--rp-id", WHERE.rp_id, "--from-block", "100")
    result = run("3", "--rpc", "http://127.0.0.1:1", *where, "--bundle", str(file), "--json")
    assert result.exit_code == 0, result.output
    assert read_bundle(file).contracts == village.contracts
    assert recount(read_bundle(file)).report == json.loads(result.stdout)


def test_recount__without_deployment_and_addresses__says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOPERASI_HOME", str(tmp_path))
    result = run("3", "--rpc", "http://127.0.0.1:1")
    assert result.exit_code == 1
    assert "There is no deployment" in result.stderr
