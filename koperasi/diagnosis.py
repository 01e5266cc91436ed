"""What `koperasi doctor` looks at: what each check found, and how to get what is missing."""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from koperasi.errors import KoperasiError
from koperasi.home import deployments_folder, home

_SETUP: Final = ("Jalankan: make setup", "Run: make setup")
_MIN_FREE_BYTES: Final = 1_000_000_000
_ANSWER_SECONDS: Final = 5.0


class State(StrEnum):
    """OK, MISSING (needed), ABSENT (only some commands need it)."""

    OK = "ok"
    MISSING = "missing"
    ABSENT = "absent"


@dataclass(frozen=True)
class Finding:
    """indonesian, english: what to do; empty when nothing is to be done."""

    name: str
    state: State
    found: str
    indonesian: str = ""
    english: str = ""


def diagnose(network: str) -> Iterator[Finding]:
    """Every finding, in the order in which one puts things right."""
    yield _python()
    yield _program("node", r"v(\d+)", 20)
    yield from _tools()
    yield _chromium()
    yield _home()
    yield _database(network)
    yield _endpoint(network)
    yield _deployment(network)


def _python() -> Finding:
    version = platform.python_version_tuple()
    good = tuple(map(int, version[:2])) >= (3, 11)
    remedy = ("", "") if good else ("Pasang Python 3.11 atau lebih baru.", "Install Python 3.11 or newer.")
    return Finding("python", State.OK if good else State.MISSING, platform.python_version(), *remedy)


def _program(name: str, pattern: str, least: int) -> Finding:
    answer = _version(name)
    found = re.search(pattern, answer)
    if found and int(found[1]) >= least:
        return Finding(name, State.OK, answer)
    return Finding(
        name,
        State.MISSING,
        answer or "-",
        f"Pasang {name} {least} atau lebih baru, dengan npm: https://nodejs.org",
        f"Install {name} {least} or newer, with npm: https://nodejs.org",
    )


def _tools() -> Iterator[Finding]:
    """What make setup makes."""
    from scripts import toolchain

    solc = toolchain.SOLC_FOLDER / f"solc-v{toolchain.SOLC_VERSION}"
    for name, binary in {
        "anvil": toolchain.BIN / "anvil",
        "forge": toolchain.BIN / "forge",
        "solc": solc,
    }.items():
        answer = _version(str(binary))
        yield Finding(name, State.OK, answer) if answer else Finding(name, State.MISSING, "-", *_SETUP)
    made = {
        "npm packages": toolchain.ROOT / "node_modules" / "@openzeppelin" / "contracts",
        "contracts": toolchain.ROOT / "build" / "contracts" / "Authority.json",
    }
    for name, path in made.items():
        shown = str(path.relative_to(toolchain.ROOT))
        yield Finding(name, State.OK, shown) if path.exists() else Finding(name, State.MISSING, "-", *_SETUP)


