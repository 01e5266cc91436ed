"""The compiled contracts: Brownie's, and what Brownie leaves out (storage layout, verification input)."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any, Final

from eth_abi import decode as abi_decode
from eth_abi import encode as abi_encode
from eth_utils import keccak, to_checksum_address

from scripts import toolchain
from scripts.deployment_state import write_whole
from scripts.errors import DeploymentError

CACHE: Final = toolchain.ROOT / "build" / "storage-layout.json"
PROJECT_NAME: Final = "Koperasi"


@dataclass(frozen=True)
class Artifact:
    """A compiled contract. init_code: creation bytecode, linked; size: bytes of the runtime code."""

    name: str
    abi: list[dict[str, Any]]
    init_code: bytes
    size: int
    source_path: str
    source_paths: tuple[str, ...]

    def creation(self, *arguments: Any) -> bytes:
        """The data of the transaction that deploys it."""
        return self.init_code + abi_encode(_types(self._entry("constructor")["inputs"]), arguments)

    def call(self, function: str, *arguments: Any) -> bytes:
        """The data of a call."""
        entry = self._entry("function", function)
        return selector(entry) + abi_encode(_types(entry["inputs"]), arguments)

    def answer(self, function: str, data: bytes) -> Any:
        """What a call returned: the value, or a tuple where there are several."""
        values = _decoded(self._entry("function", function)["outputs"], data)
        return values[0] if len(values) == 1 else values

    def topic(self, event: str) -> bytes:
        """The first topic of the logs of an event."""
        return keccak(text=signature(self._entry("event", event)))

    def log_values(self, event: str, topics: Sequence[bytes], data: bytes) -> dict[str, Any]:
        """The values of a log of an event by name. None is of a dynamic type and indexed here."""
        inputs = self._entry("event", event)["inputs"]
        indexed = [value for value in inputs if value["indexed"]]
        plain = [value for value in inputs if not value["indexed"]]
        words = _decoded(indexed, b"".join(topics[1:])) + _decoded(plain, data)
        return {value["name"]: word for value, word in zip(indexed + plain, words, strict=True)}

    def _entries(self, kind: str, name: str | None) -> list[dict[str, Any]]:
        return [entry for entry in self.abi if entry["type"] == kind and entry.get("name") == name]

    def _entry(self, kind: str, name: str | None = None) -> dict[str, Any]:
        entries = self._entries(kind, name)
        if len(entries) != 1:
            raise LookupError(f"{self.name} has {len(entries)} of {kind} {name}")
        return entries[0]


def signature(entry: dict[str, Any]) -> str:
    """The canonical signature of an ABI entry, as selectors and topics hash it."""
    return f"{entry['name']}({','.join(_types(entry['inputs']))})"


def selector(entry: dict[str, Any]) -> bytes:
    """The first four bytes of a call of a function, or of a custom error."""
    return keccak(text=signature(entry))[:4]


def error_text(data: bytes) -> str:
    """A custom error of our contracts in words: its name and its values."""
    for artifact in load_artifacts().values():
        for entry in artifact.abi:
            if entry["type"] == "error" and selector(entry) == data[:4]:
                values = _decoded(entry["inputs"], data[4:])
                return f"{entry['name']}({', '.join(map(str, values))})"
    return "0x" + data.hex()


@cache
def load_artifacts() -> dict[str, Artifact]:
    """Every contract of contracts/, compiled where it changed."""
    brownie = toolchain.load_brownie()
    loaded = [project for project in brownie.project.get_loaded_projects() if project._name == PROJECT_NAME]
    try:
        with contextlib.redirect_stdout(sys.stderr):
            project = loaded[0] if loaded else brownie.project.load(toolchain.ROOT, PROJECT_NAME)
    except Exception as error:
        raise DeploymentError(
            f"Kontrak tidak dapat dikompilasi. Jalankan: make setup. {error}",
            f"The contracts cannot be compiled. Run: make setup. {error}",
        ) from error
    builds = (build for _, build in project._build.items())
    return {build["contractName"]: _artifact(build) for build in builds}


def standard_input(names: Iterable[str]) -> dict[str, Any]:
    """The compiler's standard JSON input that gives the contracts `names`, for source verification."""
    artifacts = load_artifacts()
    paths = sorted({path for name in names for path in artifacts[name].source_paths})
    config = toolchain.load_brownie()._config._load_project_compiler_config(toolchain.ROOT)
    return {
        "language": "Solidity",
        "sources": {path: {"content": (toolchain.ROOT / path).read_text("utf-8")} for path in paths},
        "settings": {
            "evmVersion": config["evm_version"],
            "optimizer": config["solc"]["optimizer"],
            "remappings": config["solc"]["remappings"],
            "outputSelection": {"*": {"*": ["abi", "evm.bytecode", "evm.deployedBytecode", "storageLayout"]}},
        },
    }


