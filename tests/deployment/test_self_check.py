"""The self-check finds each fault that is seeded into a deployment just before its end."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from koperasi.localchain import LocalChain
from rules.dev_keys import development_key
from scripts import deploy as deploying
from scripts.compilation import load_artifacts
from scripts.deploy import connected
from scripts.deployment_plan import SOURCES, Plan
from scripts.lending_config import Product, committee_tiers
from scripts.networks import load_network
from scripts.self_check import Checker, SelfCheckFailed
from tests.deployment.conftest import GENESIS_TIME

DEPLOYER = Account.from_key(development_key("deployer", 0, 31337)).address
STRANGER = "0x00000000000000000000000000000000000A11cE"


class NotYet(Exception):  # noqa: N818 - ends a run before the handover
    """The contracts are configured, the deployer is still ADMIN."""


class Site:
    """A configured deployment before its handover: `send` acts as the deployer."""

    def __init__(self, chain: LocalChain, checker: Checker) -> None:
        self.chain = chain
        self.checker = checker
        chain.rpc("anvil_impersonateAccount", DEPLOYER)

    @property
    def plan(self) -> Plan:
        return self.checker.plan

    def send(self, name: str, function: str, *arguments: Any) -> None:
        data = load_artifacts()[SOURCES[name]].call(function, *arguments)
        call = {"from": DEPLOYER, "to": self.plan.addresses[name], "data": "0x" + data.hex()}
        call |= {"gas": "0xf4240", "gasPrice": "0x0"}
        sent = self.chain.rpc("eth_sendTransaction", call)
        self.chain.mine()
        assert self.chain.rpc("eth_getTransactionReceipt", sent)["status"] == "0x1"
        self.checker.last_block = self.chain.block_number


@pytest.fixture(scope="module")
def configured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    found: list[Checker] = []

    def stop(checker: Checker) -> None:
        found.append(checker)
        raise NotYet

    folder: Path = tmp_path_factory.mktemp("configured")
    with LocalChain.start(timestamp=GENESIS_TIME) as running, pytest.MonkeyPatch.context() as patch:
        network = load_network("anvil", running.url)
        patch.setattr(Checker, "check_configured", stop)
        with pytest.raises(NotYet):
            deploying.deploy(network, folder)
        patch.undo()
        with connected(network):
            yield Site(running, found[0])


@pytest.fixture
def site(configured: Site) -> Iterator[Site]:
    snapshot = configured.chain.rpc("evm_snapshot")
    last_block = configured.checker.last_block
    configured.checker.failures.clear()
    yield configured
    configured.chain.rpc("evm_revert", snapshot)
    configured.checker.last_block = last_block


def test_check_configured__as_planned__passes(site: Site) -> None:
    site.checker.check_configured()


Fault = Callable[[Site], None]


def address(site: Site, name: str) -> str:
    return site.plan.addresses[name]


FAULTS: dict[str, Fault] = {
    "offices granted": lambda site: site.send(
        "Authority", "grantOffice", 5, STRANGER, 9, GENESIS_TIME + 9_000_000
    ),
    "offices ended": lambda site: site.send(
        "Authority", "revokeOffice", 1, site.checker.config.officers[0].account
    ),
    "writers of Treasury": lambda site: site.send("Treasury", "setWriter", STRANGER, 1, 0),
    "writers of LoanBook": lambda site: site.send(
        "LoanBook", "setWriter", address(site, "TellerDesk"), GENESIS_TIME, GENESIS_TIME + 9_000_000
    ),
    "the directory": lambda site: site.send(
        "Authority", "installContract", b"Extra".ljust(32, b"\0"), address(site, "Books")
    ),
    "Treasury.tellerLimit": lambda site: site.send("Treasury", "setTellerLimit", 1),
    "Treasury.backdatingLimit": lambda site: site.send("Treasury", "setBackdatingLimit", 8),
    "tax on interest": lambda site: site.send("SavingsSukarela", "setInterestTax", 240_000, 0),
    "Books.chartHash": lambda site: site.send("Books", "adoptChart", b"\1" * 32, 20_082, [5110]),
    "LoanPolicy.relatedLimitBps": lambda site: site.send("LoanPolicy", "setRelatedLimit", 999),
    "LoanPolicy.claimDelay": lambda site: site.send("LoanPolicy", "setClaimDelay", 89),
    "products": lambda site: site.send(
        "LoanPolicy", "setProduct", 2, Product(1, max_rate_bps=2_399).conditions()
    ),
    "committee tiers": lambda site: site.send("LoanPolicy", "setTiers", committee_tiers(50_000_001)),
    "writers of SavingsWajib": lambda site: site.send("SavingsWajib", "setWriter", STRANGER, 1, 0),
    "code of Books": lambda site: site.chain.rpc("anvil_setCode", address(site, "Books"), "0x"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_check_configured__seeded_fault__found(site: Site, name: str) -> None:
    FAULTS[name](site)
    with pytest.raises(SelfCheckFailed) as failed:
        site.checker.check_configured()
    assert any(failure.startswith(name) for failure in failed.value.failures)


def test_check_handed_over__before_it__found(site: Site) -> None:
    with pytest.raises(SelfCheckFailed) as failed:
        site.checker.check_handed_over()
    found = "\n".join(failed.value.failures)
    assert "Authority.genesisOpen: True" in found
    assert f"Authority.admin: '{DEPLOYER}'" in found


def test_check_powerless__before_the_handover__finds_the_deployers_role(site: Site) -> None:
    with pytest.raises(SelfCheckFailed) as failed:
        site.checker.check_powerless()
    assert failed.value.failures == ["role 0 of the deployer: True, must be False"]


def test_check_powerless__office_left_to_the_deployer__found(site: Site) -> None:
    site.send("Treasury", "setWriter", DEPLOYER, 1, 0)
    site.send("Authority", "endGenesis", address(site, "RAT"))
    with pytest.raises(SelfCheckFailed) as failed:
        site.checker.check_powerless()
    assert failed.value.failures == ["the deployer as writer of Treasury: (1, 0), must be (0, 0)"]


def test_check_powerless__after_the_handover__passes(site: Site) -> None:
    site.send("Authority", "endGenesis", address(site, "RAT"))
    site.checker.check_handed_over()
    site.checker.check_powerless()
