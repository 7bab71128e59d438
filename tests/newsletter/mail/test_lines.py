import pytest
from wagtail.rich_text import RichText

from newsletter.mail.lines import hang, shout, table_rows, wrap, write_rich

LONG = "ord " * 40


def test_wrap_never_runs_past_68_columns():
    assert max(len(line) for line in wrap(LONG).split("\n")) <= 68


def test_wrap_leaves_a_long_address_whole():
    url = "https://example.org/" + "a" * 90

    assert wrap(f"Se {url} nu").split("\n") == ["Se", url, "nu"]


@pytest.mark.parametrize("before", range(40, 68))
def test_wrap_never_breaks_a_merge_field(before):
    field = "[[given_name|kära vän och kollega]]"

    assert field in wrap("x" * before + f" {field} slut")


def test_shout_leaves_merge_fields_alone():
    assert shout("Hej [[given_name|vän]] & co") == "HEJ [[given_name|vän]] & CO"


def test_hang_indents_what_follows():
    assert hang(2, "ett\ntvå") == " 2. ett\n    två"


def test_table_rows_keep_two_columns():
    rows = [("Relevans", "Kort fråga?"), ("Genomslag", "Lång fråga " * 6)]

    lines = table_rows(rows).split("\n")

    assert lines[0] == "    Relevans     Kort fråga?"
    assert all(line.startswith(" " * 17) for line in lines[2:])
    assert max(map(len, lines)) <= 68


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Ett <b>ord</b>.</p><p>Två.</p>", "Ett ord.\n\nTvå."),
        ("<p>Rad<br/>bruten</p>", "Rad\nbruten"),
        ("<ul><li>a</li><li>b</li></ul>", "  - a\n  - b"),
        ("<ol><li>a</li><li>b</li></ol>", " 1. a\n 2. b"),
        (
            '<p>Se <a href="https://a.example/">sidan</a>.</p>',
            "Se sidan.\n\nsidan:\nhttps://a.example/",
        ),
        ('<p><a href="mailto:a@b.example">a@b.example</a></p>', "a@b.example"),
        ("<p>a &lt; b</p>", "a < b"),
        ("", ""),
    ],
)
def test_write_rich_reads_as_text(source, text):
    assert write_rich(RichText(source)) == text


def test_write_rich_runs_a_title_into_a_sentence():
    assert write_rich(RichText("<p>, där</p>"), title="Möte") == "Möte, där"


def test_write_rich_sets_a_title_over_a_text_of_its_own():
    assert write_rich(RichText("<p>Där</p>"), title="Möte") == "Möte\nDär"
