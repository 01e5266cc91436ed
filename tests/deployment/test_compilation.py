"""What is made from the compiled contracts."""

from scripts.compilation import error_text, load_artifacts, selector, storage_layouts
from scripts.deployment_plan import SOURCES
from scripts.export_abis import FOLDER, rendered_abis


def test_rendered_abis__committed_files__up_to_date() -> None:
    """If this fails: python -m scripts.export_abis"""
    assert {file.stem: file.read_text() for file in FOLDER.glob("*.json")} == rendered_abis()


def test_artifacts__every_contract__fits() -> None:
    artifacts = load_artifacts()
    assert {name: artifacts[name].size for name in SOURCES.values() if artifacts[name].size >= 24_576} == {}


def test_storage_layouts__registry__slots_and_types() -> None:
    layout = storage_layouts(set(SOURCES.values()))["Authority"]
    assert layout["admin"]["type"] == "address"
    assert layout["admin"]["bytes"] == 20


def test_error_text__error_of_ours__name_and_values() -> None:
    entry = next(
        one for one in load_artifacts()["Treasury"].abi if one.get("name") == "TreasuryUnknownChannel"
    )
    assert error_text(selector(entry) + (9).to_bytes(32)) == "TreasuryUnknownChannel(9)"
    assert error_text(b"\0\0\0\0") == "0x00000000"
