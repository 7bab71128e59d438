"""The administrator's own fields on the screen, and in a contact's form."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.users.models import UserProfile

from crm.choices import FieldType
from crm.models import Contact, CustomField, Job
from tests.crm.viewsets.browser import log_in, texts_in
from tests.factories import (
    make_contact,
    make_custom_field,
    make_segment,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

FIELDS = "/admin/register/fields"
CONTACTS = "/admin/register/contacts"
NO_ROWS = {
    "affiliations-TOTAL_FORMS": 0,
    "affiliations-INITIAL_FORMS": 0,
    "affiliations-MIN_NUM_FORMS": 0,
    "affiliations-MAX_NUM_FORMS": 1000,
}


@pytest.fixture
def admin():
    user = make_user(is_superuser=True)
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = "en"
    profile.save()
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def keeper():
    return log_in("Register keepers")


def field_form(**values):
    return {
        "name_sv": "Kost",
        "name_en": "Diet",
        "slug": "diet",
        "type": "choice",
        "options": "Vegan\nFish\n",
        "order": 0,
        **values,
    }


def contact_form(contact, **values):
    return {
        "given_name": contact.given_name,
        "family_name": contact.family_name,
        "email": contact.email,
        "language": contact.language,
        **NO_ROWS,
        **values,
    }


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"slug": "Diet!"}, "Write it in small letters, digits and _, such as diet."),
        ({"options": ""}, "Write the words to choose from."),
        ({"options": "Vegan\nvegan"}, "A word stands there twice."),
        ({"options": "x" * 81}, "A word has at most 80 characters."),
    ],
)
def test_field_that_makes_no_sense_is_refused(admin, values, sentence):
    answer = admin.post(f"{FIELDS}/new/", field_form(**values))

    assert sentence in " ".join(texts_in(answer, ".error-message"))
    assert CustomField.objects.count() == 0


def test_field_is_made_and_keeps_its_short_name_and_type(admin):
    admin.post(f"{FIELDS}/new/", field_form())
    field = CustomField.objects.get()
    assert (field.slug, field.options) == ("diet", ["Vegan", "Fish"])

    changed = field_form(slug="other", type="text", name_en="Food", options="Vegan")
    admin.post(f"{FIELDS}/edit/{field.pk}/", changed)

    field.refresh_from_db()
    assert (field.slug, field.type, field.name_en, field.options) == (
        "diet",
        "choice",
        "Food",
        ["Vegan"],
    )


def test_word_that_somebody_has_is_not_taken_away(admin):
    field = make_custom_field(
        slug="diet", type=FieldType.CHOICE, options=["Vegan", "Fish"]
    )
    make_contact(custom={"diet": "Fish"})

    answer = admin.post(f"{FIELDS}/edit/{field.pk}/", field_form(options="Vegan"))

    assert "“Fish” is what 1 contact has." in " ".join(
        texts_in(answer, ".error-message")
    )
    field.refresh_from_db()
    assert field.options == ["Vegan", "Fish"]


def test_deleting_says_who_has_a_value_and_what_uses_it(admin):
    field = make_custom_field(slug="diet")
    contact = make_contact(custom={"diet": "Fish", "shoe": 44})
    asked = {"kind": "custom", "field": [field.pk], "how": "is", "value": "Fish"}
    make_segment(name="Eaters", rules=[{"match": "any", "rules": [asked]}])
    make_segment(rules=[{**asked, "field": [make_custom_field().pk]}])

    page = admin.get(f"{FIELDS}/delete/{field.pk}/")

    text = " ".join(texts_in(page, ".help-warning"))
    assert "1 contact has a value in it" in text
    assert "These segments ask for it." in text
    assert texts_in(page, ".help-warning li") == ["Segment “Eaters”"]
    contact.refresh_from_db()
    assert contact.custom == {"diet": "Fish", "shoe": 44}

    admin.post(f"{FIELDS}/delete/{field.pk}/")
    contact.refresh_from_db()
    assert contact.custom == {"shoe": 44}
    assert not CustomField.objects.filter(pk=field.pk).exists()


def test_field_that_many_have_is_deleted_by_a_job(
    admin, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("crm.viewsets.custom_fields.MOST_AT_ONCE", 1)
    field = make_custom_field(slug="diet")
    for _number in range(2):
        make_contact(custom={"diet": "Fish"})

    with django_capture_on_commit_callbacks(execute=True):
        answer = admin.post(f"{FIELDS}/delete/{field.pk}/")

    job = Job.objects.get()
    assert answer.url == f"/admin/register/jobs/{job.pk}/"
    assert CustomField.objects.count() == 0
    assert [contact.custom for contact in Contact.objects.all()] == [{}, {}]


def test_contact_without_fields_has_no_panel(keeper):
    answer = keeper.get(f"{CONTACTS}/edit/{make_contact().pk}/")

    assert texts_in(answer, ".register-custom") == []


def test_values_are_written_in_the_contacts_form_and_shown(keeper):
    make_custom_field(slug="diet", type=FieldType.CHOICE, options=["Vegan"])
    make_custom_field(slug="seats", type=FieldType.NUMBER, name_en="Places")
    make_custom_field(slug="since", type=FieldType.DATE, name_en="Since")
    contact = make_contact()
    sent = contact_form(
        contact, custom_diet="Vegan", custom_seats="3,5", custom_since="2026-03-01"
    )

    keeper.post(f"{CONTACTS}/edit/{contact.pk}/", sent)

    contact.refresh_from_db()
    assert contact.custom == {"diet": "Vegan", "seats": 3.5, "since": "2026-03-01"}
    page = keeper.get(f"{CONTACTS}/inspect/{contact.pk}/")
    shown = texts_in(page, ".register-facts > div")
    assert {"Places3.5", "Since1 March 2026"} <= set(shown)


def test_each_field_stands_once_in_the_contacts_form(keeper):
    make_custom_field(slug="diet", type=FieldType.CHOICE, options=["Vegan"])
    contact = make_contact()

    for path in (f"edit/{contact.pk}/", "new/"):
        page = BeautifulSoup(
            keeper.get(f"/admin/register/contacts/{path}").content, "html.parser"
        )
        form = page.select_one("form#w-editor-form, main form")
        names = [
            field["name"]
            for field in form.select("input[name], select[name], textarea[name]")
            if field.get("type") not in ("checkbox", "radio", "hidden")
        ]
        assert "custom_diet" in names
        assert len(names) == len(set(names))


def test_value_that_does_not_fit_is_refused_at_its_field(keeper):
    make_custom_field(slug="seats", type=FieldType.NUMBER)
    contact = make_contact(custom={"seats": 3})

    answer = keeper.post(
        f"{CONTACTS}/edit/{contact.pk}/", contact_form(contact, custom_seats="many")
    )

    assert texts_in(answer, ".register-custom .error-message") == [
        "“many” is no number. Write it like 12 or 12.5."
    ]
    contact.refresh_from_db()
    assert contact.custom == {"seats": 3}


def test_value_that_no_longer_fits_stays_while_nobody_edits_it(keeper):
    make_custom_field(slug="diet", type=FieldType.CHOICE, options=["Vegan"])
    contact = make_contact(custom={"diet": "Fish", "gone": "x"})

    keeper.post(
        f"{CONTACTS}/edit/{contact.pk}/",
        contact_form(contact, custom_diet="Fish", phone="070"),
    )

    contact.refresh_from_db()
    assert contact.phone == "070"
    assert contact.custom == {"diet": "Fish", "gone": "x"}
