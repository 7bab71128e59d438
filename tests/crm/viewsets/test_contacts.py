"""The contacts' screens: form with seats, overview, deleting, history."""

from datetime import date

import pytest
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from crm.choices import ConsentAction
from crm.consent import hash_of, record_consent
from crm.models import Affiliation, Contact, Suppression
from crm.seats import fill_seat
from tests.crm.viewsets.browser import log_in, texts_in
from tests.factories import make_contact, make_purpose, make_seat, make_segment

pytestmark = pytest.mark.django_db
LISTING = "/admin/register/contacts/"


@pytest.fixture
def keeper():
    return log_in("Register keepers")


def form_data(*rows, stored=0, **fields):
    """Return what the form posts; each row is (id, seat, from, to)."""
    data = {
        "given_name": "Åsa",
        "family_name": "Öberg",
        "email": "asa@example.org",
        "phone": "",
        "language": "sv",
        "biography": "",
        "notes": "",
        "affiliations-TOTAL_FORMS": len(rows),
        "affiliations-INITIAL_FORMS": stored,
        **fields,
    }
    for number, (pk, seat, start, end) in enumerate(rows):
        prefix = f"affiliations-{number}-"
        data |= {
            f"{prefix}id": pk,
            f"{prefix}seat": seat,
            f"{prefix}starts_on": start,
            f"{prefix}ends_on": end,
        }
    return data


# --- The form


def test_contact_added_with_a_seat_holds_it(keeper):
    seat = make_seat()

    answer = keeper.post(f"{LISTING}new/", form_data(("", seat.pk, "2026-01-02", "")))

    contact = Contact.objects.get()
    assert answer.headers["Location"] == f"{LISTING}inspect/{contact.pk}/"
    held = Affiliation.objects.get()
    assert (held.contact, held.seat, held.starts_on, held.ends_on) == (
        contact,
        seat,
        date(2026, 1, 2),
        None,
    )
    assert (held.role, held.organisation, held.kind) == (
        seat.role,
        seat.organisation,
        seat.organisation.kind,
    )


def test_taking_a_held_seat_is_an_error_on_that_row_and_saves_nothing(keeper):
    holder = make_contact(given_name="Nils", family_name="Ek")
    seat = make_seat(holder=holder)

    answer = keeper.post(f"{LISTING}new/", form_data(("", seat.pk, "", "")))

    form = answer.context["form"].formsets["affiliations"].forms[0]
    with translation.override("en"):
        sentence = f"Nils Ek holds the seat {seat}. End that affiliation first."
    assert list(form.errors["seat"]) == [sentence]
    assert "Nils Ek holds the seat" in answer.content.decode()
    assert Contact.objects.count() == 1


def test_seat_taken_between_check_and_save_is_an_error_not_a_crash(keeper, monkeypatch):
    seat, other = make_seat(), make_contact()

    def fill_late(seat, contact, **days):
        fill_seat(seat, other)
        return fill_seat(seat, contact, **days)

    monkeypatch.setattr("crm.forms.fill_seat", fill_late)

    answer = keeper.post(f"{LISTING}new/", form_data(("", seat.pk, "", "")))

    assert [
        str(other) in error for error in answer.context["form"].non_field_errors()
    ] == [True]
    assert list(Contact.objects.all()) == [other]


def test_past_holder_is_recorded_although_somebody_sits_there(keeper):
    seat = make_seat(holder=make_contact(), starts_on=date(2022, 1, 1))

    keeper.post(f"{LISTING}new/", form_data(("", seat.pk, "2020-01-01", "2021-12-31")))

    past = Affiliation.objects.get(contact__email="asa@example.org")
    assert (past.starts_on, past.ends_on) == (date(2020, 1, 1), date(2021, 12, 31))


def test_past_holder_of_a_seat_held_since_nobody_knows_when_is_an_error(keeper):
    holder = make_contact(given_name="Nils", family_name="Ek")
    seat = make_seat(holder=holder, title="Chair")

    answer = keeper.post(
        f"{LISTING}new/", form_data(("", seat.pk, "2020-01-01", "2021-12-31"))
    )

    (row,) = answer.context["form"].formsets["affiliations"].forms
    with translation.override("en"):
        assert list(row.errors["seat"]) == [
            f"It is not known from when Nils Ek holds the seat {seat}. Write that first."
        ]
    assert not Contact.objects.filter(email="asa@example.org").exists()


