"""Plain text becomes lines and tables: blank lines, tabs, points, wrapped lines. Pure."""

import re

from newsletter.pasting.inline import read_runs
from newsletter.pasting.parts import BULLET, NUMBER, Grid, Line, Source, drop_start

POINT = re.compile(r"(?:[-*•·▪◦‣●○§]|[oO](?=\s{2}))\s+")
NUMBERED = re.compile(r"\(?\d{1,2}[.)]\s+(?=\S)")
# A line is wrapped by hand where the next word would not have fitted.
SHORTEST_WRAP, LONGEST_WRAP = 45, 100
PAGE_GAP = 3
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


def read_plain(text: str) -> Source:
    """Return plain text as a source."""
    source = Source()
    for gap, block in _split_blocks(text):
        for number, line in enumerate(_join_wrapped(block)):
            _add(source, line, 0 if number else gap)
    return source


def mark_points(line: Line) -> Line:
    """Return a line whose text begins with a point's sign as that point."""
    for marker, pattern in ((BULLET, POINT), (NUMBER, NUMBERED)):
        if match := pattern.match(line.text):
            runs = drop_start(line.runs, match.end())
            return Line(runs, 0, marker, line.gap, line.depth) if runs else line
    return line


def _split_blocks(text: str) -> list[tuple[int, list[str]]]:
    """Return the lines between blank lines, each with how many of these went before."""
    text = INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.replace("\xa0", " ").replace("\f", "\n" * PAGE_GAP)
    blocks: list[tuple[int, list[str]]] = []
    gap, is_open = 0, False
    for line in re.split("[\n\u2028\u2029\v]", text):
        if not line.strip():
            gap, is_open = gap + 1, False
        elif is_open:
            blocks[-1][1].append(line.rstrip())
        else:
            blocks.append((gap, [line.rstrip()]))
            gap, is_open = 0, True
    return blocks


def _join_wrapped(lines: list[str]) -> list[str]:
    """Return the lines with those joined that were only broken to fit a width."""
    width = max(map(len, lines))
    if any(map(_is_row, lines)):
        return lines
    if not SHORTEST_WRAP <= width <= LONGEST_WRAP:
        return lines
    joined = [lines[0]]
    for before, line in zip(lines, lines[1:], strict=False):
        begins = _begins_anew(line)
        first_word = line.split()[0]
        if not begins and len(before) + 1 + len(first_word) > width:
            glue = "" if re.search(r"\w-$", before) and first_word.islower() else " "
            joined[-1] = joined[-1].removesuffix("-" if not glue else "")
            joined[-1] += glue + line.strip()
        else:
            joined.append(line)
    return joined


def _begins_anew(line: str) -> bool:
    """Whether a line is a point or an address, and no rest of the line before."""
    is_address = re.match(r"\s*(?:<?https?://|www\.)", line)
    return bool(is_address or mark_points(Line(read_runs(line, Source()))).marker)


def _add(source: Source, text: str, gap: int) -> None:
    last = source.parts[-1] if source.parts else None
    if _is_row(text):
        cells = tuple(read_runs(cell, source) for cell in text.split("\t"))
        if isinstance(last, Grid) and not gap and len(last.rows[0]) == len(cells):
            source.parts[-1] = Grid((*last.rows, cells), last.gap)
        else:
            source.parts.append(Grid((cells,), gap))
        return
    depth = 1 if re.match(r"\s{3,}[-*•·o]", text) else 0
    runs = read_runs(text.strip(), source)
    if runs:
        source.parts.append(mark_points(Line(runs, gap=gap, depth=depth)))


def _is_row(text: str) -> bool:
    """Whether a line is cells with tabs between; a tab after a point's sign is none."""
    begins = POINT.match(text.strip()) or NUMBERED.match(text.strip())
    return "\t" in text.strip() and not begins
