"""Reading delivered HTML in tests: a small tree of elements, as a browser builds it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
HIDDEN = {"head", "style", "script", "svg"}


@dataclass
class Element:
    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def walk(self) -> Iterator["Element"]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def find_all(self, *tags: str, **attrs: str) -> list["Element"]:
        return [
            element
            for element in self.walk()
            if element.tag in tags
            and all(element.attrs.get(name) == value for name, value in attrs.items())
        ]

    @property
    def text(self) -> str:
        """The text in it, elements set apart by a space, white space folded."""
        parts = []
        for child in self.children:
            if isinstance(child, str):
                parts.append(child)
            elif child.tag not in HIDDEN:
                parts.append(child.text if child.tag in INLINE else f" {child.text} ")
        return " ".join("".join(parts).split())


INLINE = {"a", "b", "span", "strong", "time", "small"}


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("root")
        self.open = [self.root]
        self.faults: list[str] = []

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if self.open[-1].tag != tag:
            self.faults.append(f"</{tag}> ends <{self.open[-1].tag}>")
            return
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)


def parse_html(html: str) -> Element:
    """Return the tree of a page; fail when tags do not pair."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.faults == []
    assert [element.tag for element in builder.open] == ["root"]
    return builder.root
