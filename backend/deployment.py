"""A deployment's file, as `koperasi deploy` writes it: where the contracts are, and what they were given."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

_ABIS: Final = Path(__file__).resolve().parent.parent / "indexer" / "chain" / "abis"
_ABI_OF: Final = {
    "SavingsPokok": "SavingsToken",
    "SavingsWajib": "SavingsToken",
    "SavingsSukarela": "SavingsToken",
    "SavingsPayable": "SavingsToken",
}


def read_deployment(path: Path) -> Mapping[str, Any]:
    """The file's content. FileNotFoundError if there is none."""
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def contracts_of(
    deployment: Mapping[str, Any], names: Collection[str] | None = None
) -> dict[str, tuple[str, list[Any]]]:
    """Address and ABI of each contract, or of those named."""
    return {
        name: (
            entry["address"],
            json.loads((_ABIS / f"{_ABI_OF.get(name, name)}.json").read_text("utf-8")),
        )
        for name, entry in deployment["contracts"].items()
        if names is None or name in names
    }
