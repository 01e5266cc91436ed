"""What a measurement is, and how a run writes its figures down."""

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
WIB: Final = timezone(timedelta(hours=7), "WIB")


@dataclass(frozen=True)
class Figure:
    """One measured figure, beside a peer's and against a bar where there is one.

    unit: what `measured` and `peer_measured` are counted in. met: None where the line has no bar.
    """

    work: str
    measured: float | None
    unit: str
    bar: str = ""
    met: bool | None = None
    peer: str = ""
    peer_measured: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many of the peer's figure ours is."""
        if self.measured is None or not self.peer_measured:
            return None
        return self.measured / self.peer_measured


@dataclass(frozen=True)
class Section:
    """The figures of one part of PERFORMANCE.md. problems: what could not be measured, and why."""

    title: str
    figures: Sequence[Figure]
    conditions: str = ""
    problems: Sequence[str] = field(default_factory=tuple)


def at_most(
    work: str, measured: float, unit: str, limit: float, peer: str = "", beside: float | None = None
) -> Figure:
    """A figure whose bar is a ceiling."""
    return Figure(work, measured, unit, f"<= {limit:,.0f}", measured <= limit, peer, beside)


def at_least_times(
    work: str, measured: float, unit: str, times: float, peer: str, beside: float | None
) -> Figure:
    """A figure whose bar is a multiple of a peer's, measured in the same run; missed if the peer was not."""
    return Figure(
        work,
        measured,
        unit,
        f">= {times:.3g} x",
        beside is not None and measured >= times * beside,
        peer,
        beside,
    )


def at_most_times(
    work: str, measured: float, unit: str, times: float, peer: str, beside: float | None
) -> Figure:
    """A figure that may be at most a multiple of a peer's; missed if the peer's was not measured."""
    met = beside is not None and measured <= times * beside
    return Figure(work, measured, unit, f"<= {times:.3g} x", met, peer, beside)


def machine() -> str:
    """Processor, cores, memory, system: what absolute figures hang on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}"
    )


def render(sections: Sequence[Section], scale: float, load_before: float) -> str:
    """RESULTS.md."""
    now = datetime.now(WIB)
    barred = [figure for section in sections for figure in section.figures if figure.met is not None]
    missed = [figure.work for figure in barred if not figure.met]
    lines = [
        "# Results",
        "",
        f"Written by `make bench` on {now:%Y-%m-%d %H:%M} WIB, at commit {_commit()}, scale {scale:g}.",
        f"Machine: {machine()}; load average when it started: {load_before:.2f}.",
        "",
        f"Bars: {len(barred)}, met: {len(barred) - len(missed)}, missed: {len(missed)}.",
        *(f"- missed: {work}" for work in missed),
        "",
        "Bars are gas figures, exact on any machine, times, and ratios to what ran beside us in the same "
        "run. Other absolute figures belong to the machine above.",
    ]
    for section in sections:
        lines += ["", f"## {section.title}", ""]
        if section.conditions:
            lines += [section.conditions, ""]
        if section.figures:
            lines += ["| work | measured | bar | met | peer | peer measured | ours / peer |"]
            lines += ["| --- | ---: | ---: | --- | --- | ---: | ---: |"]
            lines += [_row(figure) for figure in section.figures]
        if section.problems:
            lines += ["", "Not measured:", "", *(f"- {problem}" for problem in section.problems)]
    return "\n".join(lines) + "\n"


def _row(figure: Figure) -> str:
    met = {True: "met", False: "**missed**", None: ""}[figure.met]
    cells = [
        figure.work,
        _amount(figure.measured, figure.unit),
        figure.bar,
        met,
        figure.peer,
        _amount(figure.peer_measured, figure.unit),
        _ratio(figure.ratio),
    ]
    return f"| {' | '.join(cells)} |"


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if value >= 1_000 or float(value).is_integer() else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def _ratio(value: float | None) -> str:
    """Two digits that count, or two after the point."""
    if value is None:
        return ""
    return f"{value:.2g}" if value < 0.1 else f"{value:,.2f}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown processor"


def _commit() -> str:
    answer = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() or "unknown"
