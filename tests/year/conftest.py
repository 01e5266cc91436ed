"""A deployed cooperative that a test may import into."""

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


@pytest.fixture
def house(chain: LocalChain, tmp_path: Path) -> CommandLine:
    """The contracts deployed; the chain mines only when told."""
    command_line = CommandLine(tmp_path / "home", chain.url)
    command_line.run("deploy", "--json")
    chain.set_mining(False)
    return command_line
