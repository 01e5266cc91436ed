"""Peers, installed on demand into .toolchain/peers, and not by the project's own locks."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.figures import ROOT

HERE: Final = Path(__file__).resolve().parent
HOME: Final = ROOT / ".toolchain" / "peers"
_LIMIT_SECONDS: Final = 900


class PeerError(RuntimeError):
    """A peer that could not be installed or did not do its work: reported in its place."""


def node_app(name: str) -> Path:
    """The folder of the Node program `name` of this package, its dependencies installed."""
    folder = HOME / name
    shutil.copytree(HERE / name, folder, dirs_exist_ok=True)
    wanted = (folder / "package.json").read_text()
    if _stamp(folder, wanted):
        return folder
    options = ["--no-audit", "--no-fund", "--no-progress", "--no-package-lock", "--loglevel=error"]
    _run(["npm", "install", *options, "--prefix", str(folder)], name)
    return _done(folder, wanted)


def python_environment(name: str) -> Path:
    """The Python of a virtual environment that holds requirements-`name`.txt."""
    folder = HOME / name
    python = folder / "bin" / "python"
    requirements = HERE / f"requirements-{name}.txt"
    wanted = f"{sys.version}\n{requirements.read_text()}"
    if _stamp(folder, wanted):
        return python
    _run([sys.executable, "-m", "venv", "--clear", str(folder)], name)
    options = ["--quiet", "--disable-pip-version-check", "--requirement"]
    _run([str(python), "-m", "pip", "install", *options, str(requirements)], name)
    _done(folder, wanted)
    return python


def debian_program(name: str) -> Path:
    """The program `name`, from the package of that name if root may install it."""
    found = shutil.which(name)
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        _run(["apt-get", "update", "-qq"], name, environment)
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", name], name, environment)
        found = shutil.which(name)
    if found is None:
        raise PeerError(f"{name} is not installed: install the package {name} of your system")
    return Path(found)


def _stamp(folder: Path, wanted: str) -> bool:
    stamp = folder / "installed"
    return stamp.exists() and stamp.read_text() == wanted


def _done(folder: Path, wanted: str) -> Path:
    (folder / "installed").write_text(wanted)
    return folder


def _run(command: list[str], name: str, environment: dict[str, str] | None = None) -> None:
    try:
        answer = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_LIMIT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerError(f"{name} was not installed: {error}") from error
    if answer.returncode:
        lines = (answer.stderr or answer.stdout).strip().splitlines()
        raise PeerError(f"{name} was not installed: {command[0]} says: {lines[-1] if lines else 'nothing'}")
