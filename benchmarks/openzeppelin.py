"""Peers of the gas figures, on the chain that Brownie uses: OpenZeppelin's ERC-20, ERC-4626, Governor."""

import json
import subprocess
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from benchmarks.figures import ROOT
from scripts import toolchain

if TYPE_CHECKING:
    from tests.contracts.actors import Person

SOURCES = {
    "PeerToken": "benchmarks/contracts/PeerToken.sol",
    "PeerVault": "benchmarks/contracts/PeerVault.sol",
    "PeerVotes": "benchmarks/contracts/PeerGovernor.sol",
    "PeerGovernor": "benchmarks/contracts/PeerGovernor.sol",
}


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
        return _gas(self._web3, call, self._sender)

    def _deploy(self, compiled: dict[str, Any], *arguments: Any) -> Any:
        return _deployed(self._web3, compiled, self._sender, *arguments)


class Governor:
    """A Governor with one vote for each of `voters`, and a proposal that runs."""

    def __init__(self, voters: Sequence["Person"]) -> None:
        web3 = toolchain.load_brownie().web3
        self._web3 = web3
        self._sender = web3.eth.accounts[0]
        self._voters = iter(voters)
        compiled = _compile()
        votes = _deployed(web3, compiled["PeerVotes"], self._sender)
        self._governor = _deployed(web3, compiled["PeerGovernor"], self._sender, votes.address)
        for start in range(0, len(voters), 100):
            accounts = [voter.signer for voter in voters[start : start + 100]]
            _gas(web3, votes.functions.enroll(accounts), self._sender)
        proposal = ([self._sender], [0], [b""], "Laporan pengurus")
        self._proposal = self._governor.functions.propose(*proposal).call({"from": self._sender})
        self.proposed = self._send(self._governor.functions.propose(*proposal))
        """Gas of a proposal of one motion."""
        for _ in range(2):
            web3.provider.make_request("evm_mine", [])
        for support in (0, 1, 2):  # no word that a vote writes is empty afterwards
            self._send(self._governor.functions.castVote(self._proposal, support), next(self._voters).signer)

    def cast_vote(self) -> int:
        """Gas of a vote on one motion, sent by its voter."""
        return self._send(self._governor.functions.castVote(self._proposal, 1), next(self._voters).signer)

    def cast_vote_by_signature(self) -> int:
        """Gas of a vote on one motion, signed and relayed alone."""
        from tests.contracts.actors import typed_digest

        voter = next(self._voters)
        digest = typed_digest(
            "Peer",
            self._governor.address,
            "Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)",
            {"proposalId": self._proposal, "support": 1, "voter": voter.signer, "nonce": 0},
        )
        return self._send(
            self._governor.functions.castVoteBySig(self._proposal, 1, voter.signer, voter.sign(digest))
        )

    def _send(self, call: Any, sender: str = "") -> int:
        if sender:
            self._web3.provider.make_request("anvil_impersonateAccount", [sender])
        return _gas(self._web3, call, sender or self._sender)


def _gas(web3: Any, call: Any, sender: str) -> int:
    receipt = web3.eth.wait_for_transaction_receipt(
        call.transact({"from": sender, "gas": 30_000_000, "gasPrice": 0})
    )
    if receipt["status"] != 1:
        raise RuntimeError(f"{call.fn_name} of the peer reverted")
    return int(receipt["gasUsed"])


def _deployed(web3: Any, compiled: dict[str, Any], sender: str, *arguments: Any) -> Any:
    factory = web3.eth.contract(abi=compiled["abi"], bytecode=compiled["evm"]["bytecode"]["object"])
    sent = factory.constructor(*arguments).transact({"from": sender})
    address = web3.eth.wait_for_transaction_receipt(sent)["contractAddress"]
    return web3.eth.contract(address=address, abi=compiled["abi"])


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
