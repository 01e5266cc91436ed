"""Writes the ABIs of our contracts to indexer/chain/abis: `python -m scripts.export_abis`."""

import json
from pathlib import Path
from typing import Any, Final

from scripts.compilation import load_artifacts
from scripts.deployment_plan import SOURCES
from scripts.deployment_state import write_whole
from scripts.toolchain import ROOT

FOLDER: Final = ROOT / "indexer" / "chain" / "abis"
_ORDER: Final = ("constructor", "function", "event", "error", "fallback", "receive")


def export_abis(folder: Path = FOLDER) -> list[Path]:
    """Write `<Contract>.json` for every contract that is deployed, and remove those of others; the files."""
    texts = rendered_abis()
    for name, text in texts.items():
        write_whole(folder / f"{name}.json", text)
    for file in folder.glob("*.json"):
        if file.stem not in texts:
            file.unlink()
    return [folder / f"{name}.json" for name in texts]


def rendered_abis() -> dict[str, str]:
    """{contract: its file}: an entry a line, in a fixed order, without what only the compiler needs."""
    artifacts = load_artifacts()
    return {name: _render(artifacts[name].abi) for name in sorted(set(SOURCES.values()))}


def _render(abi: list[dict[str, Any]]) -> str:
    slim = [
        json.dumps(_slim(entry), sort_keys=True, separators=(",", ":")) for entry in sorted(abi, key=_place)
    ]
    return "[\n" + ",\n".join(slim) + "\n]\n"


def _place(entry: dict[str, Any]) -> tuple[int, str, list[str]]:
    """Where an entry stands: by kind, name and types."""
    types = [value["type"] for value in entry.get("inputs", ())]
    return _ORDER.index(entry["type"]), entry.get("name", ""), types


def _slim(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _slim(item) for key, item in value.items() if key != "internalType"}
    if isinstance(value, list):
        return [_slim(item) for item in value]
    return value


if __name__ == "__main__":
    for file in export_abis():
        print(file.relative_to(ROOT))
