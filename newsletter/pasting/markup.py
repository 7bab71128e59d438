"""HTML from Word, Google Docs, a mail or a web page becomes lines and tables.

Only text gets through: its structure, what is bold, and links that a letter may hold.
Nothing of the markup is passed on; the blocks are written anew from the words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag
from django.utils.translation import gettext as _

from newsletter.exceptions import PasteError
from newsletter.pasting.inline import (
    clean_address,
    read_runs,
    remark_dead_link,
)
from newsletter.pasting.parts import BULLET, NUMBER, Grid, Line, Run, Source, tidy_runs
from newsletter.pasting.plain import INVISIBLE, PAGE_GAP, mark_points

# Their words are no words of the text.
SILENT = {
    "script", "style", "template", "title", "head", "iframe", "object", "embed",
    "applet", "noscript", "svg", "math", "form", "button", "input", "select",
    "textarea", "audio", "video", "canvas", "link", "meta", "base", "xml", "map",
}  # fmt: skip
BLOCK = {
    "p", "div", "section", "article", "header", "footer", "main", "aside", "nav",
    "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "pre", "address", "figure",
    "figcaption", "details", "summary", "hr", "center", "h1", "h2", "h3", "h4", "h5",
    "h6", "table", "body", "html", "fieldset",
}  # fmt: skip
BOLD = {"b", "strong"}
HEADING = re.compile(r"h([1-6])$")
WORD_HEADING = re.compile(r"(?:Mso)?(?:Heading|Rubrik)\s?([1-6])", re.IGNORECASE)
WORD_TITLE = re.compile(r"MsoTitle|MsoSubtitle|^Title$", re.IGNORECASE)
PAGE_BREAK = re.compile(r"page-break-before:\s*always|break-before:\s*page", re.I)
DEEPEST = 60


@dataclass(frozen=True)
class _Look:
    """What holds for the words inside an element."""

    is_bold: bool = False
    href: str = ""
    level: int = 0
    marker: str = ""
    depth: int = 0
    is_quote: bool = False
    # Which <li> it is in, so that a point's second paragraph is known for one.
    point: int = 0


class _Reader:
    """Walks the tree and breaks a line wherever a block begins or ends."""

    def __init__(self) -> None:
        self.source = Source()
        self.runs: list[Run] = []
        # What the line under way began as.
        self.look = _Look()
        self.last_point = 0
        self.gap = 1

    def walk(self, node: PageElement, look: _Look, depth: int = 0) -> None:
        if depth > DEEPEST:
            raise PasteError(_("This page is built too deep to be read."))
        if type(node) is NavigableString:
            self.add(str(node), look)
        elif isinstance(node, Tag) and node.name not in SILENT:
            self.enter(node, look, depth)

    def enter(self, tag: Tag, look: _Look, depth: int) -> None:
        style = _style_of(tag)
        if _is_hidden(tag, style):
            return
        if PAGE_BREAK.search(style):
            self.end_line()
            self.gap = PAGE_GAP
        if tag.name == "br":
            self.end_line(gap_after=0)
        elif tag.name == "img":
            self.remark_picture(tag)
        elif tag.name == "table":
            self.end_line()
            self.add_table(tag, look, depth)
        elif tag.name in BLOCK:
            self.end_line()
            self.walk_all(tag, _look_of_block(tag, look, style), depth)
            self.end_line()
        else:
            self.walk_all(tag, self.look_inline(tag, look, style), depth)

    def walk_all(self, tag: Tag, look: _Look, depth: int) -> None:
        for child in tag.children:
            self.walk(child, look, depth + 1)

    def add(self, text: str, look: _Look) -> None:
        text = INVISIBLE.sub("", text).replace("\xa0", " ")
        if not self.runs:
            if not text.strip():
                return
            self.look = look
        self.runs.append(Run(text, look.is_bold, look.href))

    def end_line(self, gap_after: int = 1) -> None:
        """Close the line under way; what follows stands ``gap_after`` lines below it."""
        runs = tidy_runs(_link_loose(self.runs, self.source))
        if runs:
            self.add_line(runs)
            self.gap = gap_after
        else:
            self.gap = max(self.gap, gap_after)
        self.runs = []

    def add_line(self, runs: tuple[Run, ...]) -> None:
        look, parts = self.look, self.source.parts
        last = parts[-1] if parts else None
        if look.point and look.point == self.last_point and isinstance(last, Line):
            parts[-1] = replace(last, runs=tidy_runs((*last.runs, Run(" "), *runs)))
            return
        line = Line(runs, look.level, look.marker, self.gap, look.depth, look.is_quote)
        parts.append(line if look.marker else mark_points(line))
        self.last_point = look.point

    def look_inline(self, tag: Tag, look: _Look, style: str) -> _Look:
        if tag.name in BOLD or re.search(r"font-weight:\s*(?:bold|[6-9]00)", style):
            look = replace(look, is_bold=True)
        if re.search(r"font-weight:\s*(?:normal|[1-5]00)", style):
            look = replace(look, is_bold=False)
        if tag.name == "a" and tag.get("href"):
            href = clean_address(str(tag["href"]))
            if not href and tag.get_text(strip=True):
                remark_dead_link(self.source, tag.get_text(" "))
            look = replace(look, href=href)
        return look

    def remark_picture(self, tag: Tag) -> None:
        alt = " ".join(str(tag.get("alt") or "").split())[:80]
        self.source.remark(
            _("The picture “%(alt)s” was left out. Upload it and choose it in a block.")
            % {"alt": alt}
            if alt
            else _("A picture was left out. Upload it and choose it in a block.")
        )

    def add_table(self, table: Tag, look: _Look, depth: int) -> None:
        rows = [
            [
                cell
                for cell in row.find_all(["td", "th"])
                if cell.find_parent("tr") is row
            ]
            for row in table.find_all("tr")
            if row.find_parent("table") is table
        ]
        rows = [row for row in rows if row]
        columns = max(map(len, rows), default=0)
        if columns < 2 or table.find("table"):
            # Only there for the layout.
            for row in rows:
                for cell in row:
                    self.walk_all(cell, look, depth + 1)
                    self.end_line()
            return
        read = (tuple(self.read_cell(cell, depth) for cell in row) for row in rows)
        even = tuple((*row, *[()] * (columns - len(row))) for row in read)
        filled = tuple(row for row in even if any(row))
        if filled:
            self.source.parts.append(Grid(filled, self.gap))

    def read_cell(self, cell: Tag, depth: int) -> tuple[Run, ...]:
        inner = _Reader()
        inner.source.remarks = self.source.remarks
        inner.walk_all(cell, _Look(), depth + 1)
        inner.end_line()
        runs: list[Run] = []
        for part in inner.source.parts:
            if isinstance(part, Line):
                runs += [Run(" "), *part.runs]
        return tidy_runs(runs)


def read_markup(html: str) -> Source:
    """Return HTML as a source; PasteError where it cannot be read."""
    try:
        tree = BeautifulSoup(html, "html.parser")
    except (ValueError, RecursionError, AssertionError) as error:
        raise PasteError(_("This cannot be read as a text.")) from error
    reader = _Reader()
    reader.walk_all(tree, _Look(), 0)
    reader.end_line()
    return reader.source


def _look_of_block(tag: Tag, look: _Look, style: str) -> _Look:
    """Return what holds for the words inside a block element."""
    look = replace(look, is_bold=look.is_bold and tag.name != "p")
    classes = " ".join(filter(None, tag.get_attribute_list("class")))
    if match := HEADING.match(tag.name) or WORD_HEADING.search(classes):
        return replace(look, level=int(match[1]), marker="", is_bold=False)
    if WORD_TITLE.search(classes):
        return replace(look, level=1, marker="", is_bold=False)
    if tag.name in {"ul", "ol"}:
        return replace(look, depth=look.depth + 1, marker="")
    if tag.name == "li":
        ordered = getattr(tag.find_parent(["ul", "ol"]), "name", "") == "ol"
        marker = NUMBER if ordered else BULLET
        return replace(look, marker=marker, point=id(tag))
    if tag.name == "blockquote":
        return replace(look, is_quote=True)
    if "mso-list:" in style and "mso-list:none" not in style.replace(" ", ""):
        return _look_of_word_point(tag, look, style)
    return look


def _look_of_word_point(tag: Tag, look: _Look, style: str) -> _Look:
    """Return the look of a point in Word's way: a paragraph with its sign as text."""
    sign = ""
    for span in tag.find_all("span"):
        if "mso-list:ignore" in _style_of(span).lower().replace(" ", ""):
            sign = span.get_text(strip=True)
            span.decompose()
            break
    level = re.search(r"level(\d)", style)
    is_numbered = re.match(r"\(?\w{1,3}[.)]", sign) and sign[:1] not in "oO§"
    return replace(
        look,
        marker=NUMBER if is_numbered else BULLET,
        depth=int(level[1]) if level else 1,
    )


def _style_of(tag: Tag) -> str:
    return str(tag.get("style") or "")


def _is_hidden(tag: Tag, style: str) -> bool:
    hidden = re.search(r"display:\s*none|visibility:\s*hidden|mso-hide:\s*all", style)
    return bool(hidden) or tag.has_attr("hidden")


def _link_loose(runs: Iterable[Run], source: Source) -> Iterator[Run]:
    """Yield the runs, with addresses that stand in the words made links."""
    for run in runs:
        if run.href:
            yield run
        else:
            yield from _keep_ends(run, source)


def _keep_ends(run: Run, source: Source) -> Iterator[Run]:
    """Yield the links and words of one run, white space at its ends kept."""
    text = re.sub(r"\s+", " ", run.text)
    if text.startswith(" "):
        yield Run(" ", run.is_bold)
    yield from read_runs(text.strip(), source, is_bold=run.is_bold)
    if text.endswith(" ") and text.strip():
        yield Run(" ", run.is_bold)
