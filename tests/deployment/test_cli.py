"""The command line: quick to start, errors in two languages, one JSON document with --json."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from koperasi.localchain import LocalChain
from scripts.deployment_plan import SOURCES

HEAVY = ("brownie", "web3", "sqlalchemy", "fastapi", "eth_account", "indexer", "backend")


def koperasi(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from koperasi.cli import app; app()", *arguments]
    environment = {**os.environ, "KOPERASI_HOME": str(home), **settings}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_import__nothing_heavy__quick_help() -> None:
    program = f"import sys, koperasi.cli; print([name for name in {HEAVY} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "[]\n"


def test_help__lists_the_commands(tmp_path: Path) -> None:
    answer = koperasi(tmp_path, "--help")
    assert answer.returncode == 0
    assert all(command in answer.stdout for command in ("chain", "deploy", "doctor"))


def test_deploy__json__one_document_and_nothing_sent_again(chain: LocalChain, tmp_path: Path) -> None:
    first, second = (koperasi(tmp_path, "deploy", "--json", "--rpc", chain.url) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    answer = json.loads(first.stdout)
    assert list(answer["contracts"]) == list(SOURCES)
    assert answer["file"] == str(tmp_path / "deployments" / "anvil.json")
    assert json.loads(second.stdout) == {**answer, "transactions": 0}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("deploy", "--network", "mumbai"), 1, "There is no network 'mumbai'"),
        (
            ("deploy", "--network", "polygon", "--rpc", "https://rpc.example"),
            2,
            "name the deployer's key file",
        ),
        (("deploy", "--rpc", "http://127.0.0.1:1"), 1, "No RPC endpoint of anvil answers"),
        (("no-such-command",), 2, "No such command"),
    ],
)
def test_error__said_in_words_and_by_exit_code(
    tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    answer = koperasi(tmp_path, *arguments)
    assert answer.returncode == code
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def test_deploy__key_file_that_is_none__said(tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    key.write_text("{}")
    arguments = ("deploy", "--network", "polygon", "--rpc", "https://rpc.example", "--keystore", str(key))
    answer = koperasi(tmp_path, *arguments, KOPERASI_DEPLOYER_PASSWORD="x")
    assert answer.returncode == 2
    assert "cannot be opened" in answer.stderr


def test_doctor__json__findings_with_remedies(tmp_path: Path) -> None:
    answer = koperasi(tmp_path, "doctor", "--json", KOPERASI_RPC_ANVIL="http://127.0.0.1:1")
    findings = {finding["name"]: finding for finding in json.loads(answer.stdout)["findings"]}
    assert findings["anvil"]["state"] == "ok"
    assert findings["rpc"]["state"] == "absent"
    assert findings["deployment"]["english"] == "None yet: koperasi deploy --network anvil"
    assert all(finding["english"] for finding in findings.values() if finding["state"] != "ok")


def test_doctor__database_that_does_not_answer__missing_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://koperasi:rahasia@127.0.0.1:1/ledger"
    answer = koperasi(tmp_path, "doctor", KOPERASI_LEDGER_URL=url)
    assert answer.returncode == 1
    assert "PostgreSQL does not answer" in answer.stdout
    assert "rahasia" not in answer.stdout + answer.stderr


def test_doctor__endpoint_of_another_chain__missing(chain: LocalChain, tmp_path: Path) -> None:
    answer = koperasi(tmp_path, "doctor", "--network", "amoy", "--json", KOPERASI_RPC_AMOY=chain.url)
    findings = {finding["name"]: finding for finding in json.loads(answer.stdout)["findings"]}
    assert answer.returncode == 1
    assert "must answer as chain 80002" in findings["rpc"]["english"]
