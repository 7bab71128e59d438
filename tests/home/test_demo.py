"""What the demo holds: its register, its pages, its people and its files."""

from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Site

from crm.imports.files import read_sheet
from crm.imports.importing import import_contacts
from crm.imports.outcome import ImportOptions
from crm.models import (
    Contact,
    Grant,
    Interaction,
    Seat,
    SeatTask,
    Segment,
)
from crm.segments.compiler import segment_members
from home.demo import files
from home.models import HomePage
from home.roles import name_role
from newsletter.models import Newsletter, NewsPage

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Load the demo once for the tests that only read it; each is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", force=True, stdout=StringIO())
        yield
        transaction.set_rollback(True)


def try_file(name):
    sheet = read_sheet(files.fixture_path("demo", name).read_bytes())
    return import_contacts(sheet, ImportOptions(), file_name=name, dry_run=True)


def test_load_demo_fills_the_register(demo):
    newsletter = Newsletter.objects.get()
    on = timezone.localdate()
    mailable = Contact.objects.mailable(newsletter.purpose, on)
    everybody = Segment.objects.get(name="Alla i nätverket")
    assert (Contact.objects.count(), mailable.count()) == (90, 86)
    assert Seat.objects.vacant(on).count() == 3
    # Nils has left; two of a newspaper, CLIP's seven, and three more are elsewhere.
    assert segment_members(everybody, on).count() == 77
    assert everybody.stored_count == 77
    assert not Segment.objects.filter(name__icontains="samordnare").exists()
    assert Interaction.objects.count() == 4
    assert SeatTask.objects.get().contact.email == "oksana.kovalenko@olszanka.example"


def test_load_demo_uses_only_addresses_nobody_has(demo):
    written = [
        *Contact.objects.values_list("email", flat=True),
        *Seat.objects.exclude(email="").values_list("email", flat=True),
        *get_user_model().objects.values_list("email", flat=True),
    ]
    assert [address for address in written if not address.endswith(".example")] == []


def test_load_demo_makes_a_site_in_two_languages(demo, client):
    site = Site.objects.get(is_default_site=True)
    assert site.root_page.title == "Nätverket för lokal integration"
    homes = HomePage.objects.order_by("locale__language_code")
    assert [home.locale.language_code for home in homes] == ["en", "sv"]
    assert NewsPage.objects.live().filter(locale__language_code="sv").count() == 5
    assert NewsPage.objects.live().filter(locale__language_code="en").count() == 3
    for page in Page.objects.live().filter(depth__gt=1):
        assert client.get(page.get_url()).status_code == 200, page.title


def test_load_demo_steps_of_the_pilots_go_to_the_pilot_cities_alone(demo, client):
    pilots = Segment.objects.get(name="Pilotstäder i EPI")
    reports = NewsPage.objects.filter(title__contains="2021").live()

    limits = [
        (block.value["only_for"], block.value["is_public"])
        for page in reports
        for block in page.body
        if block.block_type == "steps"
    ]

    assert limits == [([str(pilots.pk)], True)] * 2
    swedish = reports.get(locale__language_code="sv")
    assert "Koordinationsstruktur" in client.get(swedish.url).content.decode()


def test_load_demo_users_log_in_with_their_roles(demo):
    editor = authenticate(username="editor", password="rundbrev")
    assert set(editor.groups.values_list("name", flat=True)) == {
        name_role(role) for role in ("Editors", "Register keepers", "Senders")
    }
    assert editor.has_perms(
        [
            "wagtailadmin.access_admin",
            "crm.add_contact",
            "crm.change_contact",
            "newsletter.send_campaign",
        ]
    )


def test_load_demo_grant_is_the_documents_own_words(demo):
    seed = files.fixture_path("demo", "seeds", "001_6d70955852b09a09.txt").read_text(
        encoding="utf-8"
    )
    grant = Grant.objects.get(agreement_number="863614")
    assert f"{grant.statement_en} {grant.disclaimer_en}" in seed
    assert grant.agreement_number == "863614"


def test_demo_file_of_the_tour_has_new_changed_and_unchanged_rows(demo):
    assert try_file("new_coordinators.csv").counts == {
        "new": 9,
        "changed": 1,
        "unchanged": 2,
        "left_out": 0,
        "error": 0,
    }


def test_demo_file_of_errors_has_one_good_row(demo):
    outcome = try_file("broken.csv")

    assert (outcome.counts["error"], outcome.counts["new"]) == (7, 1)


@pytest.mark.parametrize(
    ("path", "first", "last", "words"),
    [
        ("/sv/register/", "Amsterdam", "Åbo", "Universitetet i Bamberg"),
        ("/en/directory/", "Amsterdam", "Zagreb", "University of Bamberg"),
    ],
)
def test_directory_shows_the_28_of_clip_and_their_experts(
    demo, client, path, first, last, words
):
    page = BeautifulSoup(client.get(path).content, "html.parser")

    listed = [link.text for link in page.select(".cities a")]
    assert (len(listed), listed[0], listed[-1]) == (28, first, last)
    assert len(page.select(".map text")) == 28
    assert len(page.select(".people li")) == 6
    assert words in page.text
    assert page.select_one(f".nav a[href='{path}']") is not None
