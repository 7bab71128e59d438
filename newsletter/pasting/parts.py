"""What a pasted text is made of: lines of runs, and tables. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from html import escape

BULLET, NUMBER = "bullet", "number"


@dataclass(frozen=True)
class Run:
    """Some words that look the same; ``href`` is http(s), mailto or ""."""

    text: str
    is_bold: bool = False
    href: str = ""


@dataclass(frozen=True)
class Line:
    """A paragraph, heading or point.

    ``level`` is 1–6 for a heading of the source; ``gap`` how many blank lines stood
    before it (0: it follows at once); ``depth`` how far in a point stands.
    """

    runs: tuple[Run, ...]
    level: int = 0
    marker: str = ""
    gap: int = 1
    depth: int = 0
    is_quote: bool = False

    @property
    def text(self) -> str:
        return text_of(self.runs)

    @property
    def is_bold(self) -> bool:
        """Whether every word of it is bold."""
        return all(run.is_bold for run in self.runs if run.text.strip())


@dataclass(frozen=True)
class Grid:
    """A table; every row has as many cells as the first."""

    rows: tuple[tuple[tuple[Run, ...], ...], ...]
    gap: int = 1


type Part = Line | Grid


@dataclass
class Source:
    """A text as it was read. ``remarks`` say what was left out, in words for people."""

    parts: list[Part] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def remark(self, text: str) -> None:
        """Note something, once."""
        if text not in self.remarks:
            self.remarks.append(text)


def text_of(runs: Iterable[Run]) -> str:
    """Return the words, white space folded."""
    return re.sub(r"\s+", " ", "".join(run.text for run in runs)).strip()


def tidy_runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the runs joined where they look the same, white space folded and trimmed."""
    joined: list[Run] = []
    for run in runs:
        text = re.sub(r"\s+", " ", run.text)
        if joined and joined[-1].text.endswith(" "):
            text = text.lstrip(" ")
        if not text:
            continue
        last = joined[-1] if joined else None
        if last and (last.is_bold, last.href) == (run.is_bold, run.href):
            joined[-1] = replace(last, text=last.text + text)
        else:
            joined.append(replace(run, text=text))
    if joined:
        joined[0] = replace(joined[0], text=joined[0].text.lstrip())
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip())
    return tuple(run for run in joined if run.text)


def drop_start(runs: Iterable[Run], length: int) -> tuple[Run, ...]:
    """Return the runs without their first ``length`` characters."""
    kept = []
    for run in runs:
        cut = run.text[length:] if length < len(run.text) else ""
        length = max(0, length - len(run.text))
        if cut:
            kept.append(replace(run, text=cut))
    return tidy_runs(kept)


def write_runs(runs: Iterable[Run], *, plain_weight: bool = False) -> str:
    """Return the runs as rich text: ``b`` and ``a`` only, everything escaped.

    With ``plain_weight`` nothing is bold, as in a heading.
    """
    written = []
    for run in runs:
        html = escape(run.text, quote=False)
        if run.href:
            html = f'<a href="{escape(run.href)}">{html}</a>'
        if run.is_bold and not plain_weight:
            html = f"<b>{html}</b>"
        written.append(html)
    return "".join(written)


def write_paragraphs(lines: Iterable[Iterable[Run]]) -> str:
    """Return a paragraph of rich text for each."""
    return "".join(f"<p>{write_runs(runs)}</p>" for runs in lines)
