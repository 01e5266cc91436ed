"""A network that is not local, played by an anvil with its chain id: own accounts, no help by anvil."""

import dataclasses
from pathlib import Path

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from koperasi.localchain import LocalChain
from rules.calendar import day_of_timestamp, day_text
from rules.dev_keys import DevelopmentKeyRefused, development_key
from scripts.deploy import deploy
from scripts.deployment_config import STAFF_FLOOR
from scripts.errors import DeploymentError
from scripts.networks import Network, load_network
from tests.deployment.conftest import GENESIS_TIME

POLYGON = 137
OFFICERS = (
    ("KETUA", 1),
    ("SEKRETARIS", 2),
    ("BENDAHARA", 3),
    ("PENGAWAS", 4),
    ("TELLER", STAFF_FLOOR + 1),
    ("REGISTRAR", STAFF_FLOOR + 2),
)


def own_account(number: int) -> LocalAccount:
    """An account whose key is not among those that everybody knows."""
    account: LocalAccount = Account.from_key((0xA11CE + number).to_bytes(32))
    return account


def write_config(file: Path, **changed: str) -> Path:
    """A configuration of a cooperative; `changed` gives some offices another account."""
    until = day_text(day_of_timestamp(GENESIS_TIME + 300 * 86_400))
    officers = "\n".join(
        f'[[officers]]\noffice = "{office}"\naccount = "{changed.get(office, own_account(person).address)}"\n'
        f"person = {person}\nuntil = {until}\n"
        for office, person in OFFICERS
    )
    products = '[[products]]\nmethod = "ANNUITY"\nmax_rate_bps = 1_200\nmax_months = 36\n'
    laws = "[by_laws]\nteller_daily_limit = 25_000_000\n"
    file.write_text(f'rp_id = "koperasi.example.id"\n{laws}{products}{officers}')
    return file


@pytest.fixture
def polygon() -> Network:
    """Polygon as networks.toml has it, without an endpoint yet."""
    return load_network("polygon", "http://127.0.0.1:1")


def at(network: Network, chain: LocalChain) -> Network:
    return dataclasses.replace(network, rpc_urls=("http://127.0.0.1:1", chain.url))


def test_deploy__real_network__own_accounts_and_figures(polygon: Network, tmp_path: Path) -> None:
    deployer = own_account(0)
    with LocalChain.start(timestamp=GENESIS_TIME, chain_id=POLYGON) as chain:
        chain.fund([deployer.address])
        config = write_config(tmp_path / "config.toml")
        outcome = deploy(at(polygon, chain), tmp_path, config, deployer)
        assert deploy(at(polygon, chain), tmp_path, config, deployer).transactions == 0
    assert outcome.file == tmp_path / "polygon.json"
    assert outcome.state.parameters["by_laws"]["teller_daily_limit"] == 25_000_000
    assert outcome.state.complete


def test_deploy__deployer_without_money__said_and_resumed(polygon: Network, tmp_path: Path) -> None:
    deployer = own_account(0)
    config = write_config(tmp_path / "config.toml")
    with LocalChain.start(timestamp=GENESIS_TIME, chain_id=POLYGON) as chain:
        chain.rpc("anvil_setNextBlockBaseFeePerGas", hex(10**9))
        chain.mine()
        with pytest.raises(DeploymentError, match="balance"):
            deploy(at(polygon, chain), tmp_path, config, deployer)
        chain.fund([deployer.address])
        assert deploy(at(polygon, chain), tmp_path, config, deployer).state.complete


def test_deploy__real_network_without_a_key__development_key_refused(
    polygon: Network, tmp_path: Path
) -> None:
    with pytest.raises(DevelopmentKeyRefused, match="chain 137"):
        deploy(polygon, tmp_path, write_config(tmp_path / "config.toml"))


@pytest.mark.parametrize("purpose", ["deployer", "office", "member"])
def test_deploy__development_account_as_deployer__refused(
    polygon: Network, tmp_path: Path, purpose: str
) -> None:
    deployer = Account.from_key(development_key(purpose, 1, 31337))
    with pytest.raises(DeploymentError, match="everybody knows its key"):
        deploy(polygon, tmp_path, write_config(tmp_path / "config.toml"), deployer)


def test_deploy__officer_as_deployer__refused(polygon: Network, tmp_path: Path) -> None:
    with (
        LocalChain.start(timestamp=GENESIS_TIME, chain_id=POLYGON) as chain,
        pytest.raises(DeploymentError, match="cannot hold an office"),
    ):
        deploy(at(polygon, chain), tmp_path, write_config(tmp_path / "config.toml"), own_account(1))


def test_deploy__file_of_another_deployer__refused(polygon: Network, tmp_path: Path) -> None:
    config = write_config(tmp_path / "config.toml")
    with LocalChain.start(timestamp=GENESIS_TIME, chain_id=POLYGON) as chain:
        chain.fund([own_account(0).address])
        deploy(at(polygon, chain), tmp_path, config, own_account(0))
        with pytest.raises(DeploymentError, match="was begun by"):
            deploy(at(polygon, chain), tmp_path, config, own_account(99))
    with (
        LocalChain.start(timestamp=GENESIS_TIME + 1, chain_id=POLYGON) as other,
        pytest.raises(DeploymentError, match="is of another chain"),
    ):
        deploy(at(polygon, other), tmp_path, config, own_account(0))
