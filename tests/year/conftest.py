"""A deployed cooperative that a test may import into."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from koperasi.localchain import LocalChain
from rules.calendar import parse_day, timestamp_of_day
from rules.types import WibDay
from tests.year.command_line import CommandLine

EVE: Final = timestamp_of_day(WibDay(parse_day("2025-01-02") - 1)) + 8 * 3600


@pytest.fixture
def chain() -> Iterator[LocalChain]:
    """A chain of its own, the day before the example years begin."""
    with LocalChain.start(timestamp=EVE, slots_in_an_epoch=1) as running:
        yield running


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a chain's state after the deployment, and the deployment's files."""
    folder = tmp_path_factory.mktemp("deployed")
    with LocalChain.start(timestamp=EVE, slots_in_an_epoch=1, state=folder / "chain.json") as running:
        CommandLine(folder / "home", running.url).run("deploy", "--json")
    return folder


@pytest.fixture
def house_chain(deployed: Path, tmp_path: Path) -> Iterator[LocalChain]:
    """The chain of `house`: the contracts are on it, and it mines only when told."""
    state = shutil.copy(deployed / "chain.json", tmp_path / "chain.json")
    with LocalChain.start(state=state, slots_in_an_epoch=1, mining=False) as running:
        running.rpc("evm_setTime", running.timestamp)
        yield running


@pytest.fixture
def house(deployed: Path, house_chain: LocalChain, tmp_path: Path) -> CommandLine:
    """A home with the deployment, on `house_chain`."""
    shutil.copytree(deployed / "home" / "deployments", tmp_path / "home" / "deployments")
    return CommandLine(tmp_path / "home", house_chain.url)
