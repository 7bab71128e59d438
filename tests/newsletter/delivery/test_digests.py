"""Sends of digests: who gets what of it, who gets nothing, and what stays as it was."""

import pytest
from django.utils import timezone

from newsletter.choices import DigestExtent, LeftOutReason
from newsletter.delivery.audience import count_audience
from newsletter.delivery.campaigns import save_campaign, send_campaign
from newsletter.delivery.checking import check_item
from newsletter.delivery.reaching import explain_reach
from newsletter.delivery.variants import count_variants
from newsletter.exceptions import NoLetterError
from newsletter.mail.blocks import find_reader_limits
from newsletter.mail.preview import preview_letter
from newsletter.models import Acknowledgement, Variant
from newsletter.preflight.running import find_obstacles
from tests.factories import (
    make_contact,
    make_digest,
    make_news_page,
    make_newsletter,
    make_recipients,
    make_segment,
    make_site,
    make_topic,
    make_user,
)
from tests.newsletter.delivery.scenes import check_sender_once

pytestmark = pytest.mark.django_db
TEASER, FULL = DigestExtent.TEASER, DigestExtent.FULL
LEAD = [("lead", {"text": "Det här har hänt."})]


def make_sendable(people, entries, **fields):
    make_site("sv")
    fields.setdefault("newsletter", make_newsletter())
    check_sender_once(fields["newsletter"])
    return make_digest(
        [(item, TEASER) for item in entries],
        body=LEAD,
        summary="Det här har hänt.",
        newsletter_recipients=make_recipients(include=[make_segment(added=people)]),
        **fields,
    )


def freeze(digest):
    draft = save_campaign(digest, revision=digest.latest_revision)
    return send_campaign(draft, user=make_user(), now=timezone.now())


def let_stand(digest):
    """Let stand what the check warns of: an item that is in one language only."""
    found = check_item(digest, digest.newsletter_recipients, on=timezone.localdate())
    for finding in find_obstacles(found, digest):
        assert not finding.is_error
        Acknowledgement.objects.create(page=digest, key=finding.key, text=finding.title)


def html_for(campaign, contact):
    row = campaign.deliveries.get(contact=contact)
    return campaign.variants.get(locale=row.locale, shown=row.shown).html


@pytest.mark.database
def test_personal_digest_gives_each_reader_the_items_of_their_topics():
    make_site("sv")
    work, homes, roads = make_topic(), make_topic(), make_topic()
    about_work = make_news_page(title="Arbete", summary="A.", topics=[work])
    about_both = make_news_page(title="Båda", summary="B.", topics=[work, homes])
    worker, homer, chose_none = (
        make_contact(topics=t) for t in ([work], [homes, roads], [])
    )
    neither = make_contact(topics=[roads])
    people = [worker, homer, chose_none, neither]
    digest = make_sendable(people, [about_work, about_both], is_personal=True)
    today = timezone.localdate()
    counted = count_variants(digest, today)
    count = count_audience(
        digest.newsletter_recipients,
        digest.newsletter,
        on=today,
        offered=["sv"],
        limits=find_reader_limits({"sv": digest}),
    )

    campaign = freeze(digest)

    got = {p: html_for(campaign, p) for p in (worker, homer, chose_none)}
    assert {p: ("Arbete" in html, "Båda" in html) for p, html in got.items()} == {
        worker: (True, True),
        homer: (False, True),
        chose_none: (True, True),
    }
    assert list(campaign.left_out.values_list("contact", "reason")) == [
        (neither.pk, LeftOutReason.NO_ITEMS)
    ]
    # Counted before is what was frozen.
    assert sorted((c.shown, c.people) for c in counted) == [(0b10, 1), (0b11, 2)]
    assert (count.mailable, count.left_out) == (3, {LeftOutReason.NO_ITEMS: 1})
    # The preview says the same.
    assert "Arbete" not in preview_letter(digest, homer).html
    assert [hidden.place for hidden in preview_letter(digest, homer).hidden] == [
        "2. Arbete"
    ]
    with pytest.raises(NoLetterError):
        preview_letter(digest, neither)
    assert explain_reach(digest, neither, today) == str(LeftOutReason.NO_ITEMS.label)
    assert explain_reach(digest, worker, today) == ""


@pytest.mark.database
def test_personal_digest_in_two_languages_judges_each_reader_by_their_own():
    swedish, english = make_site("sv"), make_site("en")
    work, homes = make_topic(), make_topic()
    item = make_news_page(summary="A.", archive=swedish.archive, topics=[work])
    only_swedish = make_news_page(summary="B.", archive=swedish.archive, topics=[homes])
    in_english = item.copy_for_translation(english.home.locale, copy_parents=True)
    in_english.save_revision().publish()
    reads_sv, reads_en = (
        make_contact(topics=[homes], language=code) for code in ("sv", "en")
    )
    digest = make_sendable(
        [reads_sv, reads_en],
        [item, only_swedish],
        is_personal=True,
        archive=swedish.archive,
    )
    translated = digest.copy_for_translation(english.home.locale, copy_parents=True)
    translated.save_revision().publish()
    assert [entry.item.pk for entry in translated.list_entries()] == [in_english.pk]
    let_stand(digest)

    campaign = freeze(digest)

    assert list(campaign.deliveries.values_list("contact", "locale")) == [
        (reads_sv.pk, "sv")
    ]
    assert list(campaign.left_out.values_list("contact", "reason")) == [
        (reads_en.pk, LeftOutReason.NO_ITEMS)
    ]


def test_digest_that_was_saved_for_sending_keeps_its_items_as_they_were():
    make_site("sv")
    item = make_news_page(title="Före", summary="Som det var.")
    digest = make_sendable([make_contact()], [item])
    draft = save_campaign(digest, revision=digest.latest_revision)
    assert draft.item_revisions == {str(item.pk): item.live_revision_id}
    item.title, item.summary = "Efter", "Som det blev."
    item.save_revision().publish()

    campaign = send_campaign(draft, user=make_user(), now=timezone.now())

    html = Variant.objects.get(campaign=campaign).html
    assert ("Som det var." in html, "Som det blev." in html) == (True, False)


def test_digest_that_is_not_personal_goes_to_everybody():
    make_site("sv")
    topic, other = make_topic(), make_topic()
    reader = make_contact(topics=[other])
    digest = make_sendable([reader], [make_news_page(summary="A.", topics=[topic])])

    campaign = freeze(digest)

    assert campaign.deliveries.get().contact == reader
    assert not campaign.left_out.exists()
