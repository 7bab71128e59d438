"""Events, works and offers in the admin; where things of the register are shown."""

import pytest
from django.utils import timezone

from crm.choices import InteractionKind
from crm.merging.joining import Choices, merge_contacts
from crm.models import Event, Interaction
from crm.timeline import read_timeline
from tests.crm.viewsets.browser import log_in, texts_in
from tests.factories import (
    make_contact,
    make_event,
    make_event_series,
    make_media_item,
    make_news_page,
    make_organisation,
    make_publication,
)

pytestmark = pytest.mark.django_db
REGISTER = "/admin/register/"


@pytest.fixture
def keeper():
    return log_in("Register keepers")


def event_form(**fields):
    return {"title": "Mötet", "language": "sv", **fields}


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        ({"starts_at": "10:00"}, "starts_on"),
        ({"ends_on": "2026-05-02"}, "starts_on"),
        ({"starts_on": "2026-05-02", "ends_at": "12:00"}, "starts_at"),
        ({"starts_on": "2026-05-02", "deadline": "2026-05-03"}, "deadline"),
        ({"starts_on": "i maj"}, "starts_on"),
        (
            {"starts_on": "2026-05-02", "starts_at": "12:00", "ends_at": "10:00"},
            "ends_at",
        ),
    ],
)
def test_event_whose_parts_do_not_fit_is_refused(keeper, fields, faulty):
    answer = keeper.post(f"{REGISTER}events/new/", event_form(**fields))

    assert list(answer.context["form"].errors) == [faulty]
    assert Event.objects.count() == 0


def test_event_with_only_a_title_is_saved_and_says_what_is_not_decided(keeper):
    answer = keeper.post(f"{REGISTER}events/new/", event_form(), follow=True)

    assert "Place and day are not decided yet" in answer.content.decode()


def test_editor_adds_events_without_seeing_who_speaks():
    speaker = make_contact(given_name="Ada", family_name="Ek")
    event = make_event(speakers=[speaker], series=make_event_series())
    make_event(series=event.series)
    editor = log_in("Editors")

    form = editor.get(f"{REGISTER}events/edit/{event.pk}/")
    page = editor.get(f"{REGISTER}events/inspect/{event.pk}/")
    editor.post(f"{REGISTER}events/edit/{event.pk}/", event_form(title="Nytt namn"))

    assert "speakers" not in form.context["form"].fields
    assert "Ada" not in form.content.decode() + page.content.decode()
    event.refresh_from_db()
    assert (event.title, list(event.speakers.all())) == ("Nytt namn", [speaker])


@pytest.mark.parametrize(
    ("when", "titles"),
    [
        ("coming", {"Next year", "This year", "Today"}),
        ("past", {"Last month"}),
        ("undecided", {"Some day"}),
    ],
)
def test_events_are_filtered_by_time_as_far_as_it_is_known(keeper, when, titles):
    today = timezone.localdate()
    for title, starts_on in (
        ("Next year", f"{today.year + 1}-01"),
        ("This year", f"{today.year}"),
        ("Today", today.isoformat()),
        ("Last month", "2020-12"),
        ("Some day", ""),
    ):
        make_event(title=title, starts_on=starts_on)

    answer = keeper.get(f"{REGISTER}events/", {"time": when})

    assert {str(event) for event in answer.context["object_list"]} == titles


def test_publication_tells_which_pages_show_it_before_it_goes(keeper):
    work = make_publication()
    body = [("publications", {"heading": "Läs", "works": [work.pk]})]
    page = make_news_page(title="Visar den", body=body)

    inspected = keeper.get(f"{REGISTER}publications/inspect/{work.pk}/")
    asked = keeper.get(f"{REGISTER}publications/delete/{work.pk}/")

    assert texts_in(inspected, "#uses ~ ul li") == ["Visar den"]
    assert "Visar den" in asked.content.decode()
    keeper.post(f"{REGISTER}publications/delete/{work.pk}/")
    page.refresh_from_db()
    assert "Rapport" not in page.body.render_as_block()


