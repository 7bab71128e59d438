"""newsletter/viewsets/destinations.py."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from newsletter.models import Destination

pytestmark = pytest.mark.django_db

LIST = "newsletter_destination:index"
ADD = "newsletter_destination:add"


def make_slowed(domain="example.org"):
    return Destination.objects.create(
        domain=domain,
        slowed_times=2,
        slowed_until=timezone.now() + timedelta(minutes=5),
        slowed_by="RCPT 421 too many connections",
    )


@pytest.mark.parametrize("number", [1, 3])
def test_list_says_who_waits_and_why_in_as_many_queries(
    sender, django_assert_max_num_queries, number
):
    for n in range(number):
        make_slowed(f"d{n}.example")
    sender.get(reverse(LIST))

    with django_assert_max_num_queries(16):
        page = sender.get(reverse(LIST)).content.decode()

    assert page.count("RCPT 421 too many connections") == number


def test_list_names_the_time_until_which_a_domain_waits(sender):
    until = make_slowed("d.example").slowed_until

    page = sender.get(reverse(LIST)).content.decode()

    assert date_format(timezone.localtime(until), "SHORT_DATETIME_FORMAT") in page


def test_list_editor_may_not_see_it(editor):
    assert editor.get(reverse(LIST)).status_code == 302


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Example.ORG.", "example.org"),
        ("räksmörgås.se", "xn--rksmrgs-5wao1o.se"),
        ("", ""),
    ],
)
def test_add_domain_is_stored_as_addresses_have_it(sender, typed, stored):
    sender.post(reverse(ADD), {"domain": typed, "per_minute": "60"})

    row = Destination.objects.get()
    assert (row.domain, row.per_minute, row.at_once) == (stored, 60, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"domain": "a@example.org"},
        {"domain": "localhost"},
        {"domain": "example.org", "per_minute": "0"},
        {"domain": "example.org", "at_once": "0"},
    ],
)
def test_add_what_cannot_be_is_refused_in_words(sender, fields):
    page = sender.post(reverse(ADD), fields)

    assert page.status_code == 200
    assert Destination.objects.count() == 0


def test_let_go_asks_first_and_then_writes_again(sender):
    row = make_slowed()
    address = reverse("newsletter_destination:let_go", args=[row.pk])
    edit = reverse("newsletter_destination:edit", args=[row.pk])

    assert address in sender.get(edit).content.decode()
    assert sender.get(address).status_code == 200
    row.refresh_from_db()
    assert row.slowed_times == 2
    assert sender.post(address).status_code == 302

    row.refresh_from_db()
    assert (row.slowed_times, row.slowed_until) == (0, None)
