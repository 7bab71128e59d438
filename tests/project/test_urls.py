"""Who may open what: nobody anything but a short list, and opening changes nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from newsletter.mail.links import link_mark
from newsletter.models import LinkTotal
from newsletter.tokens import make_unsubscribe_token
from tests.factories import (
    make_campaign,
    make_contact,
    make_delivery,
    make_news_page,
    make_recipients,
    make_seat,
    make_segment,
    make_user,
)
from tests.project.urls import list_addresses
from tests.snapshots import changed_tables, read_tables

ADDRESSES = list_addresses()

# What the anonymous may open, and why. Add a line only after thinking about it.
PUBLIC = {
    # The public site.
    r"sv/^((?:[\w\-]+/)*)$": "pages",
    "sv/_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/"
    "": "pages behind a password",
    "sv/_util/login/": "pages for those logged in",
    r"documents/^(\d+)/(.*)$": "documents on pages",
    "documents/authenticate_with_password/<int:restriction_id>/": "as for pages",
    "media/<path:name>": "pictures on pages, each to whom it may be shown",
    "theme-<slug:name>.css": "the accent of the site",
    "robots.txt": "search engines",
    "sitemap.xml": "search engines",
    "sitemap-<str:section>.xml": "search engines",
    # The way in to what is for partners: asks for an address, and mails a link to it.
    "partner/": "asking for a link",
    "partner/leave/": "leaving again",
    "partner/<str:token>/": "the link in the mail",
    "pdf/<int:page_id>/": "whoever may read the item",
    "healthz": "whoever watches the site",
    # Leaving needs no log-in: the link in the letter is the key (RFC 8058).
    "u/<str:token>/": "leaving",
    "u/<str:token>/return/": "coming back",
    "u/<str:token>/rest/": "a rest instead",
    # Offering to take part, from the form of a public item.
    "take-part/<int:page_id>/<str:block_id>/": "visitors",
    # An event of a public item, for one's own calendar.
    "calendar/<int:page_id>/<str:block_id>.ics": "visitors",
    # Links of letters: lead to what was frozen with the send, and are counted.
    # Signing up: a form, and the link in the mail that confirms it.
    "join/<slug:slug>/<str:language>/": "signing up",
    "confirm/<str:token>/": "confirming it",
    # One's own choices: the link in every letter is the key; anybody may ask for theirs.
    "choices/": "asking for one's link",
    "choices/<str:token>/": "choosing what one gets",
    "address/<str:token>/": "confirming a new address",
    # One's own data: behind a link that is mailed and works for a day.
    "own-data/<str:token>/": "seeing one's own data",
    "own-data/<str:token>/copy/": "taking it along",
    "l/<int:campaign_id>/<int:number>/": "links of letters",
    "l/<int:campaign_id>/<int:number>/<str:mark>": "the same, for who agreed",
    # How programs use the register; tells nothing about anybody.
    "api/v1/": "the API's page",
    "api/v1/openapi.json": "the API's description",
    "api/v1/<path:rest>": "an address that is none, in the words of the API",
    # Logging in.
    "admin/login/": "logging in",
    "admin/password_reset/": "forgotten password",
    "admin/password_reset/done/": "forgotten password",
    "admin/password_reset/complete/": "forgotten password",
    "admin/password_reset/confirm/<uidb64>/<token>/": "forgotten password",
    # Texts and icons of Wagtail's own screens; no data.
    "admin/jsi18n/": "texts of scripts",
    "admin/sprite/": "icons",
    # Only mounted where settings name a mail catcher, which production never does.
    "catcher/": "caught mail on one's own machine",
    "catcher/empty/": "the same",
    "catcher/<str:key>/": "the same",
    "catcher/<str:key>/text/": "the same",
    "catcher/<str:key>/source/": "the same",
    "catcher/<str:key>/frame/": "the same",
    "catcher/<str:key>/message.eml": "the same",
}
FAILS_UPSTREAM = {
    # Wagtail's own page to try out what a failure looks like.
    "admin/failwhale/",
    # wagtail-newsletter's choosers of audiences, which no form of ours uses.
    "admin/audience_chooser/chosen-multiple/",
    "admin/audience_segment_chooser/chosen-multiple/",
    # wagtail-localize pages through an unordered list; only a warning outside of tests.
    "admin/localize/reports/translations/",
    "admin/localize/reports/translations/results/",
}
# Leaves the session, as it says.
CHANGES_BY_DESIGN = {"admin/logout/"}


def is_refused(response) -> bool:
    """Say whether the answer sends to the log-in; an absent page is no refusal.

    Programs, which know no log-in, are told that their token is missing.
    """
    if response.status_code == 401:
        return response.headers.get("WWW-Authenticate") == "Bearer"
    if response.status_code == 405:
        return "Allow" in response.headers
    return response.status_code == 302 and response.url.startswith("/admin/login/")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_url_but_the_public_ones_refuses_the_anonymous(method, site):
    client = Client(raise_request_exception=False)

    answered = {
        address.route
        for address in ADDRESSES
        if address.route not in PUBLIC
        and not is_refused(getattr(client, method)(address.path))
    }

    assert answered == set()


def test_list_of_public_urls_names_only_what_exists():
    assert set(PUBLIC) - {address.route for address in ADDRESSES} == set()


# The only tables that a GET writes to: two counters without persons (decision 12).
COUNTERS = ["newsletter_linktotal", "newsletter_pagevisits"]


@pytest.mark.django_db
def test_reading_an_item_and_its_links_changes_only_the_two_counters(site):
    page = make_news_page(archive=site.archive)
    delivery = make_delivery(campaign=make_campaign(page=page))
    link = LinkTotal.objects.create(
        campaign=delivery.campaign, number=0, url="https://example.org/"
    )
    addresses = [
        page.url,
        f"/l/{link.campaign_id}/0/",
        # A mark of somebody who did not agree to be noted by name.
        f"/l/{link.campaign_id}/0/{link_mark(delivery.pk)}",
        reverse("unsubscribe", args=[make_unsubscribe_token(delivery.pk)]),
    ]
    before = read_tables()

    statuses = [
        Client().get(address, headers={"User-Agent": "Mozilla/5.0"}).status_code
        for address in addresses
    ]

    assert statuses == [200, 302, 302, 200]
    assert changed_tables(before, read_tables()) == COUNTERS


@pytest.mark.django_db
def test_getting_changes_no_row(site):
    fill_the_site()
    client = Client(raise_request_exception=False)
    client.force_login(make_user(is_staff=True, is_superuser=True))
    client.get("/admin/account/")  # Wagtail keeps a row on how one likes the admin
    addresses = [
        address
        for address in ADDRESSES
        if address.takes_no_parts and address.route not in CHANGES_BY_DESIGN
    ]
    before = read_tables()

    failed = {
        address.route: status
        for address in addresses
        if (status := client.get(address.path).status_code) >= 500
    }
    for page in (site.home, site.archive):
        assert client.get(page.url).status_code == 200

    assert changed_tables(before, read_tables()) == []
    assert set(failed) == FAILS_UPSTREAM


def fill_the_site() -> None:
    seat = make_seat(holder=make_contact())
    segment = make_segment(rules=[{"kind": "seat", "roles": [seat.role_id]}])
    make_recipients(include=[segment])
    make_news_page(body=[("lead", {"text": "Tre dagar i staden."})])
    make_delivery()
