"""An article as one sentence."""

from datetime import date

import pytest
from django.utils import translation

from crm.media import Sentence, say_media
from crm.models import MediaItem, Organisation
from crm.projects import describe_status
from tests.factories import make_network

PAPER = Organisation(name="Expressen", kind="media")
FULL = {
    "title": "Små kommuner",
    "kind": "opinion",
    "authors": "A, B",
    "outlet": PAPER,
    "appeared_on": "2019-05-09",
}


def say(language="en", **fields):
    with translation.override(language):
        return say_media(MediaItem(**fields)).whole


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ([], "“Små kommuner”, opinion piece by A, B in Expressen, 9 May 2019"),
        (["authors"], "“Små kommuner”, opinion piece in Expressen, 9 May 2019"),
        (["outlet"], "“Små kommuner”, opinion piece by A, B, 9 May 2019"),
        (["appeared_on"], "“Små kommuner”, opinion piece by A, B in Expressen"),
        (["authors", "outlet", "appeared_on"], "“Små kommuner”, opinion piece"),
    ],
)
def test_sentence_says_what_is_known(lacking, words):
    assert say(**{name: FULL[name] for name in FULL if name not in lacking}) == words


def test_wording_of_its_own_replaces_the_sentence_and_is_cut_round_the_title():
    item = MediaItem(**FULL, wording="Se Små kommuner, i tv")

    assert say_media(item) == Sentence("Se ", "Små kommuner", ", i tv")


def test_wording_without_the_title_is_all_before_it():
    item = MediaItem(**FULL, wording="Vi var med i tv")

    assert say_media(item) == Sentence("Vi var med i tv", "", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ends_on": "2022-12-31"}, "Ended in December 2022"),
        ({"ends_on": "2026-12-31"}, "Runs until December 2026"),
        ({"starts_on": "2027-01-01"}, "Begins in January 2027"),
        ({"starts_on": "2020-02-03"}, "Runs since February 2020"),
        ({"starts_on": "2020-02-03", "ends_on": "2026-03-02"}, "Runs until March 2026"),
        ({}, ""),
    ],
)
def test_status_of_a_project_is_computed(fields, words):
    network = make_network(**fields)
    network.refresh_from_db()

    with translation.override("en"):
        assert describe_status(network, date(2026, 3, 2)) == words