def test_event_of_an_item_cannot_be_deleted(keeper):
    event = make_event()
    make_news_page(event=event)

    answer = keeper.post(f"{REGISTER}events/delete/{event.pk}/")

    assert (answer.status_code, Event.objects.count()) == (409, 1)


# --- Timelines and merging


def test_timeline_of_an_organisation_has_its_events_and_works():
    organisation = make_organisation()
    make_event(title="Mötet", organiser=organisation, starts_on="2013-02")
    make_event(organiser=organisation, starts_on="2999")
    make_event(organiser=organisation)
    make_publication(title="Boken", publisher=organisation, appeared_on="2019")
    make_media_item(title="Ledaren", outlet=organisation, appeared_on="2020-01-02")

    entries = read_timeline(organisation=organisation).entries

    assert [(e.kind, e.at.year) for e in entries] == [
        ("media", 2020),
        ("publication", 2019),
        ("event", 2013),
    ]


def test_merging_moves_who_speaks_and_takes_the_word_with_the_field():
    kept = make_contact(phone="1", publishes_phone=True, publishes_email=True)
    lost = make_contact(phone="2", biography="B", publishes_biography=True)
    event = make_event(speakers=[kept, lost])

    merge_contacts(
        kept,
        lost,
        by=None,
        choices=Choices(from_lost=frozenset({"phone", "biography"})),
    )

    kept.refresh_from_db()
    assert list(event.speakers.all()) == [kept]
    flags = (kept.publishes_email, kept.publishes_phone, kept.publishes_biography)
    assert flags == (True, False, True)


@pytest.mark.parametrize(
    ("taken", "kept_agrees", "lost_agrees", "agreed"),
    [
        (set(), True, False, True),
        (set(), False, True, False),
        ({"given_name", "family_name"}, False, True, True),
        ({"given_name", "family_name"}, True, False, False),
        ({"family_name"}, False, True, False),
        ({"family_name"}, True, True, True),
    ],
)
def test_merging_publishes_a_name_only_if_who_it_came_from_agreed(
    taken, kept_agrees, lost_agrees, agreed
):
    kept = make_contact(publishes_name=kept_agrees)
    lost = make_contact(publishes_name=lost_agrees)

    merge_contacts(kept, lost, by=None, choices=Choices(from_lost=frozenset(taken)))

    kept.refresh_from_db()
    assert kept.publishes_name is agreed


# --- Offers


def make_lead(**fields):
    fields.setdefault("text", "Vi vill vara med.")
    return Interaction.objects.create(kind=InteractionKind.LEAD, **fields)


def test_offers_wait_on_the_first_page_until_they_are_dealt_with(keeper):
    lead = make_lead()
    assert "Vi vill vara med." in keeper.get("/admin/").content.decode()

    keeper.post(f"{REGISTER}leads/{lead.pk}/close/")

    assert "Vi vill vara med." not in keeper.get("/admin/").content.decode()
    assert "Vi vill" not in keeper.get(f"{REGISTER}leads/").content.decode()
    assert "Vi vill" in keeper.get(f"{REGISTER}leads/?closed").content.decode()
    keeper.post(f"{REGISTER}leads/{lead.pk}/reopen/")
    assert Interaction.objects.open_leads().count() == 1
    keeper.post(f"{REGISTER}leads/{lead.pk}/remove/")
    assert Interaction.objects.count() == 0


def test_offer_of_nobody_has_no_note_form_of_its_own(keeper):
    lead = make_lead()

    assert keeper.get(f"{REGISTER}notes/{lead.pk}/edit/").status_code == 404


def test_note_is_no_offer_to_deal_with(keeper):
    note = Interaction.objects.create(
        kind=InteractionKind.NOTE, text="x", contact=make_contact()
    )

    assert keeper.post(f"{REGISTER}leads/{note.pk}/remove/").status_code == 404
    assert Interaction.objects.count() == 1


def test_auditor_reads_offers_and_does_nothing():
    lead = make_lead()
    auditor = log_in("Auditors")

    page = auditor.get(f"{REGISTER}leads/")

    assert "Vi vill vara med." in page.content.decode()
    assert f"{lead.pk}/close" not in page.content.decode()
    assert "Vi vill vara med." not in auditor.get("/admin/").content.decode()
