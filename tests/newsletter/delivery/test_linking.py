"""Counted links of a send: laid when it is frozen, personal only by consent."""

from email import message_from_bytes
from email.policy import default

import pytest
from django.conf import settings

from crm.choices import ConsentAction, LawfulBasis
from crm.consent import record_consent, withdraw_consent
from newsletter.delivery.letters import LetterWriter
from newsletter.delivery.linking import find_marks
from newsletter.delivery.statements import Claimed
from newsletter.mail.links import link_mark
from newsletter.models import LinkTotal
from tests.factories import make_contact, make_newsletter, make_purpose
from tests.newsletter.delivery.scenes import make_frozen_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def purpose(settings):
    settings.NEWSLETTER_TRACKING_PURPOSE = "matning"
    return make_purpose(slug="matning", lawful_basis=LawfulBasis.CONSENT)


def freeze(contacts, *, counts_links=True):
    newsletter = make_newsletter(counts_links=counts_links)
    return make_frozen_campaign(contacts=contacts, newsletter=newsletter)


def say_yes(contact, purpose) -> None:
    record_consent(contact, purpose, ConsentAction.GIVEN, source="test")


def test_letter_of_a_newsletter_that_counts_nothing_keeps_its_links(purpose):
    contact = make_contact()
    say_yes(contact, purpose)

    campaign = freeze([contact], counts_links=False)

    variant = campaign.variants.get()
    assert campaign.counts_links is False
    assert "/l/" not in variant.html
    assert not LinkTotal.objects.exists()
    assert not campaign.deliveries.get().is_tracked


def test_letter_leads_over_this_site_and_the_text_keeps_real_addresses(settings):
    campaign = freeze([make_contact()])

    variant = campaign.variants.get()
    urls = list(campaign.links.values_list("number", "url"))
    web_url = settings.SITE_URL + campaign.page.get_url()
    assert urls == [(0, web_url)]
    assert f'href="{settings.SITE_URL}/l/{campaign.pk}/0/"' in variant.html
    assert f'href="{web_url}"' not in variant.html
    assert web_url in variant.text
    assert "/l/" not in variant.text
    assert 'href="[[unsubscribe_url]]"' in variant.html


def test_nobody_is_tracked_while_no_purpose_is_set(purpose, settings):
    settings.NEWSLETTER_TRACKING_PURPOSE = ""
    contact = make_contact()
    say_yes(contact, purpose)

    campaign = freeze([contact])

    assert not campaign.deliveries.get().is_tracked
    assert "[[link_mark]]" not in campaign.variants.get().html


def test_only_who_said_yes_is_tracked(purpose):
    yes, no, withdrawn = (make_contact() for _number in range(3))
    say_yes(yes, purpose)
    say_yes(withdrawn, purpose)
    withdraw_consent(withdrawn, purpose, source="test")

    campaign = freeze([yes, no, withdrawn])

    tracked = campaign.deliveries.filter(is_tracked=True)
    assert [row.contact for row in tracked] == [yes]
    assert "/0/[[link_mark]]" in campaign.variants.get().html
    assert find_marks([tracked[0].pk]) == {tracked[0].pk: link_mark(tracked[0].pk)}


def test_mark_is_gone_once_the_reader_takes_the_yes_back(
    purpose, django_assert_num_queries
):
    contact = make_contact()
    say_yes(contact, purpose)
    [delivery] = freeze([contact]).deliveries.all()

    withdraw_consent(contact, purpose, source="test")

    with django_assert_num_queries(1):
        assert find_marks([delivery.pk]) == {}


def test_marks_of_nobody_ask_nothing(purpose, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert find_marks([]) == {}


def test_letter_carries_the_mark_only_of_who_agrees_when_it_is_written(purpose):
    yes, withdrawn = make_contact(), make_contact()
    for contact in (yes, withdrawn):
        say_yes(contact, purpose)
    campaign = freeze([yes, withdrawn])
    withdraw_consent(withdrawn, purpose, source="test")
    rows = [make_claimed(row) for row in campaign.deliveries.order_by("contact")]
    writer = LetterWriter(wants_content=True)

    values = writer.prepare(campaign, rows)
    letters = [
        read_html(writer.write(campaign, row, values[row.delivery_id]).content)
        for row in rows
    ]

    link = f"{settings.SITE_URL}/l/{campaign.pk}/0/"
    assert f'href="{link}{link_mark(rows[0].delivery_id)}"' in letters[0]
    assert f'href="{link}"' in letters[1]


def make_claimed(delivery) -> Claimed:
    contact = delivery.contact
    return Claimed(
        delivery_id=delivery.pk,
        contact_id=contact.pk,
        address=delivery.address,
        domain=delivery.domain,
        locale=delivery.locale,
        shown=delivery.shown,
        attempts=1,
        is_tracked=delivery.is_tracked,
        given_name=contact.given_name,
        family_name=contact.family_name,
        language=contact.language,
        custom={},
        is_unwanted=False,
    )


def read_html(content: bytes) -> str:
    message = message_from_bytes(content, policy=default)
    return message.get_body(("html",)).get_content()
