"""Editors' rich text, read into a small tree, and written as well-formed mail markup.

What editors type is made by Draftail and may come from imports and scripts too; so it
is parsed forgivingly, and only what is named here gets out again. MJML is XML to its
compiler: an unclosed tag or a bare ``<`` would lose the whole letter.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from wagtail.rich_text import RichText, expand_db_html

from newsletter.mail.urls import make_absolute

BLOCKS = {"p", "h3", "ul", "ol", "li"}
INLINE = {"b", "a", "span", "br"}
ALIASES = {"strong": "b", "h2": "h3", "h4": "h3", "div": "p"}
# Their text is no text: drop it with the tag.
SILENT = {"script", "style", "template", "title", "iframe", "object"}

# Stands on a link that is meant to be its words, where there is nothing to lead to.
UNLINKED = "data-unlinked"


@dataclass
class Node:
    """An element, or with ``tag`` empty the root; children are nodes and strings."""

    tag: str = ""
    attrs: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)

    def find_all(self, tag: str) -> Iterator["Node"]:
        """Yield the elements of that name below this one, in reading order."""
        for child in self.children:
            if isinstance(child, Node):
                if child.tag == tag:
                    yield child
                yield from child.find_all(tag)

    @property
    def text(self) -> str:
        """The text in it, without markup."""
        return "".join(c if isinstance(c, str) else c.text for c in self.children)


def keep_safe(url: str | None) -> str:
    """Return ``url`` as it is for the web, or "" where ``make_absolute`` refuses it."""
    return url if url and make_absolute(url) else ""


def read_rich_text(
    value: RichText | str, make_href: Callable[[str | None], str] = make_absolute
) -> Node:
    """Return the tree of a rich text value, with links to pages resolved and whole.

    Text outside a paragraph is put in one. A link for which ``make_href`` gives ""
    (a deleted page, ``javascript:``) becomes its text.
    """
    source = value.source if isinstance(value, RichText) else value
    reader = _Reader(make_href)
    reader.feed(expand_db_html(source))
    reader.close()
    return _drop_empty(_wrap_loose(reader.root))


def write_markup(node: Node, styles: dict[str, str]) -> str:
    """Return the tree as XHTML, with ``styles`` (tag → CSS) on the tags they name."""
    parts = []
    for child in node.children:
        if isinstance(child, str):
            parts.append(escape(child, quote=False))
        else:
            parts.append(_write_element(child, styles))
    return "".join(parts)


def _write_element(node: Node, styles: dict[str, str]) -> str:
    attrs = dict(node.attrs)
    if style := styles.get(node.tag):
        attrs["style"] = style
    opening = node.tag + "".join(f' {k}="{escape(v)}"' for k, v in attrs.items())
    if node.tag == "br":
        return f"<{opening} />"
    return f"<{opening}>{write_markup(node, styles)}</{node.tag}>"


class _Reader(HTMLParser):
    """Builds the tree; closes what was left open, ignores what was never opened."""

    def __init__(self, make_href: Callable[[str | None], str]) -> None:
        super().__init__(convert_charrefs=True)
        self.make_href = make_href
        self.root = Node()
        self.open = [self.root]
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = ALIASES.get(tag, tag)
        if tag in SILENT:
            self.silent += 1
        if tag not in BLOCKS | INLINE or UNLINKED in dict(attrs):
            return
        if tag in BLOCKS:
            self._close_for(tag)
        node = Node(tag, self._keep_attributes(tag, attrs))
        self.open[-1].children.append(node)
        if tag != "br":
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        tag = ALIASES.get(tag, tag)
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.open[-1].children.append(data)

    def _close_for(self, tag: str) -> None:
        """End what a new block cannot stand in: bold and links, a paragraph, an item."""
        while self.open[-1].tag in INLINE:
            self.open.pop()
        inside = {"li"} if tag == "li" else {"p", "h3"}
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag in inside:
                del self.open[depth:]
                return
            if self.open[depth].tag in {"ul", "ol"}:
                return

    def _keep_attributes(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> dict[str, str]:
        given = {name: (value or "").strip() for name, value in attrs}
        if tag == "a":
            href = self.make_href(given.get("href"))
            return {"href": href} if href else {}
        if tag == "span" and given.get("lang"):
            return {"lang": given["lang"]}
        return {}


def _wrap_loose(root: Node) -> Node:
    """Return a root whose children are blocks only."""
    wrapped = Node()
    for child in root.children:
        if isinstance(child, Node) and child.tag in BLOCKS:
            # A point of no list is a paragraph.
            child.tag = "p" if child.tag == "li" else child.tag
            wrapped.children.append(child)
            continue
        last = wrapped.children[-1] if wrapped.children else None
        if not (isinstance(last, Node) and last.attrs.get("loose")):
            last = Node("p", {"loose": "1"})
            wrapped.children.append(last)
        last.children.append(child)
    for paragraph in wrapped.children:
        if isinstance(paragraph, Node):
            paragraph.attrs.pop("loose", None)
    return wrapped


def _drop_empty(node: Node) -> Node:
    """Return the tree without blocks and links that hold no text."""
    children: list[Node | str] = []
    for child in node.children:
        if isinstance(child, str):
            children.append(child)
            continue
        kept = _drop_empty(child)
        if kept.tag == "br" or kept.text.strip():
            linkless = kept.tag in {"a", "span"} and not kept.attrs
            children.extend(kept.children if linkless else [kept])
    return Node(node.tag, node.attrs, children)
