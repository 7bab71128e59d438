"""Words and their forms."""

import pytest

from home.search.words import find_stem, split_words, write_stems


@pytest.mark.parametrize(
    ("language", "forms", "stem"),
    [
        ("sv", ["kommun", "kommuner", "kommunerna", "Kommunernas"], "kommun"),
        ("sv", ["integrationen", "INTEGRATION", "integrationens"], "integration"),
        ("en", ["city", "Cities", "city's"[:4]], "citi"),
        ("en", ["training", "trained", "trains"], "train"),
        ("sv", ["ef0622"], "ef0622"),
    ],
)
def test_forms_of_a_word_have_one_stem(language, forms, stem):
    assert {find_stem(form, language) for form in forms} == {stem}


def test_letters_written_in_two_characters_are_the_same_word():
    assert find_stem("Åbo", "sv") == find_stem("Åbo", "sv") == "åbo"


def test_words_keep_their_places_and_signs_are_none():
    text = "Mål – arbets_sätt (2021)!"

    assert [text[w.start : w.end] for w in split_words(text, "sv")] == [
        "Mål",
        "arbets",
        "sätt",
        "2021",
    ]
    assert write_stems("… – !", "sv") == ""
