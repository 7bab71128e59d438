"""A hit with what was looked for marked."""

from home.search.asking import read_question
from home.search.quoting import mark_words, quote_hit


def ask(text: str):
    return read_question(text, "sv")


def test_marks_every_form_and_escapes_the_rest():
    marked = mark_words("Kommunernas <b> kommun & stad", ask("kommuner"))

    assert str(marked) == (
        "<mark>Kommunernas</mark> &lt;b&gt; <mark>kommun</mark> &amp; stad"
    )


def test_short_text_is_quoted_whole():
    assert str(quote_hit("Ett ord om skolan.", ask("skola"))) == (
        "Ett ord om <mark>skolan</mark>"
    )


def test_long_text_is_quoted_where_most_of_it_stands_together():
    filler = "ord " * 60
    text = f"skola {filler} skola och kommun {filler}"

    quoted = str(quote_hit(text, ask("skola kommun")))

    assert quoted.startswith("… ord ord")
    assert quoted.endswith(" …")
    assert "<mark>skola</mark> och <mark>kommun</mark>" in quoted
    assert len(quoted.split()) == 36


def test_text_without_the_words_is_not_quoted():
    assert str(quote_hit("Annat", ask("skola"))) == ""
