"""Lines of plain text: wrapping, hanging lists, two-column tables. Pure but for Wagtail's
rich text."""

import re
import textwrap

from wagtail.rich_text import RichText

from newsletter.mail.richtext import Node, read_rich_text
from newsletter.mail.urls import strip_scheme

WIDTH = 68
HEAVY = "=" * WIDTH
LIGHT = "-" * WIDTH
# Spaces that must not become line breaks: those of a merge field, and no-break ones.
FIELD = re.compile(r"\[\[.*?\]\]", re.DOTALL)
GLUE = "\x1f"


def join_parts(*parts: str) -> str:
    """Return the parts with a blank line between; None and trailing blanks are dropped."""
    return "\n\n".join(part for part in parts if part)


def wrap(
    text: str, indent: str = "", hanging: str | None = None, width: int = WIDTH
) -> str:
    """Return ``text`` in lines of at most ``width``, its own line breaks kept.

    A word that is longer (an address) stands alone on a line as it is.
    """
    glued = FIELD.sub(lambda m: GLUE.join(m[0].split()), text or "")
    later = indent if hanging is None else hanging
    lines = [
        textwrap.fill(
            line,
            width,
            initial_indent=later if number else indent,
            subsequent_indent=later,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for number, line in enumerate(glued.splitlines())
    ]
    return "\n".join(lines).replace(GLUE, " ")


def shout(text: str) -> str:
    """Return a heading: capitals, merge fields left alone."""
    end, parts = 0, []
    for match in FIELD.finditer(text):
        parts += [text[end : match.start()].upper(), match[0]]
        end = match.end()
    return wrap("".join(parts) + text[end:].upper())


def hang(number: int, text: str) -> str:
    """Return a list's item: the number, and the text hanging beside it."""
    return f"{number:2}. " + text.replace("\n", "\n    ")


def table_rows(rows: list[tuple[str, str]]) -> str:
    """Return rows of two columns; the first as wide as it needs, at most 24."""
    indent = " " * 4
    first = min(24, max(len(left) for left, _right in rows))
    lines = []
    for left, right in rows:
        lefts = wrap(left, width=first).split("\n")
        rights = wrap(right, width=WIDTH - 8 - first).split("\n")
        for number in range(max(len(lefts), len(rights))):
            cell = lefts[number] if number < len(lefts) else ""
            text = rights[number] if number < len(rights) else ""
            lines.append(f"{indent}{cell:<{first}}{indent}{text}".rstrip())
    return "\n".join(lines)


def write_rich(value: RichText, width: int = WIDTH, title: str = "") -> str:
    """Return rich text as lines; ``title`` is run in before its first paragraph."""
    parts = []
    for number, node in enumerate(read_rich_text(value).children):
        if isinstance(node, Node):
            parts.append(_write_node(node, width, "" if number else title))
    return join_parts(*parts) or wrap(title, width=width)


def _write_node(node: Node, width: int, title: str) -> str:
    if node.tag in {"ol", "ul"}:
        return join_parts(wrap(title, width=width), _write_list(node, width))
    text = _inline(node)
    if title:
        text = (
            title + ("" if text.startswith((",", ".", ":", ";", "–")) else "\n") + text
        )
    return join_parts(wrap(text, width=width), _write_links(node))


def _write_list(node: Node, width: int) -> str:
    items = [c for c in node.children if isinstance(c, Node) and c.tag == "li"]
    lines = []
    for number, item in enumerate(items, start=1):
        label = f"{number:2}. " if node.tag == "ol" else "  - "
        text = wrap(_inline(item), width=width - 4).replace("\n", "\n    ")
        lines.append(label + text)
        if links := _write_links(item):
            lines.append(textwrap.indent(links, "    "))
    return "\n".join(lines)


def _inline(node: Node) -> str:
    """Return the text of a paragraph; ``<br>`` breaks a line, other white space not."""
    parts = []
    for child in node.children:
        if isinstance(child, str):
            parts.append(re.sub(r"\s+", " ", child.replace("\xa0", "\x1f")))
        elif child.tag == "br":
            parts.append("\n")
        else:
            parts.append(_inline(child))
    return "".join(parts).strip()


def _write_links(node: Node) -> str:
    """Return where a paragraph's links lead: the link's text, the address below it."""
    return "\n".join(
        f"{link.text.strip()}:\n{_bare(link.attrs['href'])}"
        for link in node.find_all("a")
        if not _spells_out(link.text, link.attrs["href"])
    )


def _spells_out(text: str, href: str) -> bool:
    """Whether a link's words are the address that it leads to."""
    said = strip_scheme(text.strip()).rstrip("/")
    return said.casefold() == strip_scheme(_bare(href)).casefold()


def _bare(href: str) -> str:
    return href.removeprefix("mailto:")
