"""News items, recipients and newsletters in the admin."""

import pytest

from newsletter.models import Newsletter, Recipients
from tests.factories import (
    make_contact,
    make_news_page,
    make_newsletter,
    make_purpose,
    make_recipients,
    make_segment,
    make_site,
)
from tests.newsletter.browsing import count_queries, log_in
from tests.newsletter.delivery.scenes import make_frozen_campaign

pytestmark = pytest.mark.django_db


def test_news_listing_asks_the_database_equally_often():
    archive = make_site().archive
    newsletter = make_newsletter()
    client = log_in("Editors")
    make_news_page(archive=archive, newsletter=newsletter)
    with_one = count_queries(client, "/admin/news/")
    for _number in range(2):
        make_news_page(archive=archive, newsletter=newsletter)

    assert count_queries(client, "/admin/news/") == with_one


@pytest.mark.database
def test_news_listing_says_what_became_of_the_send():
    campaign = make_frozen_campaign(people=2)

    response = log_in("Editors").get("/admin/news/")

    (page,) = response.context["pages"]
    assert (page.pk, page.send_state, page.send_people) == (
        campaign.page_id,
        "sending",
        2,
    )
    assert "Sending" in response.content.decode()


@pytest.mark.database
def test_news_listing_can_be_filtered_by_kind():
    archive = make_site().archive
    make_news_page(archive=archive, kind="invitation")
    report = make_news_page(archive=archive, kind="report")

    response = log_in("Editors").get("/admin/news/?kind=report")

    assert [page.pk for page in response.context["pages"]] == [report.pk]


def test_recipients_listing_asks_the_database_equally_often():
    client = log_in("Senders")
    make_recipients(include=[make_segment()], exclude=[make_segment()])
    with_one = count_queries(client, "/admin/recipients/")
    for _number in range(2):
        make_recipients(include=[make_segment()], exclude=[make_segment()])

    assert count_queries(client, "/admin/recipients/") == with_one


@pytest.mark.database
def test_recipients_page_counts_who_is_in_it_today():
    people = [make_contact(), make_contact()]
    recipients = make_recipients(
        include=[make_segment(added=people)], exclude=[make_segment(added=people[:1])]
    )
    make_newsletter(name="Nätverksbrevet")

    html = log_in("Editors").get(f"/admin/recipients/inspect/{recipients.pk}/")

    assert "1 person is in it." in html.content.decode()
    assert "1 person would get it." in html.content.decode()


def test_recipients_are_made_from_segments():
    wanted, unwanted = make_segment(), make_segment()

    response = log_in("Editors").post(
        "/admin/recipients/new/",
        {"name": "All", "include": [wanted.pk], "exclude": [unwanted.pk]},
    )

    recipients = Recipients.objects.get()
    assert response.url == f"/admin/recipients/inspect/{recipients.pk}/"
    assert (list(recipients.include.all()), list(recipients.exclude.all())) == (
        [wanted],
        [unwanted],
    )


def test_recipients_of_the_same_segment_in_and_out_are_refused():
    segment = make_segment(name="Experter")

    response = log_in("Editors").post(
        "/admin/recipients/new/",
        {"name": "All", "include": [segment.pk], "exclude": [segment.pk]},
    )

    assert response.context["form"].errors == {
        "exclude": ["Goes to and leaves out the same: Experter."]
    }


def test_recipients_are_made_in_the_chooser():
    segment = make_segment()
    prefix = "newsletter_recipients_chooser"

    response = log_in("Editors").post(
        "/admin/recipients_chooser/create/",
        {"name": "All", "include": [segment.pk], f"{prefix}-name": "All"},
    )

    assert response.json()["step"] == "chosen"
    assert list(Recipients.objects.get().include.all()) == [segment]


def test_recipients_chooser_creates_nothing_for_who_may_not():
    response = log_in("Auditors").post(
        "/admin/recipients_chooser/create/",
        {"name": "All", "include": [make_segment().pk]},
    )

    assert (response.status_code, Recipients.objects.count()) == (302, 0)


def test_newsletter_listing_asks_the_database_equally_often():
    client = log_in("Auditors")
    make_newsletter()
    with_one = count_queries(client, "/admin/newsletters/")
    for _number in range(2):
        make_newsletter()

    assert count_queries(client, "/admin/newsletters/") == with_one


def test_newsletters_are_not_changed_by_senders():
    newsletter = make_newsletter()

    response = log_in("Senders").post(f"/admin/newsletters/edit/{newsletter.pk}/")

    assert (response.status_code, response.url) == (302, "/admin/")


def test_newsletter_in_use_is_not_deleted():
    newsletter = make_news_page().newsletter
    client = log_in("newsletter.delete_newsletter", "wagtailadmin.access_admin")

    response = client.post(f"/admin/newsletters/delete/{newsletter.pk}/")

    assert (response.status_code, Newsletter.objects.count()) == (409, 1)


def test_newsletter_is_made_by_who_may():
    purpose = make_purpose()

    log_in("newsletter.add_newsletter", "wagtailadmin.access_admin").post(
        "/admin/newsletters/new/",
        {
            "name": "Brevet",
            "slug": "brevet",
            "purpose": purpose.pk,
            "sender_name": "Kansliet",
            "sender_email": "kansliet@example.org",
            "list_id": "brevet.example.org",
            "postal_address": "Storgatan 1",
            "reason_sv": "Därför.",
            "reason_en": "Because.",
            "accent": "#0f4a40",
            "approval_tolerance": "5",
            "fallback": "page",
        },
    )

    assert Newsletter.objects.get().name == "Brevet"
