"""A meeting of 100,000 members with real signatures on an anvil: what a ballot costs, and its recount."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.nightly
def test_meeting__100_000_members__a_ballot_costs_as_with_1_000_and_the_recount_keeps_its_bar(
    tmp_path: Path,
) -> None:
    """The benchmark ends with 1 if a bar is missed, a ballot refused, or the recount finds a difference."""
    command = [sys.executable, "-m", "benchmarks", "ballots", "--output", str(tmp_path / "ballots.md")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
