"""A digest: what it gathers, and what stands of it on the web, in mail and as text."""

import pytest
from wagtail.models import PageViewRestriction

from newsletter.choices import ConditionKind, DigestExtent
from newsletter.mail.blocks import find_reader_limit, read_blocks
from newsletter.mail.compose import compose_page, find_conditions
from tests.factories import (
    make_digest,
    make_news_page,
    make_segment,
    make_site,
    make_topic,
)

pytestmark = pytest.mark.django_db
HEADLINE, TEASER, FULL = DigestExtent.HEADLINE, DigestExtent.TEASER, DigestExtent.FULL


def kinds(page):
    return [block.kind for block in read_blocks(page)]


def test_read_blocks_of_digest_gives_introduction_then_items_in_hand_made_order():
    first, second, third = (
        make_news_page(body=[("lead", {"text": "x"}), ("heading", {"text": "y"})])
        for _n in range(3)
    )
    digest = make_digest(
        [(third, HEADLINE), (first, FULL), (second, TEASER)],
        body=[("lead", {"text": "Hej!"})],
    )

    assert kinds(digest) == [
        "lead", "digest_item", "digest_item", "lead", "heading", "digest_item",
    ]  # fmt: skip
    assert [b.value.item for b in read_blocks(digest) if b.kind == "digest_item"] == [
        third, first, second,
    ]  # fmt: skip


def test_read_blocks_of_digest_that_is_not_personal_asks_nothing_of_readers():
    digest = make_digest([(make_news_page(topics=[make_topic()]), TEASER)])

    assert find_conditions([digest]) == []
    assert find_reader_limit(digest) is None


def test_personal_digest_limits_each_item_to_readers_of_one_of_its_topics():
    one, two = make_topic(), make_topic()
    items = [make_news_page(topics=t) for t in ([one], [one, two], [])]
    digest = make_digest([(item, TEASER) for item in items], is_personal=True)

    assert [(c.kind, c.key) for c in find_conditions([digest])] == [
        (ConditionKind.TOPICS, (one.pk,)),
        (ConditionKind.TOPICS, (one.pk, two.pk)),
    ]
    # The third is for everybody, so nobody is left out.
    assert find_reader_limit(digest) is None


def test_personal_digest_whose_items_all_have_topics_leaves_others_out():
    one, two = make_topic(), make_topic()
    items = [make_news_page(topics=[topic]) for topic in (two, one)]
    digest = make_digest([(item, TEASER) for item in items], is_personal=True)

    limit = find_reader_limit(digest)

    assert (limit.kind, limit.key) == (ConditionKind.TOPICS, (one.pk, two.pk))


def test_limits_inside_a_whole_item_come_on_top_of_its_topics():
    segment, topic = make_segment(), make_topic()
    body = [("lead", {"text": "x", "only_for": [str(segment.pk)]})]
    item = make_news_page(topics=[topic], body=body)
    digest = make_digest([(item, FULL)], is_personal=True)

    head, lead = read_blocks(digest)

    assert [c.kind for c in head.conditions] == [ConditionKind.TOPICS]
    assert [c.kind for c in lead.conditions] == [
        ConditionKind.TOPICS, ConditionKind.SEGMENT,
    ]  # fmt: skip


def test_entries_leave_out_drafts_and_follow_translations():
    swedish, english = make_site("sv"), make_site("en")
    draft = make_news_page(archive=swedish.archive)
    draft.unpublish()
    item = make_news_page(archive=swedish.archive)
    translation = item.copy_for_translation(english.home.locale, copy_parents=True)
    translation.save_revision().publish()
    lonely = make_news_page(archive=swedish.archive)

    digest = make_digest(
        [(draft, TEASER), (item, TEASER), (lonely, FULL)],
        archive=english.archive,
        locale=english.home.locale,
    )

    assert [entry.item.pk for entry in digest.list_entries()] == [translation.pk]
    assert [item.pk for item in digest.list_missing()] == [draft.pk, lonely.pk]


def test_entries_leave_out_what_readers_of_the_digest_may_not_see():
    secret = make_news_page()
    PageViewRestriction.objects.create(page=secret, restriction_type="login")
    digest = make_digest([(secret, TEASER), (make_news_page(), TEASER)])

    assert [item.pk for item in digest.list_missing()] == [secret.pk]


def test_web_page_lists_the_items_after_the_introduction(client):
    items = [make_news_page(title="Kommunala vägar"), make_news_page(title="Broar")]
    digest = make_digest(
        [(item, TEASER) for item in items], body=[("lead", {"text": "Hej!"})]
    )

    html = client.get(digest.url).content.decode()

    assert html.index("Hej!") < html.index("Kommunala vägar") < html.index("Broar")


def test_mail_shows_headline_teaser_and_whole_item():
    make_site("sv")
    short, teased, whole = (
        make_news_page(title=t, summary=f"Om {t}.", body=[("lead", {"text": f"I {t}"})])
        for t in ("Ett", "Två", "Tre")
    )
    digest = make_digest([(short, HEADLINE), (teased, TEASER), (whole, FULL)])

    mail = compose_page(digest, digest.newsletter, [], locale="sv").cut(0)

    for written in (mail.html, mail.text):
        assert [part in written for part in ("Om Ett.", "Om Två.", "Om Tre.")] == [
            False, True, False,
        ]  # fmt: skip
        assert [part in written for part in ("I Ett", "I Två", "I Tre")] == [
            False, False, True,
        ]  # fmt: skip
        assert [item.slug in written for item in (short, teased)] == [True, True]
