"""What somebody typed becomes words to look for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from home.search.asking import read_question


def stems(text: str) -> list[tuple[str, ...]]:
    return [term.stems for term in read_question(text, "sv").terms]


@pytest.mark.parametrize("text", ["", "  ", "!?", "\0", '""', "*", "_"])
def test_nothing_to_look_for_is_no_question(text):
    assert not read_question(text, "sv")


def test_words_and_phrases_are_told_apart():
    assert stems('kommuner "södra Sverige" kommun') == [
        ("södr", "sver"),
        ("kommun",),
    ]


def test_typographic_quotation_marks_are_quotation_marks():
    assert stems("”goda exempel”") == [("god", "exempel")]


def test_a_quotation_mark_alone_is_no_phrase():
    assert stems('goda "exempel') == [("god",), ("exempel",)]


def test_long_questions_are_cut_to_eight_terms():
    assert len(stems(" ".join(f"ord{n}" for n in range(20)))) == 8


def test_short_words_do_not_go_on():
    question = read_question("EU integration", "sv")

    assert [question.fits(stem) for stem in ("eu", "europ", "integrationspakt")] == [
        True,
        False,
        True,
    ]
    assert question.as_fts5() == '"eu" AND "integration" *'
    assert question.as_tsquery() == "eu & integration:*"


def test_question_fits_what_one_of_its_terms_fits():
    question = read_question('"lokal integration" EU skola', "sv")

    for stem in ("lokal", "lokalt", "integration", "integrationspakt", "eu", "skolan"):
        assert question.fits(stem) == any(term.fits(stem) for term in question.terms)
    assert not question.fits("lokalt")


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_whatever_is_typed_only_words_reach_the_database(text):
    question = read_question(text, "sv")

    rest = question.as_fts5().replace(" AND ", " ").replace('"', "").replace("*", "")
    assert all(part.isalnum() for part in rest.split())
