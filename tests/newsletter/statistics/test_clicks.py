"""Links opened by name: only of who agrees to this day."""

import pytest

from crm.choices import ConsentAction, LawfulBasis
from crm.consent import record_consent, withdraw_consent
from newsletter.models import DeliveryEvent, LinkTotal
from newsletter.statistics.clicks import list_clicks
from tests.factories import make_purpose
from tests.newsletter.statistics.scenes import add_row, make_send

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def purpose(settings):
    settings.NEWSLETTER_TRACKING_PURPOSE = "matning"
    return make_purpose(slug="matning", lawful_basis=LawfulBasis.CONSENT)


@pytest.fixture
def campaign():
    campaign = make_send()
    LinkTotal.objects.create(campaign=campaign, number=0, url="https://a.example/")
    return campaign


def add_click(campaign, purpose, *, is_tracked=True):
    row = add_row(campaign, is_tracked=is_tracked)
    record_consent(row.contact, purpose, ConsentAction.GIVEN, source="test")
    DeliveryEvent.objects.create(delivery=row, type="clicked", detail="0")
    return row


def test_click_of_who_agrees_is_listed(campaign, purpose):
    row = add_click(campaign, purpose)

    assert [(c.contact, c.url) for c in list_clicks(campaign)] == [
        (row.contact, "https://a.example/")
    ]


def test_click_of_who_no_longer_agrees_is_not(campaign, purpose):
    row = add_click(campaign, purpose)
    withdraw_consent(row.contact, purpose, source="test")

    assert list_clicks(campaign) == []


def test_click_of_a_letter_without_a_mark_is_not(campaign, purpose):
    add_click(campaign, purpose, is_tracked=False)

    assert list_clicks(campaign) == []


def test_nobodys_click_is_listed_where_no_purpose_is_set(campaign, purpose, settings):
    add_click(campaign, purpose)
    settings.NEWSLETTER_TRACKING_PURPOSE = ""

    assert list_clicks(campaign) == []
