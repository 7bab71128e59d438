"""Changing many contacts of a listing: exactly those that it showed."""

import pytest

from crm.choices import FieldType
from crm.models import Contact, Job
from tests.crm.viewsets.browser import log_in, texts_in
from tests.factories import make_contact, make_custom_field, make_topic, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]

CONTACTS = "/admin/register/contacts"


@pytest.fixture
def keeper():
    return log_in("Register keepers")


@pytest.fixture
def people():
    return [
        make_contact(given_name="Åsa", language="sv"),
        make_contact(given_name="Bo", language="sv"),
        make_contact(given_name="Eve", language="en"),
    ]


def test_listing_has_boxes_and_a_way_to_all_that_match(keeper, people):
    answer = keeper.get(f"{CONTACTS}/?language=sv")

    assert len(texts_in(answer, "td.crm-bulk__tick")) == 2
    assert texts_in(answer, "#crm-bulk label") == ["those ticked", "all 2 that match"]
    assert b'<input type="hidden" name="language" value="sv">' in answer.content


def test_listing_of_who_may_only_read_has_neither(people):
    answer = log_in("Auditors").get(f"{CONTACTS}/")

    assert texts_in(answer, "td.crm-bulk__tick") == []
    assert texts_in(answer, "#crm-bulk") == []


def test_all_that_match_are_those_of_the_filters_and_the_search(keeper, people):
    answer = keeper.get(f"{CONTACTS}/bulk/?scope=all&language=sv&q=Family")
    one = keeper.get(f"{CONTACTS}/bulk/?scope=all&language=sv&q=åsa")

    assert (answer.context["count"], one.context["count"]) == (2, 1)


def test_ticked_ones_outside_the_filters_are_left_out(keeper, people):
    ticked = "&".join(f"pk={contact.pk}" for contact in people)

    answer = keeper.get(f"{CONTACTS}/bulk/?scope=ticked&language=en&{ticked}")

    assert answer.context["names"] == [str(people[2])]


def test_filter_that_cannot_be_read_chooses_nobody(keeper, people):
    answer = keeper.get(f"{CONTACTS}/bulk/?scope=all&segment=999")

    assert answer.context["count"] == 0
    assert "Nobody is chosen." in texts_in(answer, ".help-warning")[0]


def test_change_says_first_how_many_and_is_undone(keeper, people):
    address = f"{CONTACTS}/bulk/?scope=all&language=sv"
    sent = {"action": "set_language", "set_language": "en"}

    asked = keeper.post(address, sent)

    assert texts_in(asked, ".crm-bulk__ask h2") == ["Set the language: English."]
    assert texts_in(asked, "button.button") == ["Change 2 contacts"]
    assert Contact.objects.filter(language="sv").count() == 2

    done = keeper.post(address, {**sent, "confirmed": "2"}, follow=True)
    assert texts_in(done, ".crm-bulk__ask p") == ["2 contacts were changed."]
    assert Contact.objects.filter(language="sv").count() == 0

    job = Job.objects.get()
    assert job.parameters["back_url"] == f"{CONTACTS}/?language=sv"
    keeper.post(f"{CONTACTS}/bulk/{job.pk}/")
    assert Contact.objects.filter(language="sv").count() == 2


def test_another_number_by_then_is_asked_about_again(keeper, people):
    address = f"{CONTACTS}/bulk/?scope=all&language=sv"
    sent = {"action": "set_language", "set_language": "en", "confirmed": "2"}
    make_contact(language="sv")

    answer = keeper.post(address, sent)

    assert "The number has changed" in texts_in(answer, ".help-warning")[0]
    assert Contact.objects.filter(language="sv").count() == 3


def test_many_are_changed_by_a_job(
    keeper, people, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("crm.viewsets.contact_bulk.MOST_AT_ONCE", 1)
    topic = make_topic()
    sent = {"action": "add_topic", "add_topic": topic.pk, "confirmed": "3"}

    with django_capture_on_commit_callbacks(execute=True):
        answer = keeper.post(f"{CONTACTS}/bulk/?scope=all", sent)

    job = Job.objects.get()
    assert answer.url == f"/admin/register/jobs/{job.pk}/"
    assert topic.contacts.count() == 3
    watched = keeper.get(answer.url)
    assert watched.url == f"{CONTACTS}/bulk/{job.pk}/"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"action": "add_topic"},
        {"action": "moon"},
        {"action": "set_field.seats", "set_field.seats": "many"},
    ],
)
def test_change_without_a_good_value_is_refused(keeper, people, sent):
    make_custom_field(slug="seats", type=FieldType.NUMBER)

    answer = keeper.post(f"{CONTACTS}/bulk/?scope=all", sent)

    assert len(texts_in(answer, ".error-message")) == 1
    assert Job.objects.count() == 0


def test_field_of_our_own_is_filled_for_all(keeper, people):
    make_custom_field(slug="seats", type=FieldType.NUMBER, name_en="Places")
    sent = {"action": "set_field.seats", "set_field.seats": "1 200,5"}

    asked = keeper.post(f"{CONTACTS}/bulk/?scope=all", sent)
    keeper.post(f"{CONTACTS}/bulk/?scope=all", {**sent, "confirmed": "3"})

    assert texts_in(asked, ".crm-bulk__ask h2") == ["“Places” becomes “1200.5”."]
    assert Contact.objects.filter(custom__seats=1200.5).count() == 3


def test_deleting_names_the_number_and_needs_its_own_right(people):
    client = log_in(
        "wagtailadmin.access_admin", "crm.view_contact", "crm.change_contact"
    )
    address, sent = f"{CONTACTS}/bulk/?scope=all", {"action": "delete"}

    refused = client.post(address, sent)
    asked = log_in("Register keepers").post(address, sent)

    assert "delete" not in [o["choice"] for o in refused.context["options"]]
    assert texts_in(asked, "button.serious") == ["Delete 3 contacts"]
    assert "This cannot be undone." in texts_in(asked, ".crm-bulk__ask p")[0]
    assert Contact.objects.count() == 3


def test_change_of_somebody_else_is_not_shown(keeper, people):
    sent = {"action": "set_language", "set_language": "en", "confirmed": "3"}
    keeper.post(f"{CONTACTS}/bulk/?scope=all", sent)
    job = Job.objects.get()
    other = log_in("Register keepers")

    assert other.get(f"{CONTACTS}/bulk/{job.pk}/").status_code == 302
    assert make_user().pk != job.by_id
