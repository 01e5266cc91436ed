"""`koperasi serve` as it is run: started, asked, stopped."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.backend.books import Books


@contextmanager
def serve(books: Books, home: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    command = [Path(sys.executable).with_name("koperasi"), "serve", *options]
    environment = os.environ | {"KOPERASI_LEDGER_URL": books.url, "KOPERASI_HOME": str(home)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def address_of(process: subprocess.Popen[str]) -> str:
    """Where it says that it serves, once it answers there."""
    assert process.stderr
    found = re.search(r"http://[\d.:]+", process.stderr.readline())
    assert found
    for _ in range(200):
        try:
            httpx.get(f"{found[0]}/api/v1/health/live", trust_env=False).raise_for_status()
            return found[0]
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("it does not answer")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_serve__stopped_while_somebody_listens__ends_at_once(
    books: Books, tmp_path: Path, workers: str
) -> None:
    with serve(books, tmp_path, "--port", "0", "--workers", workers) as process:
        address = address_of(process)
        with httpx.stream("GET", f"{address}/api/v1/events", trust_env=False) as stream:
            assert next(stream.iter_lines()).startswith("id: ")
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0


def test_serve__metrics_of_two_workers__are_one_sum(books: Books, tmp_path: Path) -> None:
    with serve(books, tmp_path, "--port", "0", "--workers", "2") as process:
        address = address_of(process)
        for _ in range(20):
            httpx.get(f"{address}/api/v1/accounts", trust_env=False)
        metrics = httpx.get(f"{address}/metrics", trust_env=False).text
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    assert 'route="/api/v1/accounts",status="200"} 20.0' in metrics


def test_serve__port_taken__says_so_in_both_languages(books: Books, tmp_path: Path) -> None:
    taken = socket.create_server(("127.0.0.1", 0))
    with taken, serve(books, tmp_path, "--port", str(taken.getsockname()[1])) as process:
        _, told = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "Pilih yang lain dengan --port" in told
    assert "Choose another with --port" in told
    assert "Traceback" not in told


def test_serve__setting_that_cannot_be__is_named(books: Books, tmp_path: Path) -> None:
    with serve(books, tmp_path, "--workers", "100") as process:
        _, told = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "KOPERASI_WORKERS" in told
    assert "Traceback" not in told
