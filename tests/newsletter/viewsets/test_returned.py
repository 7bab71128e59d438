"""newsletter/viewsets/returned.py: the riddles among what came back."""

import pytest
from django.test import Client

from newsletter.choices import BounceClass, EventSource, EventType
from newsletter.models import DeliveryEvent
from tests.factories import make_delivery, make_user

pytestmark = pytest.mark.django_db

URL = "/admin/returned/"


@pytest.fixture
def keeper(client: Client) -> Client:
    client.force_login(make_user("Register keepers"))
    return client


def make_event(**fields):
    fields.setdefault("type", EventType.BOUNCED)
    fields.setdefault("source", EventSource.MAIL)
    return DeliveryEvent.objects.create(**fields)


def read(client, **query):
    return client.get(URL, query, headers={"Accept-Language": "en"}).content.decode()


def test_returned_without_any_way_in_says_what_is_missing(keeper):
    assert "No mail" not in read(keeper)
    assert "way in" in read(keeper)


def test_returned_all_understood_says_so(keeper, settings):
    settings.NEWSLETTER_BOUNCE_MAILDIR = "/var/mail/studs"

    assert "All clear" in read(keeper)


def test_returned_lists_strays_and_what_was_not_understood_and_nothing_else(keeper):
    delivery = make_delivery()
    make_event(detail="belongs to nobody")
    make_event(
        delivery=delivery, bounce_class=BounceClass.UNKNOWN, detail="said nothing"
    )
    make_event(delivery=delivery, bounce_class=BounceClass.HARD, detail="user unknown")

    page = read(keeper)

    assert [
        words in page for words in ("belongs to nobody", "said nothing", "user unknown")
    ] == [True, True, False]
    assert f"/admin/sends/inspect/{delivery.campaign_id}/" in page
    assert delivery.address not in page


def test_returned_is_searched_by_what_the_server_said(keeper):
    make_event(detail="first words")
    make_event(detail="second words")

    page = read(keeper, q="second")

    assert ("first words" in page, "second words" in page) == (False, True)


@pytest.mark.parametrize("number", [1, 3])
def test_returned_asks_the_same_questions_for_any_number(
    keeper, django_assert_num_queries, number
):
    for _number in range(number):
        make_event(delivery=make_delivery(), bounce_class=BounceClass.UNKNOWN)
    read(keeper)

    # One of them asks whose site's look the menu may offer, one how many rows there are.
    with django_assert_num_queries(12):
        read(keeper)


def test_returned_is_not_for_editors(editor):
    assert editor.get(URL).status_code == 302


def test_returned_cannot_be_added_changed_or_deleted(keeper):
    event = make_event()
    paths = ["new/", f"edit/{event.pk}/", f"delete/{event.pk}/"]

    assert [keeper.get(URL + path).status_code for path in paths] == [404] * 3
