"""Opening a link of a letter, and reading an item on the web."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from crm.choices import ConsentAction, LawfulBasis
from crm.consent import record_consent, withdraw_consent
from newsletter.mail.links import link_mark
from newsletter.models import DeliveryEvent, LinkTotal, PageVisits
from tests.factories import (
    make_campaign,
    make_delivery,
    make_news_page,
    make_purpose,
    make_user,
)

pytestmark = pytest.mark.django_db
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"}
WHERE = "https://example.org/rapport?a=1#kap-2"


@pytest.fixture
def reader() -> Client:
    return Client(headers=BROWSER)


@pytest.fixture
def purpose(settings):
    settings.NEWSLETTER_TRACKING_PURPOSE = "matning"
    return make_purpose(slug="matning", lawful_basis=LawfulBasis.CONSENT)


def make_link(**fields) -> LinkTotal:
    fields.setdefault("campaign", make_campaign())
    return LinkTotal.objects.create(number=3, url=WHERE, **fields)


def make_tracked_link(purpose) -> tuple[LinkTotal, str]:
    delivery = make_delivery(is_tracked=True)
    record_consent(delivery.contact, purpose, ConsentAction.GIVEN, source="test")
    link = make_link(campaign=delivery.campaign)
    return link, f"/l/{link.campaign_id}/3/{link_mark(delivery.pk)}"


def visits() -> list[tuple[int, int]]:
    return list(PageVisits.objects.values_list("people", "machines"))


@pytest.mark.database
@pytest.mark.parametrize(
    "address",
    ["/l/0/3/", "/l/{pk}/4/", "/l/{pk}/99999/x.y", f"/l/{10**30}/{10**30}/"],
)
def test_unknown_link_is_not_found(reader, address):
    link = make_link()

    response = reader.get(address.format(pk=link.campaign_id))

    assert response.status_code == 404


def test_link_leads_only_where_it_led_when_it_was_frozen(reader):
    link = make_link()
    address = f"/l/{link.campaign_id}/3/?url=https://evil.example/&next=//evil.example"

    response = reader.get(address)

    assert (response.status_code, response.headers["Location"]) == (302, WHERE)
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response.headers["Cache-Control"]


def test_link_cannot_be_posted_to(reader):
    link = make_link()

    assert reader.post(f"/l/{link.campaign_id}/3/").status_code == 405


def test_link_opened_by_people_and_machines_is_counted_apart(reader):
    link = make_link()
    address = f"/l/{link.campaign_id}/3/"

    reader.get(address)
    reader.head(address)
    Client(headers={"User-Agent": "curl/8"}).get(address)

    link.refresh_from_db()
    assert (link.people, link.machines) == (1, 2)


@pytest.mark.database
def test_reader_who_agreed_is_noted_once(reader, purpose):
    link, address = make_tracked_link(purpose)

    for _again in range(2):
        assert reader.get(address).headers["Location"] == WHERE

    assert list(DeliveryEvent.objects.values_list("type", "detail")) == [
        ("clicked", "3")
    ]
    link.refresh_from_db()
    assert link.people == 2


@pytest.mark.parametrize("method", ["get", "head"])
def test_machine_that_says_so_notes_nobody(purpose, method):
    _link, address = make_tracked_link(purpose)

    for agent in ("Mozilla/5.0 (compatible; Googlebot/2.1)", "curl/8", ""):
        getattr(Client(headers={"User-Agent": agent}), method)(address)
    Client(headers=BROWSER).head(address)

    assert not DeliveryEvent.objects.exists()


@pytest.mark.database
def test_mail_filter_that_poses_as_a_browser_leaves_only_what_was_there(
    reader, purpose
):
    link, address = make_tracked_link(purpose)
    start, mark = address.rpartition("/3/")[::2]
    for number in (4, 5, 6):
        LinkTotal.objects.create(campaign=link.campaign, number=number, url=WHERE)
    with time_machine.travel(timezone.now() - timedelta(minutes=5)):
        reader.get(address)
    cache.clear()

    for number in (4, 5, 6):
        reader.get(f"{start}/{number}/{mark}")

    assert list(DeliveryEvent.objects.values_list("detail", flat=True)) == ["3"]


def test_reader_who_has_changed_their_mind_is_not_noted(reader, purpose):
    link, address = make_tracked_link(purpose)
    contact = link.campaign.deliveries.get().contact
    withdraw_consent(contact, purpose, source="test")

    assert reader.get(address).headers["Location"] == WHERE
    assert not DeliveryEvent.objects.exists()


def test_nobody_is_noted_where_no_purpose_is_set(reader, purpose, settings):
    _link, address = make_tracked_link(purpose)
    settings.NEWSLETTER_TRACKING_PURPOSE = ""

    assert reader.get(address).status_code == 302
    assert not DeliveryEvent.objects.exists()


@pytest.mark.parametrize("mark", ["forged", "1.forged", "%00"])
def test_forged_mark_leads_there_and_notes_nobody(reader, purpose, mark):
    link, _address = make_tracked_link(purpose)

    assert reader.get(f"/l/{link.campaign_id}/3/{mark}").status_code == 302
    assert not DeliveryEvent.objects.exists()


def test_mark_from_another_send_notes_nobody(reader, purpose):
    link, _address = make_tracked_link(purpose)
    _other, others_address = make_tracked_link(purpose)
    mark = others_address.rpartition("/")[2]

    assert reader.get(f"/l/{link.campaign_id}/3/{mark}").status_code == 302
    assert not DeliveryEvent.objects.exists()


def test_scanner_with_a_readers_mark_notes_nobody(purpose):
    _link, address = make_tracked_link(purpose)

    assert Client().head(address).status_code == 302
    assert not DeliveryEvent.objects.exists()


@pytest.mark.database
def test_item_read_on_the_web_is_counted(reader, site):
    page = make_news_page(archive=site.archive)

    assert reader.get(page.url).status_code == 200
    assert Client().get(page.url).status_code == 200
    assert visits() == [(1, 1)]


def test_item_read_by_who_works_here_is_not_counted(site):
    page = make_news_page(archive=site.archive)
    client = Client(headers=BROWSER)
    client.force_login(make_user("Editors"))

    assert client.get(page.url).status_code == 200
    assert visits() == []


def test_preview_is_no_visit(site):
    page = make_news_page(archive=site.archive)
    client = Client(headers=BROWSER)
    client.force_login(make_user("Editors"))

    client.get(f"/admin/pages/{page.pk}/view_draft/")

    assert visits() == []


def test_asking_for_a_password_is_no_visit(reader, site):
    page = make_news_page(archive=site.archive)
    PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.PASSWORD, password="x"
    )

    assert reader.get(page.url).status_code == 200
    assert visits() == []


def test_reading_an_item_is_counted_without_a_look_at_the_session(reader, site):
    page = make_news_page(archive=site.archive)

    response = reader.get(page.url)

    assert "Cookie" not in response.headers.get("Vary", "")


def test_list_of_items_is_not_counted(reader, site):
    make_news_page(archive=site.archive)

    assert reader.get(site.archive.url).status_code == 200
    assert visits() == []
