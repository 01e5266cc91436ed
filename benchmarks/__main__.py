"""`python -m benchmarks`: measure every bar, peers included, and write benchmarks/RESULTS.md."""

import argparse
import os
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from benchmarks.figures import ROOT, Section, render
from benchmarks.runs import section

PARTS: Final = {
    "gas": "Gas",
    "meetings": "Meetings",
    "indexing": "Indexing",
    "reports": "Reports",
    "documents": "Documents",
    "api": "API",
    "scale": "Scale",
    "ballots": "Ballots",
}
"""Module of this package, and title of its section. Each has `measure(scale) -> Section`."""


def main() -> int:
    arguments = _arguments()
    load = os.getloadavg()[0]
    sections = []
    for part in arguments.part or PARTS:
        started = time.monotonic()
        print(f"{PARTS[part]} ...", flush=True)
        sections.append(_measure(part, arguments.scale))
        print(f"{PARTS[part]}: {time.monotonic() - started:.0f} s", flush=True)
    text = render(sections, arguments.scale, load)
    arguments.output.write_text(text, "utf-8")
    print(text)
    figures = [figure for section in sections for figure in section.figures]
    broken = any(not section.figures for section in sections)
    return 1 if broken or any(figure.met is False for figure in figures) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help="only these parts (default: all)")
    parser.add_argument(
        "--scale",
        type=float,
        default=1.0,
        help="part of the design's sizes (250,000 events, 1,000,000 entries) to run at; gas is always whole",
    )
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks" / "RESULTS.md")
    arguments = parser.parse_args()
    if not 0 < arguments.scale <= 1:
        parser.error(f"--scale must be above 0 and at most 1, not {arguments.scale:g}")
    return arguments


def _measure(part: str, scale: float) -> Section:
    """A section, measured in a process of its own, or why there is none: the others go on."""
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            return process.submit(section, part, scale).result()
    except Exception as error:
        traceback.print_exc()
        return Section(PARTS[part], (), problems=(f"{PARTS[part]}: {type(error).__name__}: {error}",))


if __name__ == "__main__":
    raise SystemExit(main())
