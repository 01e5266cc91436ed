"""Runs the libraries as the chain would: by eth_call of a harness on anvil. Needs what `make setup` makes."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[2]
SOLC = ROOT / ".toolchain" / "solc" / "solc-v0.8.37"
ANVIL = ROOT / ".toolchain" / "bin" / "anvil"
HARNESS = "tests/forge/AmortizationHarness.sol"
ADDRESS = "0x" + "11" * 20
WORD = 32


@dataclass(frozen=True)
class Harness:
    """The harness' code at an address of a running anvil."""

    url: str
    code: str
    selector: str

    def answers(self, cases: list[list[int]]) -> list[list[int]]:
        """`AmortizationHarness.answers`: a row of words for a row of words."""
        words = [WORD, len(cases), *(word for case in cases for word in case)]
        data = "0x" + self.selector + "".join(f"{word:064x}" for word in words)
        call = {"to": ADDRESS, "data": data, "gas": hex(10**9)}
        result = bytes.fromhex(self._rpc("eth_call", [call, "latest", {ADDRESS: {"code": self.code}}])[2:])
        found = [int.from_bytes(result[at : at + WORD], "big") for at in range(2 * WORD, len(result), WORD)]
        width = len(found) // len(cases)
        return [found[start : start + width] for start in range(0, len(found), width)]

    def _rpc(self, method: str, params: list[object]) -> str:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        with urlopen(Request(self.url, body, {"Content-Type": "application/json"}), timeout=60) as response:
            answer = json.load(response)
        assert "error" not in answer, answer["error"]
        return str(answer["result"])


@contextmanager
def running_harness() -> Iterator[Harness]:
    """The harness on an anvil of its own, on a free port."""
    code, selector = _compile()
    command = [str(ANVIL), "--port", "0", "--accounts", "1", "--disable-block-gas-limit"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as anvil:
        assert anvil.stdout is not None
        try:
            lines = (re.search(r"Listening on (\S+)", line) for line in anvil.stdout)
            yield Harness("http://" + next(match[1] for match in lines if match), code, selector)
        finally:
            anvil.terminate()


def _compile() -> tuple[str, str]:
    sources: dict[str, dict[str, str]] = {}
    _collect(HARNESS, sources)
    settings = {
        "optimizer": {"enabled": True, "runs": 200},
        "evmVersion": "prague",
        "outputSelection": {HARNESS: {"*": ["evm.deployedBytecode.object", "evm.methodIdentifiers"]}},
    }
    request = json.dumps({"language": "Solidity", "sources": sources, "settings": settings})
    run = subprocess.run(
        [str(SOLC), "--standard-json"], input=request, capture_output=True, text=True, check=True
    )
    output = json.loads(run.stdout)
    errors = [error["formattedMessage"] for error in output.get("errors", []) if error["severity"] == "error"]
    assert not errors, "\n".join(errors)
    evm = output["contracts"][HARNESS]["AmortizationHarness"]["evm"]
    selector = next(value for name, value in evm["methodIdentifiers"].items() if name.startswith("answers("))
    return "0x" + evm["deployedBytecode"]["object"], selector


def _collect(name: str, sources: dict[str, dict[str, str]]) -> None:
    """A source and all it imports, by their names in the compiler's input."""
    if name in sources:
        return
    path = ROOT / ("node_modules/" + name if name.startswith("@") else name)
    text = path.read_text(encoding="utf-8")
    sources[name] = {"content": text}
    for imported in re.findall(r'^import .*?"([^"]+)";', text, re.MULTILINE | re.DOTALL):
        _collect(_resolve(name, imported), sources)


def _resolve(importer: str, imported: str) -> str:
    if not imported.startswith("."):
        return imported
    parts = importer.split("/")[:-1]
    for part in imported.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
