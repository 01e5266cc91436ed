"""An import killed -9 at a seeded moment goes on where it was: nothing twice, nothing lost."""

import os
import random
import signal
import subprocess
import time

import pytest

from koperasi.localchain import LocalChain
from tests.year.command_line import EXAMPLES, CommandLine, rows_of

FOLDER = EXAMPLES / "ksp-kecil"
KILLS = 20 if os.environ.get("KOPERASI_DEEP") else 4
BLOCKS = 100 // KILLS
"""A run lives for fewer than so many blocks: together fewer than the folder makes."""


def wait_for_blocks(running: subprocess.Popen[bytes], chain: LocalChain, count: int) -> None:
    """Until a run has made so many blocks; it must not end before."""
    until, give_up = chain.block_number + count, time.monotonic() + 120
    while chain.block_number < until:
        assert running.poll() is None
        assert time.monotonic() < give_up
        time.sleep(0.005)


@pytest.mark.parametrize("seed", range(2 if not os.environ.get("KOPERASI_DEEP") else 5))
def test_import__killed_again_and_again__ends_as_undisturbed(
    house: CommandLine, house_chain: LocalChain, seed: int
) -> None:
    moments = random.Random(seed)
    for _ in range(KILLS):
        running = house.start("import", str(FOLDER))
        wait_for_blocks(running, house_chain, moments.randrange(1, BLOCKS))
        time.sleep(moments.uniform(0.0, 0.1))
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
