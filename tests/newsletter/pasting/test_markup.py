"""newsletter/pasting/markup.py: what Word, Google Docs and the web put on a clipboard."""

import pytest

from newsletter.exceptions import PasteError
from newsletter.pasting.markup import read_markup
from newsletter.pasting.proposals import Setting
from newsletter.pasting.proposing import propose
from newsletter.pasting.reading import read_pasted

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<style><!-- p.MsoNormal{margin:0} --></style>
<!--[if gte mso 9]><xml><w:WordDocument>Normal</w:WordDocument></xml><![endif]--></head>
<body lang=SV><!--StartFragment--><p class=MsoTitle>Nytt fr&aring;n n&auml;tverket<o:p></o:p></p>
<h2>M&aring;l</h2>
<p class=MsoNormal>Det &auml;r <b>viktigt</b> och
<a href="https://example.org/a?b=1&amp;c=2">l&auml;nkat</a>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span></span><![endif]>Första</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o</span>Under</p>
<p class=MsoNormal>Emellan står en mening som hör hit.</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.</span>Ett, som är först</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>2.</span>Två, som är sedan</p>
<p class=MsoNormal>Så här många:</p>
<table><tr><td><p><b>År</b></p></td><td>Antal</td></tr><tr><td>2020</td><td>14 &lt; 15</td></tr></table>
<p class=MsoNormal><img src="file:///C:/x.png" alt="En karta"></p><!--EndFragment--></body></html>"""
GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1">
<h1 dir="ltr"><span>Rubrik ett</span></h1><h2><span>Delar</span></h2>
<p dir="ltr"><span style="font-weight:400">Vanlig och </span><span style="font-weight:700">fet</span>
<a href="https://www.google.com/url?q=https://example.org/x&amp;sa=D"><span>länk</span></a>.</p>
<ul><li dir="ltr"><p><span>Punkt A</span></p><p>och mer om A</p></li><li><p>Punkt B</p>
<ul><li><p>Under B</p></li></ul></li></ul></b>"""


def paste(html):
    outcome = propose(read_pasted("", html), Setting())
    return outcome, [(made.kind, made.value) for made in outcome.proposals]


def test_word_paste_keeps_headings_lists_links_and_the_table():
    outcome, blocks = paste(WORD)

    assert outcome.head.title == "Nytt från nätverket"
    assert blocks == [
        ("heading", {"text": "Mål"}),
        (
            "text",
            {
                "text": "<p>Det är <b>viktigt</b> och "
                '<a href="https://example.org/a?b=1&amp;c=2">länkat</a>.</p>'
            },
        ),
        ("bullet_list", {"items": [{"text": "<p>Första</p>", "points": ["Under"]}]}),
        ("text", {"text": "<p>Emellan står en mening som hör hit.</p>"}),
        (
            "ordered_list",
            {
                "items": [
                    {"title": "Ett", "text": "<p>, som är först</p>"},
                    {"title": "Två", "text": "<p>, som är sedan</p>"},
                ]
            },
        ),
        ("text", {"text": "<p>Så här många:</p>"}),
        (
            "indicator_table",
            {
                "caption": "Så här många",
                "first_heading": "År",
                "second_heading": "Antal",
                "rows": [{"header": "2020", "text": "14 < 15"}],
            },
        ),
    ]
    assert len(outcome.remarks) == 1
    assert "En karta" in outcome.remarks[0]


def test_google_paste_is_not_all_bold_and_leads_past_google():
    outcome, blocks = paste(GOOGLE)

    assert outcome.head.title == "Rubrik ett"
    assert blocks == [
        ("heading", {"text": "Delar"}),
        (
            "text",
            {
                "text": "<p>Vanlig och <b>fet</b> "
                '<a href="https://example.org/x">länk</a>.</p>'
            },
        ),
        (
            "bullet_list",
            {
                "items": [
                    {"text": "<p>Punkt A och mer om A</p>", "points": []},
                    {"text": "<p>Punkt B</p>", "points": ["Under B"]},
                ]
            },
        ),
    ]


def test_table_of_three_columns_is_folded_into_two():
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>"
        for row in (("Stad", "År", "Antal"), ("Lund", "2020", "7"))
    )

    _outcome, ((_kind, table),) = paste(f"<table>{rows}</table>")

    assert (table["second_heading"], table["rows"]) == (
        "År, Antal", [{"header": "Lund", "text": "År: 2020\nAntal: 7"}],
    )  # fmt: skip


def test_table_for_layout_is_only_its_text():
    html = (
        "<table><tr><td><p>En mening står här.</p><p>Och en till.</p></td></tr></table>"
    )

    source = read_markup(html)

    assert [part.text for part in source.parts] == [
        "En mening står här.",
        "Och en till.",
    ]


def test_blockquote_with_a_name_below_is_a_quote():
    html = (
        "<blockquote>Det går bra för oss nu.</blockquote><p>Maria Öberg, samordnare</p>"
    )

    _outcome, ((kind, value),) = paste(html)

    assert (kind, value["person"], value["role"]) == (
        "quote",
        "Maria Öberg",
        "samordnare",
    )


def test_lists_on_both_sides_of_a_page_number_are_one():
    html = "<ul><li>Ett</li></ul><p>Sida 2 av 3</p><ul><li>Två</li></ul>"

    outcome, _blocks = paste(html)

    first, stray = outcome.proposals
    assert [item["text"] for item in first.value["items"]] == [
        "<p>Ett</p>",
        "<p>Två</p>",
    ]
    assert (stray.value["text"], stray.is_taken) == ("<p>Sida 2 av 3</p>", False)


@pytest.mark.parametrize("html", ["", " ", "<p> </p>", "<img src=x>", "<!-- x -->"])
def test_nothing_but_markup_is_refused(html):
    with pytest.raises(PasteError):
        read_pasted("", html)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("x" * 300_001, ""),
        ("", "x" * 1_000_001),
        ("x\n\n" * 1501, ""),
        ("", "<b>" * 500 + "x"),
    ],
)
def test_too_much_or_too_deep_is_refused(text, html):
    with pytest.raises(PasteError):
        read_pasted(text, html)
