"""OpenZeppelin's ERC-20 and ERC-4626 on the chain that Brownie is connected to: peers of the gas figures."""

import json
import subprocess
from collections.abc import Sequence
from typing import Any

from benchmarks.figures import ROOT
from scripts import toolchain

SOURCES = {name: f"benchmarks/contracts/{name}.sol" for name in ("PeerToken", "PeerVault")}


class OpenZeppelin:
    """A token and a vault of it, with known `holders` and a sender who has deposited before."""

    def __init__(self, holders: Sequence[str]) -> None:
        web3 = toolchain.load_brownie().web3
        self._web3 = web3
        self._sender = web3.eth.accounts[0]
        self._holders = list(holders)
        compiled = _compile()
        self._token = self._deploy(compiled["PeerToken"])
        self._vault = self._deploy(compiled["PeerVault"], self._token.address)
        self._send(self._token.functions.mint(self._sender, 10_000_000))
        self._send(self._token.functions.approve(self._vault.address, 5_000_000))
        self.mint_batch()
        self.deposit()

    def mint(self) -> int:
        """Gas of a mint to a known holder, without any check of who mints."""
        return self._send(self._token.functions.mint(self._holders[0], 250_000))

    def mint_batch(self) -> float:
        """Gas of a mint, of as many as there are holders in one transaction."""
        mints = self._token.functions.mintBatch(self._holders, [50_000] * len(self._holders))
        return self._send(mints) / len(self._holders)

    def deposit(self) -> int:
        """Gas of a deposit of a known holder into the vault; some of the allowance remains."""
        return self._send(self._vault.functions.deposit(250_000, self._sender))

    def _send(self, call: Any) -> int:
        receipt = self._web3.eth.wait_for_transaction_receipt(call.transact({"from": self._sender}))
        if receipt["status"] != 1:
            raise RuntimeError(f"{call.fn_name} of the peer reverted")
        return int(receipt["gasUsed"])

    def _deploy(self, compiled: dict[str, Any], *arguments: Any) -> Any:
        factory = self._web3.eth.contract(abi=compiled["abi"], bytecode=compiled["evm"]["bytecode"]["object"])
        sent = factory.constructor(*arguments).transact({"from": self._sender})
        address = self._web3.eth.wait_for_transaction_receipt(sent)["contractAddress"]
        return self._web3.eth.contract(address=address, abi=compiled["abi"])


def _compile() -> dict[str, dict[str, Any]]:
    """The peers by name, compiled as Brownie compiles the house."""
    config = toolchain.load_brownie()._config._load_project_compiler_config(ROOT)
    source = {
        "language": "Solidity",
        "sources": {path: {"content": (ROOT / path).read_text("utf-8")} for path in SOURCES.values()},
        "settings": {
            "evmVersion": config["evm_version"],
            "optimizer": config["solc"]["optimizer"],
            "remappings": config["solc"]["remappings"],
            "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object"]}},
        },
    }
    compiler = toolchain.SOLC_FOLDER / f"solc-v{toolchain.SOLC_VERSION}"
    command = [compiler, "--standard-json", "--base-path", ROOT]
    answer = subprocess.run(command, input=json.dumps(source), capture_output=True, text=True, check=True)
    output = json.loads(answer.stdout)
    errors = [error["formattedMessage"] for error in output.get("errors", ()) if error["severity"] == "error"]
    if errors:
        raise RuntimeError(f"the peers cannot be compiled: {errors[0]}")
    return {name: output["contracts"][path][name] for name, path in SOURCES.items()}
