"""Medians, ratios, and the table in Markdown."""

import os
import platform
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.send.processes import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN = "<!-- bench-send begins: make bench-send WRITE=1 writes what is between -->"
END = "<!-- bench-send ends -->"
# Before each part stands its name.
PART = re.compile(r"<!-- (\w+) -->")


@dataclass
class Pairs:
    """A rate and the limit measured right before it, again and again."""

    rates: list[float] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)

    def add(self, rate: float, limit: float) -> None:
        self.rates.append(rate)
        self.limits.append(limit)

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    @property
    def ratio(self) -> str:
        """The median of the ratios pair by pair, and their range."""
        ratios = sorted(r / n for r, n in zip(self.rates, self.limits, strict=True))
        return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"


@dataclass
class Section:
    """One table: a heading, its columns, its rows, and what to know about it."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"### {self.title}", "", *self.notes, ""] if self.notes else [
            f"### {self.title}", ""
        ]  # fmt: skip
        lines.append(f"| {' | '.join(self.columns)} |")
        lines.append(f"|{'---|' * len(self.columns)}")
        lines += [f"| {' | '.join(row)} |" for row in self.rows]
        return "\n".join(lines)


def describe_run(letters: int, rounds: int) -> str:
    """Return when, where and of what the figures are."""
    return (
        f"{describe_machine()} {letters:,} letters a measurement where nothing else is "
        f"said, medians of {rounds} rounds taken in turn, on loopback, without TLS."
    )


def describe_machine() -> str:
    """Return when and where something was measured, and how busy the machine is."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {_read_processor()}, "
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}; load at the end "
        f"{load}."
    )


def write_part(name: str, text: str, order: Sequence[str]) -> None:
    """Put the figures of one part into docs/benchmarks.md; the others stay as they are.

    ``order`` names all parts as they stand on the page.
    """
    page = PAGE.read_text(encoding="utf-8")
    before, _begin, rest = page.partition(BEGIN)
    inside, _end, after = rest.partition(END)
    pieces = PART.split(inside)
    parts = dict(zip(pieces[1::2], pieces[2::2], strict=True)) | {name: text}
    written = "\n\n".join(
        f"<!-- {part} -->\n\n{parts[part].strip()}" for part in order if part in parts
    )
    PAGE.write_text(f"{before}{BEGIN}\n\n{written}\n\n{END}{after}", encoding="utf-8")


def _read_processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return " ".join(line.partition(":")[2].split())
    return platform.processor()
