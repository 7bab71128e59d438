"""The page that says why somebody is in a segment, and where it is reached from."""

import pytest
from django.urls import reverse
from django.utils import translation

from crm.choices import SuppressionReason
from crm.consent import suppress
from tests.crm.viewsets.browser import texts_in
from tests.crm.viewsets.test_segments import log_in
from tests.factories import (
    make_campaign,
    make_contact,
    make_recipients,
    make_segment,
)
from tests.newsletter.delivery.scenes import make_draft, make_frozen_campaign

pytestmark = pytest.mark.django_db

VERDICT = ".why__verdict"
SWEDISH = [{"kind": "language", "languages": ["sv"]}]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def reader():
    return log_in("view_segment", "view_contact", "view_campaign")


def why(segment):
    return reverse("wagtailsnippets_crm_segment:why", args=[segment.pk])


def test_why_is_refused_without_sight_of_contacts():
    contact, segment = make_contact(given_name="Hemlig"), make_segment()

    answer = log_in("view_segment").get(why(segment), {"contact": contact.pk})

    assert answer.status_code == 302
    assert b"Hemlig" not in answer.content


def test_people_are_found_on_the_page_itself(reader):
    contact = make_contact(given_name="Åsa", family_name="Öberg")
    segment = make_segment()

    page = reader.get(why(segment), {"q": "åsa"})

    assert page.context["found"] == [
        {"pk": contact.pk, "label": f"Åsa Öberg, {contact.email}"}
    ]
    assert f"?contact={contact.pk}" in page.content.decode()


def test_nobody_found_is_said(reader):
    page = reader.get(why(make_segment()), {"q": "nobody"}).content.decode()

    assert "Nobody in the register is called “nobody”" in page


def test_verdict_is_said_with_each_rule_and_whether_a_letter_would_reach(reader):
    contact = make_contact(given_name="Åsa", family_name="Öberg", language="en")
    segment = make_segment(name="Svenska", rules=SWEDISH)

    page = reader.get(why(segment), {"contact": contact.pk}).content.decode()

    assert "Åsa Öberg is not in the segment “Svenska”." in page
    assert "is written to in Swedish" in page
    assert "And would a letter reach them?" in page


def test_unknown_contact_is_not_found(reader):
    answer = reader.get(why(make_segment()), {"contact": 999}, follow=True)

    assert answer.status_code == 404


def test_overview_leads_there_and_shows_count_rules_and_uses(reader):
    segment = make_segment(rules=SWEDISH)

    page = reader.get(
        reverse("wagtailsnippets_crm_segment:inspect", args=[segment.pk])
    ).content.decode()

    assert why(segment) in page
    assert "is written to in Swedish" in page
    assert "Nothing yet: no recipients and no other segment." in page


def test_contact_page_says_for_each_segment_whether_and_why(reader):
    contact = make_contact(language="sv")
    inside, outside = make_segment(rules=SWEDISH), make_segment()

    page = reader.get(reverse("crm_contact:inspect", args=[contact.pk]))

    assert [(e.segment, e.is_member) for e in page.context["memberships"]] == [
        (inside, True),
        (outside, False),
    ]
    assert f"{why(outside)}?contact={contact.pk}" in page.content.decode()


def test_send_says_what_became_of_it_by_the_frozen_rules(reader):
    got, other = make_contact(), make_contact()
    campaign = make_frozen_campaign(contacts=[got])
    address = reverse("newsletter_sends:why", args=[campaign.pk])

    first = reader.get(address, {"contact": got.pk})
    second = reader.get(address, {"contact": other.pk})

    assert f"{got} was in the send" in first.content.decode()
    assert [e.is_member for e in first.context["goes_to"]] == [True]
    assert "was not among the people it went to" in second.content.decode()


def test_send_not_yet_frozen_says_who_would_get_it_today(reader):
    member, stopped, other = make_contact(), make_contact(), make_contact()
    suppress(stopped.email, SuppressionReason.BOUNCE)
    segment = make_segment(added=[member, stopped])
    circle = make_recipients(include=[segment])
    campaign = make_draft([], newsletter_recipients=circle)
    address = reverse("newsletter_sends:why", args=[campaign.pk])

    said = [
        " ".join(texts_in(reader.get(address, {"contact": contact.pk}), VERDICT))
        for contact in (member, stopped, other)
    ]

    assert said == [
        f"✓ It has not been sent yet. Today {member} would get it.",
        f"✕ It has not been sent yet. Today {stopped} would not get it: "
        "The address is stopped.",
        f"✕ It has not been sent yet. Today {other} would not get it: "
        "Is not among the recipients.",
    ]


def test_send_not_yet_frozen_is_judged_as_of_today(reader):
    contact, campaign = make_contact(), make_campaign()

    page = reader.get(
        reverse("newsletter_sends:why", args=[campaign.pk]), {"contact": contact.pk}
    )

    assert "It has not been sent yet." in page.content.decode()
