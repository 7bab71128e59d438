"""Each factory makes a row that keeps the rules of its model, twice."""

import pytest

from crm.models import Affiliation
from newsletter.models import Delivery, NewsPage
from tests import factories


@pytest.mark.django_db
@pytest.mark.parametrize(
    "make",
    [
        factories.make_contact,
        factories.make_grant,
        factories.make_membership,
        factories.make_network,
        factories.make_newsletter,
        factories.make_organisation,
        factories.make_purpose,
        factories.make_role,
        factories.make_seat,
        factories.make_segment,
        factories.make_topic,
        factories.make_user,
    ],
)
def test_factory_called_twice_makes_two_valid_rows(make):
    first, second = make(), make()

    first.full_clean()
    assert first != second


@pytest.mark.django_db
def test_make_seat_with_holder_fills_it():
    contact = factories.make_contact()

    seat = factories.make_seat(holder=contact)

    assert list(Affiliation.objects.values_list("seat", "contact")) == [
        (seat.pk, contact.pk)
    ]


@pytest.mark.django_db
def test_make_delivery_without_arguments_makes_all_it_needs():
    delivery = factories.make_delivery()

    assert list(Delivery.objects.all()) == [delivery]
    assert delivery.campaign.page.live


@pytest.mark.django_db
def test_make_news_page_stores_its_body_and_topics(site):
    topic = factories.make_topic()

    factories.make_news_page(body=[("lead", {"text": "Tre dagar."})], topics=[topic])

    page = NewsPage.objects.child_of(site.archive).get()
    assert [(block.block_type, block.value["text"]) for block in page.body] == [
        ("lead", "Tre dagar.")
    ]
    assert [link.topic for link in page.topic_links.all()] == [topic]


@pytest.mark.django_db
def test_make_recipients_keeps_both_sides():
    first, second = factories.make_segment(), factories.make_segment()

    recipients = factories.make_recipients(include=[first], exclude=[second])

    assert list(recipients.include.all()) == [first]
    assert list(recipients.exclude.all()) == [second]


@pytest.mark.django_db
def test_make_user_with_permission_has_just_that():
    user = factories.make_user("crm.export_contact")

    assert user.get_all_permissions() == {"crm.export_contact"}


@pytest.mark.django_db
def test_make_site_serves_its_first_page(site, client):
    assert site.site.root_page == site.home
    assert site.archive.full_url == "http://localhost/sv/nyheter/"
