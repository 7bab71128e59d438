"""Offers to take part, and how often the public may send something."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from django.utils import timezone, translation

from crm.exceptions import AddressError
from crm.leads import Offer, close_lead, record_lead, reopen_lead
from crm.limiting import (
    MAILS_IN_ALL,
    Limit,
    find_visitor,
    is_within,
    may_ask_for_mail,
)
from crm.models import ConsentEntry, Contact, Interaction
from tests.factories import make_contact, make_organisation

OFFER = Offer(
    name="Eva\r\nÅs",
    address="Eva@Example.org",
    organisation="Nya Grannar",
    message="Vi vill vara med.",
    topic="boende",
    page="Samarbeta",
    url="https://site.example/a/",
)


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.mark.django_db
def test_lead_of_a_stranger_is_text_and_adds_nobody():
    with translation.override("en"):
        lead = record_lead(OFFER)

    assert (lead.kind, lead.contact, lead.organisation) == ("lead", None, None)
    assert lead.text.splitlines()[0] == "Vi vill vara med."
    assert "Eva Ås, eva@example.org" in lead.text
    assert "Nya Grannar" in lead.text
    assert "https://site.example/a/" in lead.text
    assert (Contact.objects.count(), ConsentEntry.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_lead_stands_with_whom_the_register_knows_and_changes_them_not():
    contact = make_contact(given_name="Eva", family_name="Ö", email="eva@example.org")
    theirs = make_organisation(name="Nya Grannar")

    lead = record_lead(OFFER, ours=make_organisation())

    assert (lead.contact, lead.organisation) == (contact, theirs)
    contact.refresh_from_db()
    assert contact.full_name == "Eva Ö"


@pytest.mark.django_db
def test_lead_from_an_unknown_organisation_stands_with_ours():
    ours = make_organisation()
    # The same name in two countries is nobody's for certain.
    make_organisation(name="Nya Grannar", country="SE")
    make_organisation(name="Nya grannar", country="FI")

    assert record_lead(OFFER, ours=ours).organisation == ours


@pytest.mark.django_db
def test_lead_without_an_address_is_refused():
    with pytest.raises(AddressError):
        record_lead(Offer("Eva", "ingen", "", "Hej"))

    assert Interaction.objects.count() == 0


@pytest.mark.django_db
def test_lead_is_open_until_it_is_dealt_with():
    lead = record_lead(OFFER)
    assert list(Interaction.objects.open_leads()) == [lead]

    close_lead(lead)
    lead.refresh_from_db()
    closed_at = lead.closed_at
    close_lead(lead)
    lead.refresh_from_db()

    assert (lead.closed_at, list(Interaction.objects.open_leads())) == (closed_at, [])
    reopen_lead(lead)
    assert list(Interaction.objects.open_leads()) == [lead]


# --- How often


def test_limit_lets_as_many_through_as_it_says_and_each_by_itself():
    limit = Limit("test", most=2, seconds=600)

    assert [is_within([(limit, "a")]) for _n in range(3)] == [True, True, False]
    assert is_within([(limit, "b")])
    assert is_within([(Limit("other", most=2, seconds=600), "a")])


def test_mails_in_all_are_limited_and_one_visitor_does_not_use_them_up(monkeypatch):
    monkeypatch.setattr("crm.limiting.MAILS_IN_ALL", replace(MAILS_IN_ALL, most=3))
    limit = Limit("form", most=2, seconds=3_600)

    flood = [may_ask_for_mail(limit, "a") for _n in range(9)]
    others = [may_ask_for_mail(limit, who) for who in ("b", "c")]

    assert flood == [True, True, *[False] * 7]
    assert others == [True, False]


def test_limit_keeps_no_address_in_the_cache():
    is_within([(Limit("test", most=2, seconds=600), "eva@example.org")])

    assert [key for key in cache._cache if "eva" in key] == []


def test_limit_ends_with_its_window(monkeypatch):
    limit = Limit("test", most=1, seconds=600)
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert is_within([(limit, "a")])
    assert not is_within([(limit, "a")])

    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(seconds=600))

    assert is_within([(limit, "a")])


@pytest.mark.parametrize(
    ("proxies", "forwarded", "visitor"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 7.7.7.7", "7.7.7.7"),
        (2, "5.5.5.5, 6.6.6.6, 7.7.7.7", "6.6.6.6"),
        (2, "7.7.7.7", "10.0.0.1"),
    ],
)
def test_visitor_is_who_the_last_proxy_of_ours_saw(
    settings, proxies, forwarded, visitor
):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get(
        "/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded
    )

    assert find_visitor(request) == visitor
