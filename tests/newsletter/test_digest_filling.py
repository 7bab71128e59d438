"""Filling a digest: which items fit, the button in the editor, the chooser."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction
from wagtail.test.utils.form_data import querydict_from_html

from newsletter.choices import DigestExtent, NewsKind, Visibility
from newsletter.picking import Picking, fill_digest, find_items
from tests.factories import (
    make_campaign,
    make_digest,
    make_network,
    make_news_page,
    make_site,
    make_topic,
    make_user,
)
from tests.newsletter.browsing import LEAD_IN_FORM, log_in, read_messages

pytestmark = pytest.mark.django_db
EVERYTHING = Picking(since_last=False)


def found(digest, picking=EVERYTHING):
    return [item.title for item in find_items(digest, picking)]


def test_items_come_newest_first_without_those_that_stand_in_it():
    old = make_news_page(title="Gammal", published_on=date(2026, 1, 1))
    make_news_page(title="Ny", published_on=date(2026, 2, 1))
    chosen = make_news_page(title="Vald")
    make_news_page(title="Utkast").unpublish()
    digest = make_digest([(chosen, DigestExtent.TEASER)])

    assert found(digest) == ["Ny", old.title]


def test_items_are_narrowed_by_topic_kind_network_and_days():
    topic, network = make_topic(), make_network()
    make_news_page(title="Ämne", topics=[topic], published_on=date(2026, 1, 1))
    make_news_page(title="Nät", network=network, published_on=date(2026, 2, 1))
    make_news_page(title="Typ", kind=NewsKind.INVITATION, published_on=date(2026, 3, 1))
    digest = make_digest()

    asked = [
        {"topic": topic},
        {"network": network},
        {"kind": NewsKind.INVITATION},
        {"first_day": date(2026, 2, 1)},
        {"last_day": date(2026, 1, 31)},
    ]
    assert [found(digest, Picking(since_last=False, **by)) for by in asked] == [
        ["Ämne"], ["Nät"], ["Typ"], ["Typ", "Nät"], ["Ämne"],
    ]  # fmt: skip


def test_items_since_the_last_digest_of_the_newsletter_was_sent():
    digest = make_digest()
    before = make_news_page(title="Före")
    make_campaign(
        page=make_digest(newsletter=digest.newsletter),
        frozen_at=timezone.now(),
    )
    make_news_page(title="Efter")
    type(before).objects.filter(pk=before.pk).update(
        first_published_at=timezone.now() - timedelta(days=1)
    )

    assert found(digest, Picking()) == ["Efter"]
    assert sorted(found(digest)) == ["Efter", "Före"]


def test_items_not_open_to_its_readers_do_not_fit():
    make_news_page(title="För partner", visibility=Visibility.PARTNERS)
    secret = make_news_page(title="Bakom lås")
    PageViewRestriction.objects.create(page=secret, restriction_type="login")
    english = make_site("en")
    make_news_page(title="English", archive=english.archive, locale=english.home.locale)

    assert found(make_digest(archive=secret.get_parent().specific)) == []
    assert found(
        make_digest(
            archive=secret.get_parent().specific, visibility=Visibility.PARTNERS
        )
    ) == ["För partner"]


def test_fill_puts_items_at_the_end_and_stops_at_the_most(monkeypatch):
    monkeypatch.setattr("newsletter.picking.MOST_ITEMS", 2)
    first = make_news_page()
    digest = make_digest([(first, DigestExtent.FULL)])
    newest, _older = (make_news_page(published_on=date(2026, 5, day)) for day in (2, 1))

    assert fill_digest(digest, EVERYTHING, DigestExtent.HEADLINE) == [newest]
    assert [(e.item.pk, e.extent) for e in digest.list_entries()] == [
        (first.pk, DigestExtent.FULL), (newest.pk, DigestExtent.HEADLINE),
    ]  # fmt: skip


def press_fill(client, digest, **asked):
    address = f"/admin/pages/{digest.pk}/edit/"
    html = client.get(address).content.decode()
    data = querydict_from_html(html, form_id="page-edit-form")
    data.update(LEAD_IN_FORM)
    data.update({"rundbrev-fill": "1"})
    data.update({f"rundbrev-filling-{name}": value for name, value in asked.items()})
    return client.post(address, data)


def test_button_adds_what_fits_to_the_draft():
    item, _other = make_news_page(kind=NewsKind.OVERVIEW), make_news_page()
    digest = make_digest()

    response = press_fill(log_in("Editors"), digest, kind="overview", extent="full")

    assert response.status_code == 302
    digest.refresh_from_db()
    entries = digest.get_latest_revision_as_object().list_entries()
    assert [(e.item.pk, e.extent) for e in entries] == [(item.pk, DigestExtent.FULL)]
    assert "1 item was added at the end of the list." in read_messages(response)[-1]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kind": "status_note"}, "No more published items fit."),
        (
            {"first_day": "2026-02-01", "last_day": "2026-01-01"},
            "The last day is before the first.",
        ),
    ],
)
def test_button_says_why_nothing_was_added(asked, said):
    digest = make_digest()
    make_news_page()

    response = press_fill(log_in("Editors"), digest, **asked)

    assert said in " ".join(read_messages(response))
    digest.refresh_from_db()
    assert digest.get_latest_revision_as_object().list_entries() == []


def test_chooser_offers_only_what_the_digest_may_show():
    english = make_site("en")
    swedish = make_site("sv")
    make_news_page(title="På svenska", archive=swedish.archive)
    make_news_page(title="English", archive=english.archive, locale=english.home.locale)
    digest = make_digest(archive=english.archive, locale=english.home.locale)

    answer = log_in("Editors").get(f"/admin/newsletter/choose/item/?digest={digest.pk}")

    html = answer.json()["html"]
    assert ("English" in html, "På svenska" in html) == (True, False)


def test_chooser_refuses_who_works_on_no_page(client):
    client.force_login(make_user("wagtailadmin.access_admin"))

    assert client.get("/admin/newsletter/choose/item/").status_code == 302


def test_digest_is_of_its_own_kind_and_items_cannot_be():
    digest, item = make_digest(kind=NewsKind.REPORT), make_news_page()
    client = log_in("Editors")

    html = client.get(f"/admin/pages/{item.pk}/edit/").content.decode()

    assert digest.kind == NewsKind.DIGEST
    assert 'value="digest"' not in html
