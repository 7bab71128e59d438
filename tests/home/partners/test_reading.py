"""What is for partners is theirs alone: on pages, in lists, feeds, search and files."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import ReferenceIndex

from crm.seats import fill_seat, succeed_seat
from home.partners.guarding import is_for_partners_only
from newsletter.choices import Visibility
from newsletter.public_forms import make_moment
from tests.factories import make_contact, make_news_page, make_seat

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://\S+?(/partner/\S+)")


@pytest.fixture
def partner():
    contact = make_contact(email="anna@solna.example")
    fill_seat(make_seat(), contact, starts_on=date(2020, 1, 1))
    return contact


@pytest.fixture
def item(site):
    return make_news_page(title="Intern", slug="intern", visibility=Visibility.PARTNERS)


def ask(client, address: str, **more):
    """Fill in the form as a person does, some seconds after it was shown."""
    with time_machine.travel(timezone.now() - timedelta(seconds=5)):
        made = make_moment()
    return client.post("/partner/", {"address": address, "made": made, **more})


def come_in(client, contact, next_path: str = "") -> object:
    ask(client, contact.email, next=next_path)
    link = LINK.search(mail.outbox[-1].body)[1]
    return client.post(link)


def test_stranger_is_led_to_where_a_link_is_asked_for(client, item):
    response = client.get(item.url)

    assert (response.status_code, response.url) == (302, f"/partner/?next={item.url}")
    assert response["Cache-Control"] == "private, no-store"


def test_stranger_finds_it_nowhere(client, site, item):
    make_news_page(title="Öppen")
    pages = [
        site.home.url,
        site.archive.url,
        site.archive.url + "?q=intern",
        site.archive.url + "feed/",
        "/sitemap-pages.xml",
    ]

    found = [path for path in pages if b"intern" in client.get(path).content.lower()]

    # The search shows what was typed, and nothing else.
    assert found == [site.archive.url + "?q=intern"]
    assert client.get(found[0]).context["listing"].page.paginator.count == 0


@pytest.mark.parametrize("address", ["nobody@solna.example", "anna@solna.example"])
def test_known_and_unknown_get_the_same_answer(client, partner, address):
    page = ask(client, address)

    assert page.status_code == 200
    assert address not in page.content.decode()
    assert len(mail.outbox) == (address == partner.email)


def test_contact_without_a_seat_gets_no_link(client):
    make_contact(email="utan@solna.example")

    ask(client, "utan@solna.example")

    assert mail.outbox == []


def test_address_that_is_none_is_said_to_be(client):
    page = ask(client, "solna")

    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.content.decode()


def test_partner_reads_by_the_mailed_link(client, site, item, partner):
    response = come_in(client, partner, item.url)

    assert response.url == item.url
    assert client.get(item.url).status_code == 200
    listed = client.get(site.archive.url)
    assert "Intern" in listed.content.decode()
    assert "cookie" in listed["Vary"].lower()
    # The feed is the same for everybody: readers' programmes keep it.
    assert b"Intern" not in client.get(site.archive.url + "feed/").content


def test_opening_the_link_lets_nobody_in(client, item, partner):
    ask(client, partner.email)
    link = LINK.search(mail.outbox[0].body)[1]

    scanned = client.get(link)

    assert scanned.status_code == 200
    assert scanned.cookies.keys() <= {"csrftoken"}
    assert client.get(item.url).status_code == 302


def test_link_is_old_after_an_hour(client, item, partner):
    ask(client, partner.email)
    link = LINK.search(mail.outbox[0].body)[1]

    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert client.post(link).status_code == 404
    assert client.post("/partner/forged/").status_code == 404


def test_who_leaves_the_seat_is_out_at_once(client, item, partner):
    come_in(client, partner)
    assert client.get(item.url).status_code == 200

    succeed_seat(
        partner.affiliations.get().seat,
        None,
        ended_on=timezone.localdate() - timedelta(days=1),
    )

    assert client.get(item.url).status_code == 302


def test_leaving_forgets_the_partner(client, item, partner):
    come_in(client, partner)

    assert client.get("/partner/leave/").status_code == 405
    client.post("/partner/leave/")

    assert client.get(item.url).status_code == 302


def test_editors_read_what_is_for_partners(editor, item):
    assert editor.get(item.url).status_code == 200


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\x"]
)
def test_way_back_leads_nowhere_else(client, partner, wanted):
    assert come_in(client, partner, wanted).url == "/"


def test_mailed_link_holds_no_words_of_who_asked_for_it(client, item, partner):
    part = f"{item.get_parent().url}feed/"
    wanted = ["/sv/vinn-pengar/", f"{item.url}vinn-pengar/", "/documents/1/vinn", part]
    for path in wanted:
        ask(client, partner.email, next=path)

    links = [LINK.search(letter.body)[1] for letter in mail.outbox]

    assert [link.partition("?next=")[2] for link in links] == ["", "", "", part]


def test_forms_are_in_the_language_of_the_wanted_page(client):
    assert "Your e-mail address" in client.get("/partner/?next=/en/x/").content.decode()


def test_document_of_a_partners_item_is_theirs(client, item, partner):
    document = get_document_model().objects.create(
        title="Plan", file=ContentFile(b"secret", "plan.txt")
    )
    link = f'<p><a linktype="document" id="{document.pk}">Plan</a></p>'
    item.body = [{"type": "text", "value": {"text": link}}]
    item.save_revision().publish()
    ReferenceIndex.create_or_update_for_object(item)

    assert is_for_partners_only(document)
    assert Client().get(document.url).status_code == 302
    come_in(client, partner)
    assert b"".join(client.get(document.url).streaming_content) == b"secret"

    public = make_news_page(body=[("text", {"text": link})])
    ReferenceIndex.create_or_update_for_object(public)
    assert Client().get(document.url).status_code == 200


def test_machine_gets_the_answer_and_no_mail(client, partner):
    page = ask(client, partner.email, homepage="https://spam.example")

    assert (page.status_code, mail.outbox) == (200, [])


def test_many_tries_from_one_place_are_refused(client, partner):
    statuses = [ask(client, f"p{n}@x.example").status_code for n in range(11)]

    assert statuses == [200] * 10 + [422]
