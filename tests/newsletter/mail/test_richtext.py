import pytest
from django.test import override_settings

from newsletter.mail.richtext import keep_safe, read_rich_text, write_markup
from tests.factories import make_news_page

SITE = override_settings(SITE_URL="https://rundbrev.example")


@pytest.mark.parametrize(
    ("source", "markup"),
    [
        ("<p>a < b & c</p>", "<p>a &lt; b &amp; c</p>"),
        ("<p>a&nbsp;b</p>", "<p>a\u00a0b</p>"),
        ("<p>one<p>two", "<p>one</p><p>two</p>"),
        ("<p>a<br>b</p>", "<p>a<br />b</p>"),
        ("<b>open <p>crossed</b></p>", "<p><b>open </b></p><p>crossed</p>"),
        ("loose <b>text</b>", "<p>loose <b>text</b></p>"),
        ("<p>x<script>alert(1)</script></p>", "<p>x</p>"),
        ("<p onclick='x' style='color:red'>x</p>", "<p>x</p>"),
        ("<p><a href='javascript:alert(1)'>x</a></p>", "<p>x</p>"),
        ("<p><a href=' https://x.example/?a=1&b=2 '>x</a></p>",
         '<p><a href="https://x.example/?a=1&amp;b=2">x</a></p>'),
        ("<p><a href='mailto:a@b.example'>x</a></p>",
         '<p><a href="mailto:a@b.example">x</a></p>'),
        ("<p>  </p><p>x</p>", "<p>x</p>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ol><li><p>a</p></li></ol>", "<ol><li><p>a</p></li></ol>"),
        ("<strong>x</strong>", "<p><b>x</b></p>"),
        ("<p>&lt;script&gt;</p>", "<p>&lt;script&gt;</p>"),
        ("<mj-text>x</mj-text>", "<p>x</p>"),
        ("<!-- <b> --><p>x</p>", "<p>x</p>"),
        ("<li>x</li>", "<p>x</p>"),
        ("", ""),
    ],
)  # fmt: skip
def test_rich_text_comes_out_well_formed(source, markup):
    assert write_markup(read_rich_text(source), {}) == markup


def test_write_markup_sets_the_styles_it_is_given():
    tree = read_rich_text("<p>x <b>y</b></p>")

    assert write_markup(tree, {"p": "margin:0"}) == '<p style="margin:0">x <b>y</b></p>'


@SITE
def test_relative_link_gets_this_sites_address():
    tree = read_rich_text("<p><a href='/sv/om/'>om</a></p>")

    assert [a.attrs for a in tree.find_all("a")] == [
        {"href": "https://rundbrev.example/sv/om/"}
    ]


def test_relative_link_stays_so_on_the_web():
    tree = read_rich_text("<p><a href='/sv/om/'>om</a></p>", keep_safe)

    assert [a.attrs for a in tree.find_all("a")] == [{"href": "/sv/om/"}]


@SITE
@pytest.mark.django_db
def test_link_to_a_page_is_resolved():
    page = make_news_page(slug="mal")

    tree = read_rich_text(f'<p><a linktype="page" id="{page.pk}">x</a></p>')

    assert [a.attrs["href"] for a in tree.find_all("a")] == [
        f"https://rundbrev.example{page.url}"
    ]


@pytest.mark.django_db
def test_link_to_a_deleted_page_becomes_its_text():
    tree = read_rich_text('<p><a linktype="page" id="999999">x</a></p>')

    assert write_markup(tree, {}) == "<p>x</p>"
