"""Links of a letter led over this site: which, where to, and whose mark."""

import pytest

from newsletter.mail.links import link_mark, read_link_mark, rewrite_links
from newsletter.tokens import make_unsubscribe_token

HERE = "http://127.0.0.1:8000/l/7"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "html",
    [
        '<a href="[[unsubscribe_url]]">Leave</a>',
        '<a href="https://example.org/[[given_name]]">You</a>',
        '<a href="mailto:a@example.org">Write</a>',
        '<a href="tel:+46123456">Call</a>',
        '<a href="#top">Up</a>',
        '<a name="x">No link</a>',
        '<img src="https://example.org/a.png">',
        "https://example.org/ in plain sight",
    ],
)
def test_what_is_no_web_link_is_left_alone(html):
    assert rewrite_links(html, 7) == (html, [])


def test_web_link_leads_over_this_site_and_its_target_is_told():
    html = '<td><a class="b" href="https://example.org/a?b=1&amp;c=2#d">A</a></td>'

    assert rewrite_links(html, 7) == (
        f'<td><a class="b" href="{HERE}/0/">A</a></td>',
        ["https://example.org/a?b=1&c=2#d"],
    )


def test_same_address_has_one_number_in_every_letter():
    swedish, urls = rewrite_links(
        "<a href='https://a.example/'>1</a><a href=\"http://b.example/\">2</a>"
        '<a href="https://a.example/">3</a>',
        7,
    )
    english, urls = rewrite_links(
        '<a href="https://c.example/">4</a><a href="http://b.example/">5</a>', 7, urls
    )

    assert urls == ["https://a.example/", "http://b.example/", "https://c.example/"]
    assert swedish.count(f"{HERE}/0/") == 2
    assert english == f'<a href="{HERE}/2/">4</a><a href="{HERE}/1/">5</a>'


def test_link_with_room_for_a_mark_keeps_the_field_behind_the_address():
    html, _urls = rewrite_links(
        '<a href="https://a.example/">1</a>', 7, with_marks=True
    )

    assert html == f'<a href="{HERE}/0/[[link_mark]]">1</a>'


def test_mark_is_read_back():
    assert read_link_mark(link_mark(4711)) == 4711


@pytest.mark.parametrize("mark", ["", "x", "3mv", "3mv.", f"{link_mark(4711)}x", "é.é"])
def test_forged_mark_is_nobodys(mark):
    assert read_link_mark(mark) is None


def test_mark_for_leaving_is_no_mark_for_links():
    assert read_link_mark(make_unsubscribe_token(4711)) is None
