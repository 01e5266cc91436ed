"""A fresh chain for each test, and an undisturbed deployment to compare with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from koperasi.localchain import LocalChain
from scripts.deploy import Outcome, deploy
from scripts.networks import Network, load_network

GENESIS_TIME = 1_735_100_000


@pytest.fixture
def chain() -> Iterator[LocalChain]:
    with LocalChain.start(timestamp=GENESIS_TIME) as running:
        yield running


@pytest.fixture
def network(chain: LocalChain) -> Network:
    return load_network("anvil", chain.url)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A deployment that nothing stopped; its chain is gone."""
    folder: Path = tmp_path_factory.mktemp("undisturbed")
    with LocalChain.start(timestamp=GENESIS_TIME) as running:
        return deploy(load_network("anvil", running.url), folder)
