import pytest

from newsletter.exceptions import CompositionError
from newsletter.mail.mjml import check_fragment, compile_mjml, protect_attributes

TEXT = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"


@pytest.mark.parametrize(
    "content",
    [
        "a < b",
        "Fish & chips",
        "a&nbsp;b",
        "<p>unclosed",
        "<b>crossed<p></b></p>",
        "one<br>two",
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<iframe />",
        "<mj-text>inside</mj-text>",
        "<mj-raw>inside</mj-raw>",
        "<tr><td>no table</td></tr>",
        '<p onclick="x">x</p>',
        '<a href="x" target="_top">x</a>',
        '<a href="https://example.org/?[[given_name]]">x</a>',
    ],
)
def test_check_fragment_of_broken_or_foreign_markup_is_refused(content):
    with pytest.raises(CompositionError):
        check_fragment(TEXT.format(content))


@pytest.mark.parametrize(
    "fragment",
    [
        "<mj-foo>lost</mj-foo>",
        "loose text",
        "<mj-section>loose text</mj-section>",
        "<mj-text>no section</mj-text>",
        "<mj-section><mj-text>no column</mj-text></mj-section>",
        '<mj-section colour="red" />',
        "<mj-section><p>html</p></mj-section>",
        "<!DOCTYPE x><mj-section />",
        "</mj-body><mj-body>",
    ],
)
def test_check_fragment_with_something_out_of_place_is_refused(fragment):
    with pytest.raises(CompositionError):
        check_fragment(fragment)


def test_check_fragment_says_what_is_wrong():
    with pytest.raises(CompositionError) as caught:
        check_fragment("<mj-section><mj-foo /></mj-section>")

    assert "mj-foo" in str(caught.value)
    assert "mj-section" in str(caught.value)


@pytest.mark.parametrize("unseen", ["\x0b", "\x7f", "\x85", "\ufffe"])
def test_check_fragment_with_a_character_nobody_sees_says_where(unseen):
    with pytest.raises(CompositionError) as caught:
        check_fragment(TEXT.format(f"<p>Efter det här{unseen}</p>"))

    assert f"U+{ord(unseen):04X}" in str(caught.value)
    assert "Efter det här" in str(caught.value)


def test_check_fragment_of_what_the_blocks_use_passes():
    check_fragment(TEXT.format('<p lang="en">a &lt; b &amp; c<br />d</p>'))
    check_fragment(TEXT.format('<a href="[[unsubscribe_url]]">Leave</a>'))


def test_compile_broken_document_is_refused():
    with pytest.raises(CompositionError):
        compile_mjml("<mjml><mj-body><mj-section></mj-body></mjml>")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("two\nlines", "two lines"),
        ("back\\slash", "back&#92;slash"),
        ("no\u00a0break", "no&#160;break"),
        ("soft\u00adhyphen", "soft&#173;hyphen"),
        ("Åsa", "&#197;sa"),
    ],
)
def test_compile_keeps_attributes_whole(value, kept):
    # The compiler by itself writes \n, \\ and \u{a0} into them.
    source = TEXT.format(f'<img src="https://example.org/x.png" alt="{value}" />')

    html = compile_mjml(f"<mjml><mj-body>{source}</mj-body></mjml>")

    assert f'alt="{kept}"' in html


def test_protect_attributes_leaves_text_alone():
    assert protect_attributes("<p>Åsa \\ \u00a0</p>") == "<p>Åsa \\ \u00a0</p>"


def test_compile_keeps_words_apart_that_a_line_break_parts():
    source = TEXT.format("<b>Fru</b>\n  <b>Berg</b>")

    html = compile_mjml(f"<mjml>\n <mj-body>\n{source}\n</mj-body>\n</mjml>")

    assert "<b>Fru</b> <b>Berg</b>" in html


def test_compile_asks_no_other_host_for_anything():
    html = compile_mjml(f"<mjml><mj-body>{TEXT.format('x')}</mj-body></mjml>")

    assert "http" not in html.replace("http://www.w3.org/1999/xhtml", "").replace(
        "http-equiv", ""
    )
