"""Run every check of the house and sum them up (make test, nightly, lint).

`python scripts/check.py [--fix] [PART ...]`. All parts run even if one fails, in two lanes at once. The last
line of the output is `N passed, N failed`; the exit status is 1 if anything failed. KOPERASI_DEEP=1 and
FOUNDRY_PROFILE=deep make long runs. A part that cannot run here says so, and is a failure under CI=true.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts import toolchain

ROOT = toolchain.ROOT
REPORTS = toolchain.TOOLS / "reports"
TYPED = ("rules", "indexer", "recount", "verifier", "backend")
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


@dataclass(frozen=True)
class Count:
    """Checks of a part; `missing` says why some could not run here."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    missing: str = ""

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.missing or other.missing,
        )


PASSED = Count(passed=1)
FAILED = Count(failed=1)


def has_files(folder: str, pattern: str) -> bool:
    """Whether a part is there yet."""
    return any((ROOT / folder).rglob(pattern))


def run(*command: str | Path, **more_environment: str) -> int:
    """Show a command, run it in the root, and return its exit status."""
    print(f"$ {' '.join(map(str, command))}", flush=True)
    return subprocess.run(command, cwd=ROOT, env=os.environ | more_environment).returncode


def single(*command: str | Path) -> Count:
    """A tool that is one check."""
    return PASSED if run(*command) == 0 else FAILED


def junit(report: Path, status: int) -> Count:
    """What a JUnit report counts; a run that failed without saying where is one failure."""
    count = Count()
    if report.exists():
        for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 (our own file)
            tests, failures, errors, skipped = (
                int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")
            )
            bad = failures + errors
            count += Count(max(tests - bad - skipped, 0), bad, skipped)
    return count if bool(status) == bool(count.failed) else count + FAILED


def pytest(name: str, *arguments: str, **more_environment: str) -> Count:
    """A pytest run in a process of its own."""
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    options = ("-q", "--durations=5", "--durations-min=1", f"--junitxml={report}")
    return junit(report, run(sys.executable, "-m", "pytest", *options, *arguments, **more_environment))


def lint(fix: bool = False) -> Count:
    """Style and types: ruff, mypy --strict, forge fmt, solhint, and the frontend's own."""
    check = () if fix else ("--check",)
    count = single("ruff", "check", *(("--fix",) if fix else ()), ".") + single("ruff", "format", *check, ".")
    packages = [option for package in TYPED if has_files(package, "*.py") for option in ("-p", package)]
    if packages:
        count += single("mypy", "--strict", *packages)
    if has_files("contracts", "*.sol"):
        count += single("forge", "fmt", *check)
        count += single("solhint", "--noPoster", "--disc", "--max-warnings", "0", "contracts/**/*.sol")
    for script in ("lint", "typecheck"):
        if script in frontend_scripts():
            count += single("npm", "run", script, "--workspace", "frontend")
    return count


def forge() -> Count:
    """Solidity unit, fuzz and invariant tests."""
    command = ("forge", "test")
    print(f"$ {' '.join(command)}", flush=True)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        summary = None
        for line in process.stdout or ():
            print(line, end="", flush=True)
            plain = re.sub(r"\x1b\[[0-9;]*m", "", line)
            summary = re.search(r"(\d+) tests passed, (\d+) failed, (\d+) skipped", plain) or summary
    if summary is None:
        return FAILED
    count = Count(*map(int, summary.groups()))
    return count if bool(process.returncode) == bool(count.failed) else count + FAILED


def contracts() -> Count:
    """Contracts through Brownie on an anvil of their own, but those of loans."""
    return pytest("contracts", "--ignore-glob=tests/contracts/Loan*", "tests/contracts")


def loans() -> Count:
    """The contracts of loans, on another anvil: it keeps every block in memory."""
    return pytest("loans", *map(str, sorted((ROOT / "tests" / "contracts").glob("Loan*"))))


def year() -> Count:
    """The main job as a user runs it, on chains of its own."""
    return pytest("year", "-p", "no:pytest-brownie", "tests/year")


def python() -> Count:
    """All other tests; the project is not compiled for them."""
    return pytest("python", "-p", "no:pytest-brownie", "--ignore=tests/e2e", "--ignore=tests/year", "tests")


