"""The whole deployment on anvil: its result, a second run, and runs that were killed."""

import json
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from koperasi.localchain import LocalChain
from scripts.compilation import load_artifacts
from scripts.deploy import Outcome, deploy
from scripts.deployment_config import OpenedMember
from scripts.deployment_plan import SEALED, SOURCES
from scripts.deployment_state import locked
from scripts.errors import DeploymentError
from scripts.networks import Network, load_network
from tests.deployment.conftest import GENESIS_TIME
from tests.nightly import DEEP

MOMENTS = ("sign", "send", "write")
LAST = {"sign": 69, "send": 69, "write": 8}
KILLS = 40 if DEEP else 5


def lasting(outcome: Outcome) -> dict[str, Any]:
    """The deployment file without the blocks, which hang on how anvil mined."""
    content: dict[str, Any] = json.loads(outcome.file.read_text())
    for entry in [*content["contracts"].values(), *content["steps"].values()]:
        del entry["block"]
    return content


def test_deploy__fresh_chain__writes_what_others_need(undisturbed: Outcome) -> None:
    content = json.loads(undisturbed.file.read_text())
    assert content["complete"] is True
    assert list(content["contracts"]) == list(SOURCES)
    treasury = content["contracts"]["Treasury"]
    assert treasury["contract"] == "Treasury"
    assert treasury["block"] > 0
    assert len(treasury["code_hash"]) == 66
    assert {"slot", "offset", "type", "bytes"} == set(next(iter(treasury["storage_layout"].values())))
    assert content["parameters"]["by_laws"]["pokok"] == 100_000
    sources = json.loads((undisturbed.file.parent / "anvil.standard-input.json").read_text())["sources"]
    assert "contracts/SavingsToken.sol" in sources


def test_deploy__second_run__changes_nothing(chain: LocalChain, network: Network, tmp_path: Path) -> None:
    first = deploy(network, tmp_path)
    files = {file: file.read_bytes() for file in tmp_path.iterdir()}
    head = chain.rpc("eth_getBlockByNumber", "latest", False)["hash"]
    second = deploy(network, tmp_path)
    assert (first.transactions, second.transactions) == (len(first.state.steps), 0)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == files
    assert chain.rpc("eth_getBlockByNumber", "latest", False)["hash"] == head


def test_deploy__chain_that_mines_on_demand__same_contracts(undisturbed: Outcome, tmp_path: Path) -> None:
    with LocalChain.start(timestamp=GENESIS_TIME, mining=False) as running:
        outcome = deploy(load_network("anvil", running.url), tmp_path)
        assert running.block_number == 3
    assert lasting(outcome) == lasting(undisturbed)


def test_deploy__local_chain_started_anew__deployed_again(tmp_path: Path) -> None:
    for timestamp in (GENESIS_TIME, GENESIS_TIME, GENESIS_TIME + 86_400):
        with LocalChain.start(timestamp=timestamp) as running:
            outcome = deploy(load_network("anvil", running.url), tmp_path)
            assert outcome.transactions == len(outcome.state.steps)


@pytest.mark.parametrize("seed", range(KILLS))
def test_deploy__killed_and_resumed__equals_an_undisturbed_one(
    chain: LocalChain, network: Network, undisturbed: Outcome, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    sent = 0
    for _ in range(chance.randint(1, 2)):
        moment = chance.choice(MOMENTS)
        count = str(chance.randint(1, LAST[moment] - sent % LAST[moment]))
        command = [sys.executable, "-m", "tests.deployment.stopped", chain.url, str(tmp_path), moment, count]
        status = subprocess.run(command, capture_output=True, text=True)
        if status.returncode == 0:
            break
        assert status.returncode == -signal.SIGKILL, status.stderr
        sent += 30
    assert lasting(deploy(network, tmp_path)) == lasting(undisturbed)


def test_deploy__transaction_in_between__said_clearly(network: Network, tmp_path: Path) -> None:
    outcome = deploy(network, tmp_path)
    content = json.loads(outcome.file.read_text())
    content["steps"]["deploy Treasury"]["transactions"] = ["0x" + "12" * 32]
    outcome.file.write_text(json.dumps(content))
    with pytest.raises(DeploymentError, match="another transaction"):
        deploy(network, tmp_path)


def test_deploy__other_parameters_than_at_the_beginning__refused(network: Network, tmp_path: Path) -> None:
    deploy(network, tmp_path)
    config = tmp_path / "by-laws.toml"
    config.write_text("[by_laws]\npokok = 150_000\n")
    with pytest.raises(DeploymentError, match="The parameters differ"):
        deploy(network, tmp_path, config)


def test_deploy__opening__members_and_nothing_sealed(
    chain: LocalChain, network: Network, tmp_path: Path
) -> None:
    """Members of paper books are on the roll when genesis ends, and what they have can still be opened."""
    members = tuple(OpenedMember(n, f"0x{n:040x}", 0, 19_000 + n) for n in range(101, 193))
    outcome = deploy(network, tmp_path, None, None, members)
    addresses = {name: entry["address"] for name, entry in outcome.state.contracts.items()}

    def asked(name: str, function: str, *arguments: int) -> int:
        data = load_artifacts()[SOURCES[name]].call(function, *arguments)
        answer = chain.rpc("eth_call", {"to": addresses[name], "data": f"0x{data.hex()}"}, "latest")
        return int(answer[:66], 16)

    assert asked("MemberRegistry", "activeCount") == 92
    assert not any(asked(name, "isSealed") for name in SEALED)
    assert asked("Authority", "admin") == int(addresses["RAT"], 16)
    assert len(outcome.state.parameters["opened_members"]) == 92
    assert deploy(network, tmp_path, None, None, members).transactions == 0
    with pytest.raises(DeploymentError, match="The parameters differ"):
        deploy(network, tmp_path)


def test_deploy__code_replaced_since__refused(chain: LocalChain, network: Network, tmp_path: Path) -> None:
    outcome = deploy(network, tmp_path)
    chain.rpc("anvil_setCode", outcome.state.contracts["Books"]["address"], "0x00")
    with pytest.raises(DeploymentError, match="The code of Books"):
        deploy(network, tmp_path)


def test_deploy__damaged_file__refused(network: Network, tmp_path: Path) -> None:
    (tmp_path / "anvil.json").write_text('{"format": 1, "steps"')
    with pytest.raises(DeploymentError, match="is damaged"):
        deploy(network, tmp_path)


def test_deploy__two_at_once__second_refused(network: Network, tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(DeploymentError, match="Another deployment"):
        deploy(network, tmp_path)


def test_deploy__no_endpoint_answers__says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(DeploymentError, match="koperasi chain"):
        deploy(load_network("anvil", "http://user:secret@127.0.0.1:1"), tmp_path)


def test_deploy__endpoint_of_another_chain__refused(tmp_path: Path) -> None:
    with (
        LocalChain.start(chain_id=4242) as running,
        pytest.raises(DeploymentError, match="is chain 4242, not 31337"),
    ):
        deploy(load_network("anvil", running.url), tmp_path)
