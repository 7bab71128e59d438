"""A send in several languages, and those who read none of them."""

import pytest
from django.utils import timezone, translation

from newsletter.choices import Fallback, LeftOutReason
from newsletter.delivery.audience import count_audience
from newsletter.delivery.checking import check_item
from newsletter.delivery.planning import freeze_campaign
from newsletter.delivery.reaching import explain_reach
from tests.factories import make_contact, make_newsletter
from tests.newsletter.delivery.scenes import make_draft, make_item
from tests.newsletter.languages import publish_in_english, write_in_english

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_freeze_leaves_out_who_reads_no_language_of_the_item():
    newsletter = make_newsletter(fallback=Fallback.NOTHING)
    swedish, english = make_contact(), make_contact(language="en")

    send = make_draft([swedish, english], newsletter=newsletter)
    freeze_campaign(send, now=timezone.now())

    assert [d.contact for d in send.deliveries.all()] == [swedish]
    assert [(row.contact, row.reason) for row in send.left_out.all()] == [
        (english, LeftOutReason.NO_LANGUAGE)
    ]
    counted = count_audience(
        send.recipients, newsletter, on=timezone.localdate(), offered=["sv"]
    )
    assert (counted.mailable, counted.left_out) == (1, {LeftOutReason.NO_LANGUAGE: 1})
    reason = explain_reach(send.page, english, timezone.localdate())
    assert reason == LeftOutReason.NO_LANGUAGE.label
    assert explain_reach(send.page, swedish, timezone.localdate()) == ""


def test_freeze_gives_everybody_else_the_item_as_it_was_written():
    people = [make_contact(), make_contact(language="en")]

    send = make_draft(people)
    freeze_campaign(send, now=timezone.now())

    assert [d.locale for d in send.deliveries.order_by("pk")] == ["sv", "sv"]


def test_reach_of_a_stranger_says_that_they_are_no_recipient():
    page = make_item([make_contact()])

    with translation.override("en"):
        reason = explain_reach(page, make_contact(), timezone.localdate())

    assert reason == "Is not among the recipients"


@pytest.mark.parametrize(
    ("fallback", "words"),
    [(Fallback.NOTHING, "so they get nothing"), (Fallback.PAGE, "it in swedish")],
)
def test_check_says_what_readers_of_another_language_get(fallback, words):
    newsletter = make_newsletter(fallback=fallback)
    page = make_item(
        [make_contact(), make_contact(language="en")], newsletter=newsletter
    )

    with translation.override("en"):
        findings = check_item(page, page.newsletter_recipients, on=timezone.localdate())

    [finding] = [f for f in findings if f.code == "readers_language"]
    assert finding.title == "1 person reads english"
    assert words in finding.text


def test_check_of_a_translated_item_finds_nobody_without_a_language():
    page = make_item([make_contact(), make_contact(language="en")])
    publish_in_english(write_in_english(page))

    findings = check_item(page, page.newsletter_recipients, on=timezone.localdate())

    assert "readers_language" not in [finding.code for finding in findings]
