"""MJML becomes HTML here, after a check of our own.

The compiler is lenient where it hurts: an unknown component is dropped with its text,
an unknown attribute is ignored, a line break inside an attribute comes out as ``\\n``,
one between two tags not at all.
So what it does not complain about is refused before it gets there.
"""

import re
from xml.parsers import expat

from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from mjml import mjml2html

from newsletter.exceptions import CompositionError

PLACES = {
    "mj-section": {"mj-body"},
    "mj-column": {"mj-section"},
    "mj-text": {"mj-column"},
    "mj-table": {"mj-column"},
    "mj-divider": {"mj-column"},
    "mj-spacer": {"mj-column"},
    "mj-image": {"mj-column"},
    "mj-button": {"mj-column"},
}
# These hold HTML; the others only components.
# The reader's own addresses, which are links and nothing else.
OWN_ADDRESS = re.compile(r"\[\[(?:unsubscribe|preferences)_url\]\]")
HOLDS_HTML = {"mj-text", "mj-table", "mj-button"}
ATTRIBUTES = {
    "mj-section": {"css-class", "padding", "background-color"},
    "mj-column": {"css-class", "padding", "background-color", "border-top"},
    "mj-text": {"css-class", "mj-class", "padding", "font-size", "line-height"},
    "mj-table": {"css-class", "padding", "font-size", "line-height", "cellpadding"},
    "mj-divider": {"css-class", "padding", "border-width", "border-color"},
    "mj-spacer": {"height"},
    "mj-image": {"alt", "src", "width", "padding", "align"},
    "mj-button": {
        "css-class", "href", "align", "background-color", "color", "border-radius",
        "font-size", "font-weight", "inner-padding", "padding",
    },
}  # fmt: skip
HTML_ATTRIBUTES = {"style", "class", "lang"}
HTML_TAGS = {
    "p": set(), "h1": set(), "h2": set(), "h3": set(), "ul": set(), "ol": set(),
    "li": set(), "b": set(), "span": set(), "div": set(), "br": set(),
    "blockquote": set(), "a": {"href", "hreflang"},
    "caption": set(), "thead": set(), "tbody": set(), "tr": set(),
    "th": {"scope"}, "td": set(),
    "img": {"src", "alt", "width", "height"},
}  # fmt: skip
# mj-table lets its content through as it is, so a table is only whole inside one.
TABLE_PARTS = {"caption", "thead", "tbody", "tr", "th", "td"}

ROOT = "mj-body"
# Control characters: XML refuses some, HTML reads references to others as something else.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
TAG = re.compile(r"<[^<>]+>")
# Between tags of HTML: between components only their own layout stands.
BREAK_BETWEEN_TAGS = re.compile(r"(<(?!/?mj|!)[^<>]+>)\s*[\n\r]\s*(?=<(?!/?mj|!))")
# The compiler writes attributes as Rust prints a string: these would come out escaped.
UNSAFE_IN_ATTRIBUTE = re.compile(r"[^\x20-\x7e]|\\")


def compile_mjml(source: str) -> str:
    """Return the HTML of a whole MJML document, without any request to a font service.

    Raises CompositionError when the compiler cannot read it.
    """
    try:
        return mjml2html(protect_spaces(protect_attributes(source)), fonts={})
    except ValueError as error:
        raise CompositionError(
            _("The mail could not be made: %(problem)s.") % {"problem": error}
        ) from error


def check_fragment(fragment: str) -> None:
    """Raise CompositionError unless ``fragment`` is sections of known components."""
    _Checker().check(fragment)


def protect_spaces(source: str) -> str:
    """Return ``source`` with a space where only a line break parts two tags of HTML.

    The compiler drops such a break, and the words on both sides become one.
    """
    return BREAK_BETWEEN_TAGS.sub(r"\1 ", source)


def protect_attributes(source: str) -> str:
    """Return ``source`` with what the compiler mangles in attributes as references."""
    return TAG.sub(_protect_tag, source)


def _protect_tag(match: re.Match[str]) -> str:
    return UNSAFE_IN_ATTRIBUTE.sub(
        lambda char: (
            " " if char[0].isspace() and char[0] < " " else f"&#{ord(char[0])};"
        ),
        match[0],
    )


class _Checker:
    """Reads a fragment with expat and refuses the first thing that is out of place."""

    def __init__(self) -> None:
        self.stack: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype

    def check(self, fragment: str) -> None:
        if unseen := UNSEEN.search(fragment):
            raise CompositionError(
                _(
                    "a character in it cannot be seen (%(code)s), after “%(before)s”. "
                    "Write the place anew."
                )
                % {
                    "code": f"U+{ord(unseen[0]):04X}",
                    "before": strip_tags(fragment[: unseen.start()])[-20:].strip(),
                }
            )
        try:
            self.parser.Parse(f"<{ROOT}>{fragment}</{ROOT}>", True)
        except expat.ExpatError as error:
            raise CompositionError(
                _("the markup is broken (%(problem)s).") % {"problem": error}
            ) from error

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self.stack:
            allowed = self._allowed_attributes(tag)
            for name, value in attributes.items():
                self._check_attribute(tag, name, value, allowed)
        self.stack.append(tag)

    def _allowed_attributes(self, tag: str) -> set[str]:
        parent = self.stack[-1]
        if parent in PLACES.get(tag, ()):
            return ATTRIBUTES[tag]
        inside_html = any(name in HOLDS_HTML for name in self.stack)
        if inside_html and tag in HTML_TAGS:
            if tag in TABLE_PARTS and "mj-table" not in self.stack:
                raise CompositionError(
                    _("<%(tag)s> stands outside a table.") % {"tag": tag}
                )
            return HTML_TAGS[tag] | HTML_ATTRIBUTES
        raise CompositionError(
            _("<%(tag)s> cannot stand in <%(parent)s>.")
            % {"tag": tag, "parent": parent}
        )

    def _check_attribute(
        self, tag: str, name: str, value: str, allowed: set[str]
    ) -> None:
        if name not in allowed:
            raise CompositionError(
                _("<%(tag)s> cannot carry %(name)s.") % {"tag": tag, "name": name}
            )
        if "[[" in OWN_ADDRESS.sub("", value):
            raise CompositionError(
                _("a merge field cannot stand in a link or a picture's text.")
            )

    def _end(self, _tag: str) -> None:
        self.stack.pop()

    def _text(self, text: str) -> None:
        if text.strip() and not any(name in HOLDS_HTML for name in self.stack):
            raise CompositionError(
                _("“%(text)s” stands outside a text.") % {"text": text.strip()[:40]}
            )

    def _refuse_doctype(self, *_args) -> None:
        raise CompositionError(_("the markup is broken (a document type)."))
