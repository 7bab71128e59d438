"""Rules that compare the letter with the register, and with its readers."""

from datetime import date

import pytest

from newsletter.preflight.letter import Audience
from newsletter.preflight.rules.languages import (
    find_readers_of_other_languages,
    find_unmarked_language,
    guess_language,
)
from newsletter.preflight.rules.numbers import find_numbers_that_differ
from newsletter.preflight.rules.readers import (
    find_missing_values,
    find_no_readers,
    find_unusual_number,
)
from newsletter.preflight.rules.register import (
    find_empty_partners,
    find_missing_funding,
)
from tests.factories import make_grant, make_membership, make_network
from tests.newsletter.preflight.letters import found, make_letter, text

pytestmark = pytest.mark.django_db

FUNDING = (
    "This project has received funding from the European AMIF programme under grant "
    "agreement N° 863614."
)


def make_members(count):
    network = make_network()
    for _number in range(count):
        make_membership(network=network)
    make_membership(network=network, ends_on=date(2020, 1, 1))
    return network


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("omkring 30 städer", [("member_count", "note", "omkring 30 städer 28")]),
        ("30 städer", [("member_count", "warning", "30 städer 28")]),
        ("omkring 60 städer", [("member_count", "warning", "omkring 60 städer 28")]),
        ("28 medlemsstäder", []),
        (
            "about 30 European cities",
            [("member_count", "note", "about 30 European cities 28")],
        ),
        (
            "ett trettiotal kommuner",
            [("member_count", "note", "ett trettiotal kommuner 28")],
        ),
        ("30 deltagare", []),
        ("i 2030 städer", [("member_count", "warning", "2030 städer 28")]),
    ],
)
def test_number_of_members_is_compared_with_the_register(words, expected):
    """Seed 002 says "omkring 30 städer" and lists 28."""
    letter = make_letter(text(f"<p>CLIP samlar {words}.</p>"), network=make_members(28))

    assert found(find_numbers_that_differ, letter) == expected


def test_number_is_left_alone_without_a_network_or_members():
    words = text("<p>30 städer</p>")

    assert found(find_numbers_that_differ, make_letter(words)) == []
    letter = make_letter(words, network=make_network())
    assert found(find_numbers_that_differ, letter) == []


def test_partners_without_any_is_an_error():
    """Seed 001: "Project Partners:" and nothing follows."""
    partners = ("partner_logos", {"heading": "Projektparter"})

    empty = make_letter(partners, network=make_network())
    filled = make_letter(partners, network=make_members(1))

    assert found(find_empty_partners, empty) == [("no_partners", "error", "")]
    assert found(find_empty_partners, filled) == []


def test_grant_without_words_and_funding_notice_without_grant_are_errors():
    paid = make_network(grant=make_grant())
    silent = make_network(
        grant=make_grant(programme="ESF", agreement_number="7", statement_en=" ")
    )
    notice = ("funding_notice", None)

    assert found(find_missing_funding, make_letter(network=silent)) == [
        ("no_statement", "error", "ESF 7")
    ]
    assert found(find_missing_funding, make_letter(network=paid)) == []
    assert found(find_missing_funding, make_letter(notice)) == [
        ("no_grant", "error", "")
    ]
    assert found(find_missing_funding, make_letter(notice, network=paid)) == []
    assert found(find_missing_funding, make_letter()) == []


@pytest.mark.parametrize(
    ("words", "language"),
    [
        (FUNDING, "en"),
        ("Projektparterna har genomfört en träningsvecka under tre dagar i maj.", "sv"),
        ("Migrants don’t fall from the sky", "en"),
        ("Atlas of Migration 2020", ""),
        ("Bodens kommun, arbetsförmedlingen, Råneälvdalsrådet", ""),
    ],
)
def test_guess_language_only_where_it_is_plain(words, language):
    assert guess_language(words) == language


def test_text_in_another_language_is_a_warning_unless_marked():
    unmarked = make_letter(text(f"<p>{FUNDING}</p>"))
    marked = make_letter(text(f"<p>{FUNDING}</p>", language="en"))

    assert found(find_unmarked_language, unmarked) == [("language", "warning", FUNDING)]
    assert found(find_unmarked_language, marked) == []


def test_readers_of_a_language_without_a_letter_are_a_warning():
    letter = make_letter(audience=Audience(people=14, languages={"sv": 12, "en": 2}))

    assert found(find_readers_of_other_languages, letter) == [
        ("readers_language", "warning", "en")
    ]


@pytest.mark.parametrize(("people", "codes"), [(0, ["nobody"]), (1, []), (None, [])])
def test_nobody_to_send_to_is_an_error(people, codes):
    letter = make_letter(audience=Audience(people=people))

    assert [code for code, *_ in found(find_no_readers, letter)] == codes


@pytest.mark.parametrize(
    ("people", "before", "codes"),
    [
        (412, 405, []),
        (900, 405, ["unusual_number"]),
        (100, 405, ["unusual_number"]),
        (9, 3, []),
        (412, None, []),
    ],
)
def test_far_more_or_fewer_people_than_last_time_is_a_warning(people, before, codes):
    letter = make_letter(audience=Audience(people=people, before=before))

    assert [code for code, *_ in found(find_unusual_number, letter)] == codes


def test_field_that_readers_lack_is_a_warning_without_a_fallback_and_else_a_note():
    audience = Audience(people=9, lacking={"given_name": 3, "organisation": 2})
    letter = make_letter(
        text("<p>Hej [[given_name]], du på [[organisation|din arbetsplats]]</p>"),
        newsletter_subject="Hej [[given_name|kollega]]",
        audience=audience,
    )

    assert found(find_missing_values, letter) == [
        ("missing_value", "warning", "given_name 3"),
        ("missing_value", "note", "organisation 2"),
    ]
