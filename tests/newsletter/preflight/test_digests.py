"""newsletter/preflight/rules/digests.py"""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.choices import DigestExtent, Severity
from newsletter.preflight.letter import Letter
from newsletter.preflight.rules import digests
from newsletter.preflight.running import BLOCK_RULES, check_letter
from tests.factories import (
    make_campaign,
    make_digest,
    make_news_page,
    make_site,
    make_topic,
)

pytestmark = pytest.mark.django_db
TEASER, FULL = DigestExtent.TEASER, DigestExtent.FULL


def look(rule, digest):
    return list(rule(Letter(digest, digest.newsletter)))


def codes(findings):
    return [(finding.code, finding.severity) for finding in findings]


def test_digest_without_items_is_an_error_and_without_introduction_none():
    empty = make_digest(body=[("lead", {"text": "Hej!"})])
    bare = make_digest([(make_news_page(), TEASER)])

    assert codes(look(digests.find_empty_digest, empty)) == [
        ("digest_empty", Severity.ERROR)
    ]
    found = check_letter(Letter(bare, bare.newsletter))
    assert [f.code for f in found if f.code in ("empty", "digest_empty")] == []


def test_item_that_is_not_published_is_an_error_a_missing_translation_a_warning():
    swedish, english = make_site("sv"), make_site("en")
    draft = make_news_page(archive=english.archive, locale=english.home.locale)
    draft.unpublish()
    lonely = make_news_page(archive=swedish.archive)
    digest = make_digest(
        [(draft, TEASER), (lonely, TEASER)],
        archive=english.archive,
        locale=english.home.locale,
    )

    assert codes(look(digests.find_missing_items, digest)) == [
        ("digest_missing", Severity.ERROR),
        ("digest_translation", Severity.WARNING),
    ]


def test_item_with_unpublished_changes_is_named():
    item = make_news_page(title="Före")
    item.title = "Efter"
    item.save_revision()
    digest = make_digest([(item, TEASER)])

    (finding,) = look(digests.find_changed_items, digest)

    assert "Före" in finding.text


def test_item_of_one_of_the_last_three_digests_is_named():
    item, other = make_news_page(), make_news_page()
    digest = make_digest([(item, TEASER), (other, TEASER)])
    for days in range(4):
        # The oldest of four is forgotten.
        sent = item if days == 1 else other if days == 3 else None
        make_campaign(
            page=make_digest(newsletter=digest.newsletter),
            subject=f"Nummer {days}",
            frozen_at=timezone.now() - timedelta(days=days),
            item_revisions={str(sent.pk): 1} if sent else {},
        )

    (finding,) = look(digests.find_repeated_items, digest)

    assert (finding.code, finding.about) == ("digest_repeated", str(item.pk))
    assert "Nummer 1" in finding.text


def test_teaser_without_a_summary_is_named():
    said = make_news_page(summary="Om detta.")
    digest = make_digest([(said, TEASER), (make_news_page(), TEASER)])

    assert len(look(digests.find_teasers_without_text, digest)) == 1


def test_more_sets_of_topics_than_bits_are_an_error(monkeypatch):
    monkeypatch.setattr(digests, "MOST_TOPIC_SETS", 1)
    items = [make_news_page(topics=[make_topic()]) for _n in range(2)]
    entries = [(item, TEASER) for item in items]

    assert look(digests.find_too_many_topics, make_digest(entries)) == []
    assert codes(
        look(digests.find_too_many_topics, make_digest(entries, is_personal=True))
    ) == [("digest_topics", Severity.ERROR)]


def test_faults_of_a_whole_item_lead_to_that_item():
    item = make_news_page(title="Broar", body=[("heading", {"text": "Ensam"})])
    digest = make_digest([(item, FULL)])
    letter = Letter(digest, digest.newsletter)

    (finding,) = digests.find_faults_of_whole_items(letter, BLOCK_RULES)

    assert (finding.code, finding.page_id) == ("empty_section", item.pk)
    assert finding.place.startswith("Broar › 1. ")
