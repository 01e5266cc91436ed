"""An import killed -9 at a seeded moment goes on where it was: nothing twice, nothing lost."""

import os
import random
import signal
import time

import pytest

from tests.year.command_line import EXAMPLES, CommandLine, rows_of

FOLDER = EXAMPLES / "ksp-kecil"
KILLS = 20 if os.environ.get("KOPERASI_DEEP") else 4


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
