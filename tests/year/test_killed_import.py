"""An import killed -9 at a seeded moment goes on where it was: nothing twice, nothing lost."""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from koperasi.localchain import LocalChain
from rules.calendar import parse_day, timestamp_of_day
from rules.types import WibDay
from tests.year.command_line import EXAMPLES, CommandLine, rows_of

FOLDER = EXAMPLES / "ksp-kecil"
KILLS = 20 if os.environ.get("KOPERASI_DEEP") else 4
EVE = timestamp_of_day(WibDay(parse_day("2025-01-02") - 1)) + 8 * 3600


@pytest.fixture
def house(tmp_path: Path) -> Iterator[CommandLine]:
    """A deployed cooperative on a chain of its own, mining only when told."""
    with LocalChain.start(timestamp=EVE, slots_in_an_epoch=1) as chain:
        command_line = CommandLine(tmp_path, chain.url)
        command_line.run("deploy", "--json")
        chain.set_mining(False)
        yield command_line


@pytest.mark.parametrize("seed", range(2 if not os.environ.get("KOPERASI_DEEP") else 5))
def test_import__killed_again_and_again__ends_as_undisturbed(house: CommandLine, seed: int) -> None:
    moments = random.Random(seed)
    for _ in range(KILLS):
        running = house.start("import", str(FOLDER))
        time.sleep(moments.uniform(1.0, 4.0))
        running.send_signal(signal.SIGKILL)
        running.wait()
    report = house.json("import", str(FOLDER))
    assert report["waiting"] == 0
    assert report["known"] > 0
    rejects = house.run("rejects", "--csv").stdout
    assert rejects == (FOLDER / "expected" / "rejects.csv").read_bytes()
    house.json("sync")
    assert house.json("reconcile")["reconciled"] is True
    for kind in ("savings", "loans", "cash"):
        found = rows_of(house.csv("balances", kind, "--month", "2025-12"))
        expected = rows_of((FOLDER / "expected" / f"{kind}.csv").read_bytes())
        assert found == [row for row in expected if row["month"] == "2025-12"]