def _chromium() -> Finding:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("KOPERASI_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path and Path(path).exists():
        return Finding("chromium", State.OK, path)
    return Finding(
        "chromium",
        State.ABSENT,
        path or "-",
        "Hanya untuk uji peramban: apt install chromium, atau isi KOPERASI_CHROMIUM.",
        "Only browser tests need it: apt install chromium, or set KOPERASI_CHROMIUM.",
    )


def _home() -> Finding:
    try:
        folder = home()
    except KoperasiError as error:
        return Finding("home", State.MISSING, "-", error.indonesian, error.english)
    free = shutil.disk_usage(folder).free
    found = f"{folder} ({free // 10**6} MB)"
    if not os.access(folder, os.W_OK):
        return Finding(
            "home",
            State.MISSING,
            found,
            "Folder ini tidak dapat ditulis: isi KOPERASI_HOME dengan folder lain.",
            "This folder cannot be written: set KOPERASI_HOME to another one.",
        )
    if free < _MIN_FREE_BYTES:
        return Finding(
            "home",
            State.ABSENT,
            found,
            "Ruang disk kurang dari 1 GB: kosongkan, atau isi KOPERASI_HOME.",
            "Less than 1 GB of disk is free: make room, or set KOPERASI_HOME.",
        )
    return Finding("home", State.OK, found)


def _database(network: str) -> Finding:
    """The ledger's database: SQLite by default, or what KOPERASI_LEDGER_URL says."""
    url = os.environ.get("KOPERASI_LEDGER_URL", "")
    if not url.startswith("postgresql"):
        return Finding("ledger", State.OK, url or f"sqlite ({home() / f'ledger-{network}.sqlite'})")
    import sqlalchemy

    shown = sqlalchemy.make_url(url).render_as_string(hide_password=True)
    try:
        engine = sqlalchemy.create_engine(url, connect_args={"connect_timeout": int(_ANSWER_SECONDS)})
        with engine.connect() as connection:
            version = connection.scalar(sqlalchemy.text("show server_version"))
        return Finding("ledger", State.OK, f"{shown} ({version})")
    except sqlalchemy.exc.SQLAlchemyError as error:
        reason = type(error.__cause__ or error).__name__
        return Finding(
            "ledger",
            State.MISSING,
            f"{shown} ({reason})",
            "PostgreSQL tidak menjawab: periksa KOPERASI_LEDGER_URL, atau hapus untuk memakai SQLite.",
            "PostgreSQL does not answer: check KOPERASI_LEDGER_URL, or unset it to use SQLite.",
        )


def _endpoint(network: str) -> Finding:
    import httpx

    from scripts.errors import DeploymentError
    from scripts.networks import load_network, shown

    try:
        target = load_network(network)
    except DeploymentError as error:
        return Finding("rpc", State.MISSING, network, error.indonesian, error.english)
    call = {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}
    answers: list[tuple[str, int | str]] = []
    for url in target.rpc_urls:
        try:
            answer = httpx.post(url, json=call, timeout=_ANSWER_SECONDS).json()
            answers.append((shown(url), int(answer["result"], 16)))
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            answers.append((shown(url), type(error).__name__))
    found = ", ".join(f"{url}: {answer}" for url, answer in answers)
    if all(answer == target.chain_id for _, answer in answers):
        return Finding("rpc", State.OK, found)
    if target.development:
        return Finding(
            "rpc",
            State.ABSENT,
            found,
            "koperasi demo memulai chain sendiri; untuk yang lain: koperasi chain",
            "koperasi demo starts a chain of its own; for the rest: koperasi chain",
        )
    return Finding(
        "rpc",
        State.MISSING,
        found,
        f"Semua alamat di {target.chain.rpc_env} harus menjawab sebagai chain {target.chain_id}.",
        f"Every endpoint in {target.chain.rpc_env} must answer as chain {target.chain_id}.",
    )


def _deployment(network: str) -> Finding:
    from indexer.config import load_networks
    from scripts.deployment_state import DeploymentState
    from scripts.errors import DeploymentError

    chain = load_networks().get(network)
    if chain is None:
        return Finding("deployment", State.ABSENT, "-")
    file = deployments_folder(chain.development) / f"{network}.json"
    try:
        state = DeploymentState.read(file)
    except DeploymentError as error:
        return Finding("deployment", State.MISSING, str(file), error.indonesian, error.english)
    if state is not None and state.complete:
        return Finding("deployment", State.OK, str(file))
    command = f"koperasi deploy --network {network}"
    return Finding(
        "deployment",
        State.ABSENT,
        str(file) if state else "-",
        f"Belum selesai: {command}" if state else f"Belum ada: {command}",
        f"Not complete: {command}" if state else f"None yet: {command}",
    )


def _version(program: str) -> str:
    """The line of `program --version` that has a version, or nothing."""
    from scripts import toolchain

    environment = os.environ | toolchain.environment()
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=_ANSWER_SECONDS, env=environment
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = [line.strip() for line in answer.stdout.splitlines()]
    return next((line for line in lines if re.search(r"\d+\.\d+", line)), "")