def test_same_seat_chosen_twice_is_an_error(keeper):
    seat = make_seat()

    answer = keeper.post(
        f"{LISTING}new/", form_data(("", seat.pk, "", ""), ("", seat.pk, "", ""))
    )

    rows = answer.context["form"].formsets["affiliations"].forms
    with translation.override("en"):
        assert [list(form.errors.get("seat", [])) for form in rows] == [
            [],
            ["The same seat is chosen twice."],
        ]
    assert Contact.objects.count() == 0


def test_ending_a_seat_leaves_it_vacant(keeper):
    contact = make_contact()
    seat = make_seat(holder=contact, starts_on=date(2020, 1, 1))
    row = Affiliation.objects.get()

    answer = keeper.post(
        f"{LISTING}edit/{contact.pk}/",
        form_data((row.pk, seat.pk, "2020-01-01", "2020-02-01"), stored=1),
    )

    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.ends_on == date(2020, 2, 1)
    assert list(type(seat).objects.vacant(timezone.localdate())) == [seat]


def test_ending_before_the_start_is_an_error_on_the_row(keeper):
    contact = make_contact()
    seat = make_seat(holder=contact, starts_on=date(2020, 1, 1))
    row = Affiliation.objects.get()

    answer = keeper.post(
        f"{LISTING}edit/{contact.pk}/",
        form_data((row.pk, seat.pk, "2020-01-01", "2019-02-01"), stored=1),
    )

    form = answer.context["form"].formsets["affiliations"].forms[0]
    assert form.non_field_errors() == ["It cannot end before it starts."]


@pytest.mark.parametrize("email", ["not an address", "ASA@Example.org"])
def test_address_that_is_wrong_or_taken_is_an_error(keeper, email):
    make_contact(email="asa@example.org")

    answer = keeper.post(f"{LISTING}new/", form_data(email=email))

    assert list(answer.context["form"].errors) == ["email"]
    assert Contact.objects.count() == 1


def test_name_with_a_line_break_is_cleaned(keeper):
    keeper.post(f"{LISTING}new/", form_data(given_name="Åsa\r\nBcc: x"))

    assert Contact.objects.get().given_name == "Åsa Bcc: x"


def test_a_new_seat_is_picked_in_a_chooser(keeper):
    contact = make_contact()
    make_seat(title="Not in a list of options")

    answer = keeper.get(f"{LISTING}edit/{contact.pk}/").content.decode()

    assert "/admin/register/choose/seat/" in answer
    assert "Not in a list of options" not in answer


# --- Reading about a contact


def test_overview_says_why_there_is_no_mail(keeper):
    contact = make_contact()
    purpose = make_purpose(name_en="The newsletter")
    record_consent(contact, purpose, ConsentAction.WITHDRAWN, source="by telephone")
    make_segment(name="Handpicked", added=[contact])

    answer = keeper.get(f"{LISTING}inspect/{contact.pk}/")

    assert texts_in(answer, "#mail ~ table tbody tr > *") == [
        "The newsletter",
        "No",
        "Has left.",
        "–",
    ]
    assert "by telephone" in answer.content.decode()
    assert "Handpicked" in answer.content.decode()


def test_history_lists_edits_by_whom(keeper):
    contact = make_contact()
    keeper.post(f"{LISTING}edit/{contact.pk}/", form_data())

    answer = keeper.get(f"{LISTING}history/{contact.pk}/")

    assert [entry.action for entry in answer.context["object_list"]] == ["wagtail.edit"]


# --- Deleting


def test_delete_page_warns_and_get_deletes_nothing(keeper):
    contact = make_contact()
    make_seat(holder=contact)

    answer = keeper.get(f"{LISTING}delete/{contact.pk}/").content.decode()

    assert "This cannot be undone." in answer
    assert "1 seat now or before" in answer
    assert Contact.objects.count() == 1


def test_delete_stops_the_address_and_logs_both(keeper):
    contact = make_contact(email="asa@example.org")

    keeper.post(f"{LISTING}delete/{contact.pk}/", {"stop_address": "on"})

    assert Contact.objects.count() == 0
    assert Suppression.objects.get().address_hash == hash_of("asa@example.org")
    actions = ModelLogEntry.objects.values_list("action", flat=True)
    assert set(actions) == {"crm.address_stopped", "wagtail.delete"}


def test_delete_without_the_tick_stops_nothing(keeper):
    contact = make_contact()

    keeper.post(f"{LISTING}delete/{contact.pk}/")

    assert (Contact.objects.count(), Suppression.objects.count()) == (0, 0)