def storage_layouts(names: Iterable[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """{contract: {label: {slot, offset, type, bytes}}}. The compiler runs once for each state of the sources.

    DeploymentError if the standard input does not give the very bytecode that is deployed.
    """
    wanted = sorted(names)
    source = json.dumps(standard_input(wanted))
    key = sha256("\n".join([*wanted, source]).encode()).hexdigest()
    if CACHE.exists():
        cached = json.loads(CACHE.read_text())
        if cached["key"] == key:
            return dict(cached["layouts"])
    layouts = _layouts(_compile(source), wanted)
    write_whole(CACHE, json.dumps({"key": key, "layouts": layouts}))
    return layouts


def _artifact(build: dict[str, Any]) -> Artifact:
    bytecode = build["bytecode"]
    if "__" in bytecode:
        raise DeploymentError(
            f"{build['contractName']} memakai pustaka luar yang belum ditautkan.",
            f"{build['contractName']} uses an external library that is not linked.",
        )
    return Artifact(
        name=build["contractName"],
        abi=[_plain_entry(entry) for entry in build["abi"]],
        init_code=bytes.fromhex(bytecode),
        size=len(build["deployedBytecode"]) // 2,
        source_path=build["sourcePath"],
        source_paths=tuple(sorted(build["allSourcePaths"].values())),
    )


def _plain_entry(entry: dict[str, Any]) -> dict[str, Any]:
    """Without the name that Brownie gives to constructors."""
    return {key: value for key, value in entry.items() if (entry["type"], key) != ("constructor", "name")}


def _compile(source: str) -> dict[str, Any]:
    compiler = toolchain.SOLC_FOLDER / f"solc-v{toolchain.SOLC_VERSION}"
    command = [str(compiler), "--standard-json", "--base-path", str(toolchain.ROOT)]
    answer = subprocess.run(command, input=source, capture_output=True, text=True, check=True)
    output = json.loads(answer.stdout)
    errors = [error["formattedMessage"] for error in output.get("errors", ()) if error["severity"] == "error"]
    if errors:
        raise DeploymentError(f"Kompilator: {errors[0]}", f"The compiler says: {errors[0]}")
    return dict(output["contracts"])


def _layouts(contracts: dict[str, Any], names: list[str]) -> dict[str, dict[str, dict[str, Any]]]:
    artifacts = load_artifacts()
    layouts = {}
    for name in names:
        compiled = contracts[artifacts[name].source_path][name]
        if bytes.fromhex(compiled["evm"]["bytecode"]["object"]) != artifacts[name].init_code:
            raise DeploymentError(
                f"Masukan verifikasi tidak menghasilkan bytecode {name} yang sama. Jalankan: make clean "
                "setup",
                f"The verification input does not give the same bytecode of {name}. Run: make clean setup",
            )
        layout = compiled["storageLayout"]
        layouts[name] = {
            entry["label"]: {
                "slot": int(entry["slot"]),
                "offset": entry["offset"],
                "type": layout["types"][entry["type"]]["label"],
                "bytes": int(layout["types"][entry["type"]]["numberOfBytes"]),
            }
            for entry in layout["storage"]
        }
    return layouts


def _types(values: Iterable[dict[str, Any]]) -> list[str]:
    """The canonical types of ABI inputs, tuples spelled out."""
    return [
        f"({','.join(_types(value['components']))}){value['type'][len('tuple') :]}"
        if value["type"].startswith("tuple")
        else value["type"]
        for value in values
    ]


def _decoded(values: list[dict[str, Any]], data: bytes) -> tuple[Any, ...]:
    """Decoded values; addresses with their checksum."""
    types = _types(values)
    return tuple(
        to_checksum_address(value) if kind == "address" else value
        for kind, value in zip(types, abi_decode(types, data), strict=True)
    )
