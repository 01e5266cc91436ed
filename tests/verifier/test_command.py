"""The command: what it prints, and its exit codes."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from koperasi.cli import app
from tests.verifier.ground import NAMES, ground, right_bundles
from verifier.bundle import encode

RUNNER = CliRunner()
HASHES = [each for block in ground().blocks for each in ("--block-hash", f"0x{block.hash.hex()}")]


def run(*arguments: str) -> Result:
    return RUNNER.invoke(app, ["verify", *arguments])


def kept(folder: Path, kind: str = "claim") -> str:
    file = folder / f"{kind}.json"
    file.write_bytes(encode(right_bundles()[kind]))
    return str(file)


def test_verify__right__says_what_was_checked_and_what_not(tmp_path: Path) -> None:
    result = run(kept(tmp_path), *HASHES)
    assert result.exit_code == 0
    assert "Checked" in result.stdout
    assert "NOT checked" in result.stdout
    assert result.stdout.rstrip().endswith("ACCEPTED: claim")


def test_verify__json__has_the_figures(tmp_path: Path) -> None:
    report = json.loads(run(kept(tmp_path), *HASHES, "--json").stdout)
    assert report["accepted"]
    assert report["figures"]["member"] == 3
    assert {"indonesian", "english"} == set(report["checked"][0])


def test_verify__altered__is_refused_with_its_code(tmp_path: Path) -> None:
    file = Path(kept(tmp_path))
    file.write_bytes(file.read_bytes().replace(b'"member":3', b'"member":4'))
    result = run(str(file), *HASHES)
    assert result.exit_code == 1
    assert "CLAIM_ROOT" in result.stderr
    told = json.loads(run(str(file), *HASHES, "--json").stdout)
    assert (told["accepted"], told["code"]) == (False, "CLAIM_ROOT")


def test_verify__with_the_deployment__vouches_for_the_contracts(tmp_path: Path) -> None:
    contracts = {name: {"address": f"0x{address.upper()}"} for address, name in NAMES.items()}
    deployment = tmp_path / "deployment.json"
    deployment.write_text(json.dumps({"contracts": contracts}))
    arguments = (kept(tmp_path, "solvency"), *HASHES, "--deployment", str(deployment))
    assert "is the contract" not in run(*arguments).stdout
    deployment.write_text(json.dumps({"contracts": contracts | {"Books": {"address": "0x" + "11" * 20}}}))
    assert "CONTRACT" in run(*arguments).stderr
    deployment.write_text("{}")
    assert run(*arguments).exit_code == 2


def test_verify__without_a_hash_or_with_none__is_a_usage_error(tmp_path: Path) -> None:
    assert run(kept(tmp_path)).exit_code == 2
    assert run(kept(tmp_path), "--block-hash", "0x1234").exit_code == 2


def test_verify__file_that_is_not_there__fails_in_words(tmp_path: Path) -> None:
    result = run(str(tmp_path / "none.json"), *HASHES)
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr


def test_verify__file_without_end__is_not_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "bundle.json"
    with file.open("wb") as written:
        written.truncate(1 << 40)
    result = run(str(file), *HASHES)
    assert result.exit_code == 1
    assert "FORMAT" in result.stderr
