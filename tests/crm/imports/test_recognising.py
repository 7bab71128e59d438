"""Whose export a file is, and what its columns mean."""

import pytest

from crm.choices import FieldType
from crm.imports.recognising import guess_mapping
from crm.models import CustomField, ImportSource

pytestmark = pytest.mark.django_db


def meant(headings):
    guess = guess_mapping(headings)
    return guess.origin, {
        name: column for name, column in guess.mapping.items() if column
    }


@pytest.mark.parametrize(
    ("headings", "origin", "mapping"),
    [
        (
            ["Email Address", "First Name", "MEMBER_RATING", "CONFIRM_TIME", "LEID"],
            "Mailchimp",
            {
                "Email Address": "email",
                "First Name": "given_name",
                "MEMBER_RATING": "proof",
                "CONFIRM_TIME": "said_yes",
            },
        ),
        (
            ["E-postadress", "Förnamn", "Organisation", "MEMBER_RATING", "OPTIN_TIME"],
            "Mailchimp",
            {
                "E-postadress": "email",
                "Förnamn": "given_name",
                "Organisation": "organisation",
                "MEMBER_RATING": "proof",
                "OPTIN_TIME": "proof",
            },
        ),
        (
            ["uuid", "email", "name", "attributes", "status", "created_at"],
            "listmonk",
            {
                "email": "email",
                "name": "full_name",
                "status": "standing",
                "created_at": "proof",
            },
        ),
        (
            ["Name", "Given Name", "Family Name", "E-mail 1 - Value", "Notes"],
            "Google Contacts",
            {
                "Given Name": "given_name",
                "Family Name": "family_name",
                "E-mail 1 - Value": "email",
            },
        ),
        (
            ["First Name", "Last Name", "Company", "Job Title", "E-mail Address"],
            "Outlook",
            {
                "First Name": "given_name",
                "Last Name": "family_name",
                "Company": "organisation",
                "Job Title": "seat_title",
                "E-mail Address": "email",
            },
        ),
        (
            ["Förnamn", "Efternamn", "Företag", "Befattning", "E-postadress"],
            "Outlook in Swedish",
            {
                "Förnamn": "given_name",
                "Efternamn": "family_name",
                "Företag": "organisation",
                "Befattning": "seat_title",
                "E-postadress": "email",
            },
        ),
        (
            ["E-POST", "Namn", "Fo\u0308rnamn", "Skor"],
            "",
            {"E-POST": "email", "Fo\u0308rnamn": "given_name"},
        ),
    ],
)
def test_guess_knows_other_programmes_exports(headings, origin, mapping):
    assert meant(headings) == (origin, mapping)


def test_guess_knows_the_administrators_fields_by_each_name():
    CustomField.objects.create(
        slug="diet", name_sv="Kost", name_en="Diet", type=FieldType.TEXT
    )

    for heading in ("custom_diet", "diet", "KOST", "Diet"):
        assert meant(["E-post", heading])[1][heading] == "custom_diet"


def test_guess_takes_a_saved_source_with_the_same_headings_in_any_order():
    ImportSource.objects.create(
        name="Course system", mapping={"A": "email", "B": "", "C": "custom_gone"}
    )

    assert meant(["c", "A", "b"]) == ("Course system", {"A": "email"})
    assert meant(["A", "B"])[0] == ""


def test_guess_prefers_of_two_headings_the_one_with_cells():
    headings = ["E-mail Address", "Company", "Business Phone", "Mobile Phone"]

    mobile = guess_mapping(headings, {"Mobile Phone"}).mapping
    both = guess_mapping(headings, set(headings)).mapping

    assert (mobile["Business Phone"], mobile["Mobile Phone"]) == ("", "phone")
    assert (both["Business Phone"], both["Mobile Phone"]) == ("phone", "")
