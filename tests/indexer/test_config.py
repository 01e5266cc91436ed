"""Settings: every problem is said in words, every variable is documented."""

import json
from pathlib import Path

import pytest

from indexer.chain.read import Mode
from indexer.config import ROOT, ConfigError, Variable, load_networks, load_settings

AUTHORITY = "0x" + "ab" * 20


def environment(**variables: str) -> dict[str, str]:
    return {"KOPERASI_AUTHORITY": AUTHORITY, "KOPERASI_AUTHORITY_BLOCK": "7", **variables}


def test_load_networks__the_file_of_the_house__has_the_five_chains() -> None:
    networks = load_networks()
    assert {name: network.chain_id for name, network in networks.items()} == {
        "anvil": 31337,
        "amoy": 80002,
        "polygon": 137,
        "ethereum": 1,
        "bsc": 56,
    }
    assert networks["polygon"].gas_cap == networks["amoy"].gas_cap == 33_554_432
    assert networks["ethereum"].gas_cap == 16_777_216
    assert networks["polygon"].revertible_depth >= 256
    assert [name for name, network in networks.items() if network.development] == ["anvil"]


@pytest.mark.parametrize(
    "text",
    ["not = [toml", "[x]\nchain_id = 1", '[x]\nchain_id = "one"', "[x]\nunknown_field = 3"],
)
def test_load_networks__a_bad_file__names_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "networks.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"networks\.toml cannot be read"):
        load_networks(path)


def test_load_settings__defaults__are_a_local_anvil() -> None:
    settings = load_settings(environment())
    assert settings.network_name == "anvil"
    assert settings.authority == b"\xab" * 20
    assert settings.authority_block == 7
    assert settings.mode is Mode.RECEIPTS
    assert settings.rpc_urls == ("http://127.0.0.1:8545",)
    assert settings.ledger_url.startswith("sqlite:///")
    assert [endpoint.is_local for endpoint in settings.endpoints()] == [True]


def test_load_settings__everything_set__is_taken() -> None:
    settings = load_settings(
        environment(
            KOPERASI_NETWORK="polygon",
            KOPERASI_RPC_POLYGON="https://one.example/key, https://two.example",
            KOPERASI_LEDGER_URL="postgresql+psycopg://ledger",
            KOPERASI_COOPERATIVE_ID="3",
            KOPERASI_PROOF="logs",
            KOPERASI_SAMPLE="0",
            KOPERASI_RPC_TIMEOUT="2.5",
            KOPERASI_POLL_SECONDS="4",
        )
    )
    assert settings.rpc_urls == ("https://one.example/key", "https://two.example")
    assert (settings.cooperative_id, settings.mode, settings.sample) == (3, Mode.LOGS, 0)
    assert (settings.rpc_timeout, settings.poll_seconds) == (2.5, 4.0)
    assert "key" not in repr(settings)


def test_load_settings__deployment_file__says_where_authority_is(tmp_path: Path) -> None:
    file = tmp_path / "anvil.json"
    file.write_text(
        json.dumps({"contracts": {"Authority": {"address": AUTHORITY, "block": 12}}, "format": 1})
    )
    settings = load_settings({}, deployment=file)
    assert (settings.authority, settings.authority_block) == (b"\xab" * 20, 12)


@pytest.mark.parametrize(
    "content", [None, "{", "{}", '{"contracts": {}}', '{"contracts": {"Authority": {}}}']
)
def test_load_settings__no_use_of_the_deployment_file__says_what_to_do(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "anvil.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigError, match="Deploy first, or set KOPERASI_AUTHORITY"):
        load_settings({}, deployment=file)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"KOPERASI_NETWORK": "mumbai"}, "choose one of anvil"),
        ({"KOPERASI_NETWORK": "polygon"}, "put one or more into KOPERASI_RPC_POLYGON"),
        ({"KOPERASI_AUTHORITY": "0x12"}, "40 hex digits"),
        ({"KOPERASI_AUTHORITY": "zz" * 20}, "40 hex digits"),
        ({"KOPERASI_AUTHORITY_BLOCK": "-1"}, "no whole number of at least 0"),
        ({"KOPERASI_COOPERATIVE_ID": "0"}, "no whole number of at least 1"),
        ({"KOPERASI_COOPERATIVE_ID": "two"}, "no whole number"),
        ({"KOPERASI_SAMPLE": "1.5"}, "no whole number"),
        ({"KOPERASI_PROOF": "none"}, "write receipts or logs"),
        ({"KOPERASI_RPC_TIMEOUT": "0"}, "above 0"),
        ({"KOPERASI_RPC_TIMEOUT": "nan"}, "above 0"),
        ({"KOPERASI_POLL_SECONDS": "soon"}, "above 0"),
    ],
)
def test_load_settings__a_bad_value__says_what_to_write(variables: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        load_settings(environment(**variables))


def test_readme__every_variable__is_documented() -> None:
    text = (ROOT / "indexer" / "README.md").read_text(encoding="utf-8")
    assert [variable for variable in Variable if f"`{variable}`" not in text] == []