def frontend_scripts() -> dict[str, str]:
    """The scripts of frontend/package.json, none while it is not there."""
    package = ROOT / "frontend" / "package.json"
    return json.loads(package.read_text()).get("scripts", {}) if package.exists() else {}


def frontend() -> Count:
    """Vitest."""
    report = REPORTS / "frontend.xml"
    report.unlink(missing_ok=True)
    reporters = ("--reporter=default", "--reporter=junit", f"--outputFile.junit={report}")
    return junit(report, run("npm", "test", "--workspace", "frontend", "--", *reporters))


def browser() -> str | None:
    """Chromium for the browser tests; Debian's package is installed if this is root on Debian."""
    found = os.environ.get("KOPERASI_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found or not shutil.which("apt-get") or os.geteuid() != 0:
        return found
    print("Chromium is missing: installing Debian's", flush=True)
    if run("apt-get", "update", "-qq") == 0:
        packages = ("--no-install-recommends", "chromium")
        run("apt-get", "install", "-y", "-qq", *packages, DEBIAN_FRONTEND="noninteractive")
    return shutil.which("chromium")


def e2e() -> Count:
    """The whole house, driven by a browser."""
    path = browser()
    if path is None:
        return Count(
            missing="no Chromium: install it (Debian: apt install chromium) or set KOPERASI_CHROMIUM"
        )
    return pytest("e2e", "-p", "no:pytest-brownie", "tests/e2e", KOPERASI_CHROMIUM=path)


PARTS: dict[str, tuple[Callable[[], Count], Callable[[], bool]]] = {
    "lint": (lint, lambda: True),
    "forge": (forge, lambda: has_files("tests/forge", "*.t.sol")),
    "contracts": (contracts, lambda: has_files("tests/contracts", "test_*.py")),
    "loans": (loans, lambda: has_files("tests/contracts", "test_*.py")),
    "year": (year, lambda: has_files("tests/year", "test_*.py")),
    "python": (python, lambda: has_files("tests", "test_*.py")),
    "frontend": (frontend, lambda: "test" in frontend_scripts()),
    "e2e": (e2e, lambda: has_files("tests/e2e", "test_*.py")),
}


LANES: tuple[tuple[str, ...], tuple[str, ...]] = (
    ("contracts", "loans", "year"),
    ("lint", "forge", "python", "frontend", "e2e"),
)
"""Parts that share nothing run beside one another: two cores, half the time."""


def run_part(name: str, part: Callable[[], Count]) -> Count:
    """Run a part and say how long it took."""
    print(f"\n== {name}", flush=True)
    started = time.monotonic()
    count = part()
    words = f"{count.passed} passed, {count.failed} failed, {count.skipped} skipped"
    print(f"== {name}: {words} in {time.monotonic() - started:.1f} s", flush=True)
    if count.missing:
        print(f"!! {name} COULD NOT RUN: {count.missing}", flush=True)
        return count + FAILED if os.environ.get("CI") == "true" else count
    return count


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fix", action="store_true", help="let lint put right what it can")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all if none is named"
    )
    options = parser.parse_args(arguments)
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    toolchain.activate()
    REPORTS.mkdir(parents=True, exist_ok=True)
    total = run_parts(options.parts, options.fix) if options.parts or options.fix else run_lanes()
    print(f"\n{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


def run_parts(names: Sequence[str], fix: bool) -> Count:
    """The parts named, or all, one after the other."""
    total = Count()
    for name in names or PARTS:
        part, present = PARTS[name]
        if present():
            total += run_part(name, (lambda: lint(fix=True)) if fix and name == "lint" else part)
        else:
            print(f"\n== {name}: has no files yet", flush=True)
    return total


def run_lanes() -> Count:
    """All parts in two processes at once; what the second prints is shown when the first has ended."""
    command = (sys.executable, __file__)
    with (REPORTS / "second-lane.log").open("w+") as log:
        with subprocess.Popen(
            (*command, *LANES[1]), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
        ) as second:
            total = run_parts(LANES[0], fix=False)
        log.seek(0)
        *shown, closing = log.read().rstrip().splitlines() or [""]
    print("\n".join(shown), flush=True)
    told = re.fullmatch(r"(\d+) passed, (\d+) failed", closing)
    count = Count(int(told[1]), int(told[2])) if told else FAILED
    if not told:
        print(closing, flush=True)
    return total + (count if bool(second.returncode) == bool(count.failed) else count + FAILED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
