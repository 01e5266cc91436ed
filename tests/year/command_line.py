"""Runs `koperasi` as a user does, each run in a home of its own."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
COMMAND = [sys.executable, "-c", "from koperasi.cli import app; app()"]


@dataclass(frozen=True)
class CommandLine:
    """`koperasi` with its state in `home`, on an RPC endpoint if one is given."""

    home: Path
    rpc: str = ""

    def environment(self) -> dict[str, str]:
        return {**os.environ, "KOPERASI_HOME": str(self.home), "KOPERASI_RPC_ANVIL": self.rpc}

    def run(self, *arguments: str, exit_code: int = 0) -> subprocess.CompletedProcess[bytes]:
        """Run to its end; the output as bytes."""
        done = subprocess.run(
            [*COMMAND, *arguments], env=self.environment(), cwd=ROOT, capture_output=True, timeout=600
        )
        assert done.returncode == exit_code, done.stderr.decode()
        return done

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start and leave running; its output is dropped."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            env=self.environment(),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def json(self, *arguments: str) -> Any:
        """What the command prints with --json."""
        return json.loads(self.run(*arguments, "--json").stdout)

    def csv(self, *arguments: str) -> bytes:
        """What the command prints with --csv."""
        return self.run(*arguments, "--csv").stdout


def expected_months(folder: Path) -> list[str]:
    """The months that `expected/cash.csv` speaks of."""
    return [row["month"] for row in rows_of((folder / "expected" / "cash.csv").read_bytes())]


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def expected_rows(folder: Path, kind: str, month: str) -> bytes:
    """The header and the rows of one month of `expected/<kind>.csv`, to the byte."""
    lines = (folder / "expected" / f"{kind}.csv").read_bytes().splitlines(keepends=True)
    return b"".join([lines[0], *(line for line in lines[1:] if line.startswith(f"{month},".encode()))])


def expected_schedules(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each loan's number and schedule."""
    for path in sorted((folder / "expected" / "schedules").iterdir()):
        yield str(int(path.stem.removeprefix("loan-"))), path.read_bytes()
