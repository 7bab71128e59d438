"""What was published and sent under a grant."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from newsletter.models import Variant
from newsletter.statistics.funding import list_funded
from tests.factories import (
    make_campaign,
    make_grant,
    make_network,
    make_news_page,
    make_user,
)

pytestmark = pytest.mark.django_db

SAYS = "Funded by the Union."
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def make_send(page, *texts, people=12):
    campaign = make_campaign(
        page=page, frozen_at=AT, started_at=AT, frozen_count=people, state="finished"
    )
    for locale, text in zip(("sv", "en"), texts, strict=False):
        Variant.objects.create(
            campaign=campaign, locale=locale, shown=0, subject="x", html="", text=text,
            content_hash="", html_size=0,
        )  # fmt: skip
    return campaign


def open_list(client, grant, *permissions, name="items", **kwargs):
    client.force_login(make_user("wagtailadmin.access_admin", *permissions))
    return client.get(
        reverse(f"newsletter_grants:{name}", kwargs={"pk": grant.pk, **kwargs})
    )


def test_items_under_a_grant_are_those_of_its_networks_and_cards():
    grant = make_grant(statement_en=SAYS)
    network = make_network(grant=grant)
    own = make_news_page(network=network, title="Egen")
    card = make_news_page(
        body=[("project_card", {"network": network.pk})], title="Med kort"
    )
    make_news_page(title="Annan", network=make_network(grant=make_grant()))
    draft = make_news_page(network=network, title="Utkast")
    draft.unpublish()

    found = list_funded(grant)

    assert {item.page.pk for item in found} == {own.pk, card.pk}


def test_send_says_whether_every_letter_carried_the_statement(client):
    grant = make_grant(statement_en=SAYS)
    page = make_news_page(network=make_network(grant=grant))
    make_send(page, "Hej\n\nFunded by\nthe Union.", SAYS, people=30)
    make_send(page, SAYS, "nothing", people=12)

    [item] = list_funded(grant)
    page_text = open_list(
        client, grant, "crm.view_grant", "newsletter.view_campaign"
    ).content.decode()

    assert [(s.people, s.statements, s.is_complete) for s in item.sends] == [
        (30, (SAYS, SAYS), True),
        (12, (SAYS,), False),
    ]
    assert "42" in page_text


def test_file_has_a_row_for_each_send_and_nothing_of_sends_for_who_may_not(client):
    grant = make_grant(statement_en=SAYS)
    page = make_news_page(network=make_network(grant=grant), title="=Rapport")
    make_send(page, SAYS)

    whole = open_list(
        client, grant, "crm.view_grant", "newsletter.view_campaign",
        name="items_file", file_format="csv",
    )  # fmt: skip
    less = open_list(
        client, grant, "crm.view_grant", name="items_file", file_format="csv"
    )
    rows = list(
        csv.reader(io.StringIO(whole.content.decode("utf-8-sig")), delimiter=";")
    )
    few = list(csv.reader(io.StringIO(less.content.decode("utf-8-sig")), delimiter=";"))

    assert rows[2][0] == "'=Rapport"
    assert rows[2][4:] == ["2026-03-02 10:00", "12", SAYS]
    assert few[2][4:] == ["", "", ""]
    assert open_list(
        client, grant, "crm.view_grant", name="items_file", file_format="pdf"
    ).status_code == 404  # fmt: skip


def test_list_is_refused_without_the_right_to_see_grants(client):
    grant = make_grant()

    assert open_list(client, grant, "newsletter.view_campaign").status_code == 302


def test_list_takes_as_many_queries_for_three_items_as_for_one():
    grant = make_grant(statement_en=SAYS)
    network = make_network(grant=grant)
    counts = []
    for _number in range(2):
        make_send(make_news_page(network=network), SAYS, SAYS)
        # Where sites have their roots is asked once and kept.
        [item.url for item in list_funded(grant)]
        with CaptureQueriesContext(connection) as queries:
            [item.url for item in list_funded(grant)]
        counts.append(len(queries))
        make_send(make_news_page(network=network), SAYS, SAYS)

    assert counts[0] == counts[1]
