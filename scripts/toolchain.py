"""Where this clone keeps its tools, and how they are made ready.

Needs the standard library alone, so that it runs before the virtual environment is there.
"""

import importlib
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".toolchain"
BIN = TOOLS / "bin"
SOLC_FOLDER = TOOLS / "solc"
SOLC_VERSION = "0.8.37"
FOUNDRY_TOOLS = ("anvil", "forge")
FOUNDRY_VERSION = "1.7.1"
BROWNIE_HOME = TOOLS / "home"


def environment() -> dict[str, str]:
    """The variables under which every tool of the clone finds the others."""
    ours = [str(BIN), str(ROOT / ".venv" / "bin"), str(ROOT / "node_modules" / ".bin")]
    theirs = [part for part in os.environ.get("PATH", "").split(os.pathsep) if part not in ours]
    return {
        "SOLCX_BINARY_PATH": str(SOLC_FOLDER),
        "PATH": os.pathsep.join(ours + theirs),
        "ETH_HASH_BACKEND": "pysha3",  # 1.2 microseconds a hash, the default backend 4.6
    }


def activate() -> None:
    """Set `environment()` in this process."""
    os.environ.update(environment())


def load_brownie() -> ModuleType:
    """Brownie, with its data folder inside the clone.

    Brownie writes to `~/.brownie` as it is imported and takes no other folder, so the
    home is another one while the import runs.
    """
    activate()
    if "brownie" in sys.modules:
        return sys.modules["brownie"]
    BROWNIE_HOME.mkdir(parents=True, exist_ok=True)
    home = os.environ.get("HOME")
    os.environ["HOME"] = str(BROWNIE_HOME)
    try:
        return importlib.import_module("brownie")
    finally:
        if home is None:
            del os.environ["HOME"]
        else:
            os.environ["HOME"] = home


def foundry_binary(tool: str) -> Path:
    """The native `anvil` or `forge` for this machine.

    The lock holds those for Linux on amd64; for others (Linux on arm64, macOS) the same
    version is fetched from npm into the tools' folder.
    """
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    package = f"@foundry-rs/{tool}-{platform.system().lower()}-{machine}"
    for prefix in (ROOT, TOOLS / "foundry"):
        binary = prefix / "node_modules" / package / "bin" / tool
        if binary.exists():
            return binary
    wanted = f"{package}@{FOUNDRY_VERSION}"
    prefix.mkdir(parents=True, exist_ok=True)
    install = ["npm", "install", "--no-save", "--no-package-lock", "--no-progress", "--prefix", str(prefix)]
    if subprocess.run([*install, wanted]).returncode != 0 or not binary.exists():
        sys.exit(f"npm has no {wanted}: {tool} runs on Linux and macOS, amd64 and arm64")
    return binary


def link(target: Path, name: Path) -> None:
    """Make `name` a symbolic link to `target`, relative, so that the clone can be moved."""
    name.parent.mkdir(parents=True, exist_ok=True)
    name.unlink(missing_ok=True)
    name.symlink_to(os.path.relpath(target, name.parent))


def prepare() -> None:
    """Put anvil, forge and the pinned compiler where `environment()` says, and see that each answers."""
    solc = SOLC_FOLDER / f"solc-v{SOLC_VERSION}"
    link(ROOT / "scripts" / "toolchain_solc.cjs", solc)
    for tool in FOUNDRY_TOOLS:
        link(foundry_binary(tool), BIN / tool)
    answer = subprocess.run([solc, "--version"], capture_output=True, text=True, check=True).stdout
    if not re.search(rf"Version: {re.escape(SOLC_VERSION)}\+commit", answer):
        sys.exit(f"npm's solc is not {SOLC_VERSION} but: {answer.strip()}; pin it in package.json")
    for tool in FOUNDRY_TOOLS:
        subprocess.run([BIN / tool, "--version"], capture_output=True, check=True)


def compile_contracts() -> None:
    """Compile what changed in contracts/ with Brownie, and keep the storage layouts for a deployment."""
    load_brownie().project.load(ROOT, "Koperasi")
    from scripts.compilation import storage_layouts
    from scripts.deployment_plan import SOURCES

    storage_layouts(set(SOURCES.values()))


if __name__ == "__main__":
    {"prepare": prepare, "compile": compile_contracts}[sys.argv[1]]()
