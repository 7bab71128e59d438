"""What passes our check comes out of the compiler whole: no text, tag or attribute lost.

The compiler drops and mangles without a word (newsletter/mail/mjml.py says what); these
tests look for more of it.
"""

from html import escape

import pytest
from django.utils.html import conditional_escape
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.blocks import BodyBlock
from newsletter.exceptions import CompositionError
from newsletter.mail.blocks import MailBlock, render_block
from newsletter.mail.mjml import (
    HTML_TAGS,
    TABLE_PARTS,
    UNSEEN,
    check_fragment,
    compile_mjml,
)
from tests.newsletter.mail.pages import Element, parse_html

LETTER = {"accent": "#0f4a40", "web_url": ""}
INSIDE = '<mj-section><mj-column><mj-text css-class="it">{}</mj-text></mj-column></mj-section>'
# What editors and pastes put into a text, and what is meant for machines.
ODD = [
    "<",
    ">",
    "&",
    '"',
    "'",
    "\\",
    "\n",
    "\t",
    "\u00a0",
    "\u00ad",
    "\u2028",
    "{{",
    "}}",
    "*|X|*",
    "<!--",
    "-->",
    "]]>",
    "<mj-raw>",
    "&amp;",
    "&nbsp;",
    "%s",
    "😀",
    "å",
]
TEXTS = st.lists(
    st.one_of(st.sampled_from(ODD), st.text("abc åÅ<&", max_size=4)), max_size=6
).map("".join)
NAMES = sorted(set(HTML_TAGS) - TABLE_PARTS - {"img", "br"})


def squeeze(text: str) -> str:
    return " ".join(text.split())


def compiled(fragment: str) -> Element:
    html = compile_mjml(f"<mjml lang='sv'><mj-body>{fragment}</mj-body></mjml>")
    return parse_html(html.replace("<!doctype html>", ""))


def words_of(element: Element) -> str:
    """Return all the text in it, in order, elements no longer told apart."""
    parts = [
        child if isinstance(child, str) else words_of(child)
        for child in element.children
    ]
    return "".join(parts)


@st.composite
def trees(draw, depth=2):
    """Return (markup, [(tag, attributes)], text) of HTML as our blocks write it."""
    markup, tags, text = "", [], ""
    for _part in range(draw(st.integers(0, 3))):
        if depth and draw(st.booleans()):
            tag = draw(st.sampled_from(NAMES))
            names = ["style", "class", "lang", *(["href"] if tag == "a" else [])]
            attributes = {
                name: draw(TEXTS)
                for name in draw(st.lists(st.sampled_from(names), unique=True))
            }
            inner, inner_tags, inner_text = draw(trees(depth - 1))
            written = "".join(f' {n}="{escape(v)}"' for n, v in attributes.items())
            markup += f"<{tag}{written}>{inner}</{tag}>"
            tags += [(tag, attributes), *inner_tags]
            text += inner_text
        else:
            said = draw(TEXTS)
            markup += conditional_escape(said)
            text += said
    return markup, tags, text


def check_tree(tree) -> None:
    markup, tags, text = tree
    try:
        check_fragment(INSIDE.format(markup))
    except CompositionError:
        return
    [column] = compiled(INSIDE.format(markup)).find_all(
        "td", "class", **{"class": "it"}
    )

    assert squeeze(words_of(column)) == squeeze(text)
    inner = [e for e in column.walk() if e is not column][1:]
    assert [e.tag for e in inner] == [tag for tag, _attributes in tags]
    for element, (_tag, attributes) in zip(inner, tags, strict=True):
        assert {n: squeeze(v) for n, v in element.attrs.items()} == {
            n: squeeze(v) for n, v in attributes.items()
        }


@settings(max_examples=25, deadline=None)
@given(trees())
def test_what_passes_the_check_comes_out_whole(tree):
    check_tree(tree)


@pytest.mark.audit
@settings(max_examples=3000, deadline=None)
@given(trees(depth=4))
def test_what_passes_the_check_comes_out_whole_in_thousands(tree):
    check_tree(tree)


def make_block(kind: str, value: dict) -> MailBlock:
    [child] = BodyBlock().to_python([{"type": kind, "value": value}])
    return MailBlock(kind, kind, 1, child.value, False, (), {"lang": ""})


def check_said(said: str) -> None:
    address = f"https://example.org/?q={said}"
    block = make_block("resource_link", {"title": said, "url": address})
    fragment = render_block(block, LETTER)
    try:
        check_fragment(fragment)
    except CompositionError:
        assert UNSEEN.search(said) or "[[" in said
        return
    [link] = compiled(fragment).find_all("a")
    assert squeeze(words_of(link)) == squeeze(said)
    assert squeeze(link.attrs["href"]) == squeeze(address)


@settings(max_examples=25, deadline=None)
@given(TEXTS)
@example("a < b & c")
@example("</mj-text></mj-column>")
@example("\x0b")
def test_what_an_editor_writes_is_what_is_read(said):
    check_said(said)


@pytest.mark.audit
@settings(max_examples=2000, deadline=None)
@given(st.one_of(TEXTS, st.text(max_size=30)))
def test_what_an_editor_writes_is_what_is_read_in_thousands(said):
    check_said(said)
