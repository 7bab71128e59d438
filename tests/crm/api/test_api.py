"""The register as JSON: who is let in, what is refused, what is written."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from crm.choices import ApiScope, ConsentAction, FieldType, SuppressionReason
from crm.consent import record_consent, suppress
from crm.models import Affiliation, ApiToken, Contact, Organisation, Segment
from crm.tokens import digest_key, make_token
from tests.crm.api.programs import make_program
from tests.factories import (
    make_contact,
    make_custom_field,
    make_organisation,
    make_purpose,
    make_recipients,
    make_seat,
    make_segment,
    make_topic,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

KEEPER, EDITOR, AUDITOR = "Register keepers", "Editors", "Auditors"


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


def errors_of(answer) -> list[tuple[str, str]]:
    assert answer["Content-Type"] == "application/problem+json"
    return [(fault["field"], fault["detail"]) for fault in answer.json()["errors"]]


# --- Who is let in


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic YTpi"])
def test_without_a_good_token_nothing_opens(header):
    answer = Client().get("/api/v1/contacts", headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Content-Type"] == "application/problem+json"


def test_session_of_the_admin_opens_nothing(admin_client):
    assert admin_client.get("/api/v1/contacts").status_code == 401


def test_token_that_has_ended_opens_nothing():
    user = make_user(KEEPER)
    past = timezone.now() - timedelta(seconds=1)
    _token, key = make_token("Old", user, ApiScope.READ, expires_at=past)

    answer = Client().get(
        "/api/v1/contacts", headers={"Authorization": f"Bearer {key}"}
    )

    assert answer.status_code == 401


def test_token_of_somebody_who_may_not_log_in_opens_nothing():
    program = make_program(KEEPER)
    program.user.is_active = False
    program.user.save()

    assert program.get("/contacts").status_code == 401


def test_only_the_digest_of_a_key_is_stored():
    program = make_program(KEEPER)

    token = ApiToken.objects.get()
    assert token.digest == digest_key(program.key)
    assert program.key not in str(vars(token))


def test_token_that_may_only_read_changes_nothing():
    program = make_program(KEEPER, scope=ApiScope.READ)

    answer = program.post("/contacts", {"email": "new@example.org"})

    assert (answer.status_code, Contact.objects.count()) == (403, 0)


def test_token_may_never_do_more_than_its_user():
    auditor, editor = make_program(AUDITOR), make_program(EDITOR)
    contact = make_contact()

    assert auditor.get(f"/contacts/{contact.pk}").status_code == 200
    assert auditor.delete(f"/contacts/{contact.pk}").status_code == 403
    assert editor.get("/contacts").status_code == 403
    assert editor.get("/organisations").status_code == 200


def test_token_that_asks_too_often_is_told_to_wait(settings):
    settings.CRM_API_PER_MINUTE = 2
    program = make_program(KEEPER)

    answers = [program.get("/topics") for _number in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60


def test_use_of_a_token_is_noted():
    program = make_program(KEEPER)

    program.get("/topics")

    assert ApiToken.objects.get().used_at is not None


# --- Contacts: what is refused


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({}, ["email"]),
        ({"email": "no address"}, ["email"]),
        ({"email": "a@example.org", "language": "de"}, ["language"]),
        ({"email": "a@example.org", "shoe": 44}, ["shoe"]),
        ({"email": "a@example.org", "notes": "a\x00b"}, ["notes"]),
        ({"email": "a@example.org", "notes": "\ud800"}, ["notes"]),
        ({"email": "a@example.org", "topics": ["none"]}, ["topics"]),
        ({"email": "a@example.org", "custom": {"shoe": 44}}, ["custom.shoe"]),
        ({"email": "a@example.org", "custom": {"diet": "Fish"}}, ["custom.diet"]),
    ],
)
def test_contact_that_cannot_be_accepted_names_the_field(data, fields):
    make_custom_field(slug="diet", type=FieldType.CHOICE, options=["Vegan"])
    program = make_program(KEEPER)

    answer = program.post("/contacts", data)

    assert answer.status_code == 422
    assert [field for field, _sentence in errors_of(answer)] == fields
    assert Contact.objects.count() == 0


def test_address_that_a_contact_has_is_refused_in_any_case():
    make_contact(email="asa@example.org")

    answer = make_program(KEEPER).post("/contacts", {"email": "ASA@example.org"})

    assert answer.status_code == 409
    assert errors_of(answer) == [
        ("email", "There is already a contact with that address.")
    ]


@pytest.mark.parametrize("reason", SuppressionReason)
def test_stopped_address_is_not_taken_in_again(reason):
    suppress("gone@example.org", reason)
    contact = make_contact()
    program = make_program(KEEPER)

    added = program.post("/contacts", {"email": "Gone@example.org"})
    changed = program.patch(f"/contacts/{contact.pk}", {"email": "gone@example.org"})

    assert (added.status_code, changed.status_code) == (422, 422)
    assert Contact.objects.get().email == contact.email


def test_what_somebody_said_about_mail_cannot_be_written():
    contact, purpose = make_contact(), make_purpose()
    record_consent(contact, purpose, ConsentAction.WITHDRAWN, source="form")
    program = make_program(KEEPER)

    answer = program.patch(f"/contacts/{contact.pk}", {"said": []})

    assert answer.status_code == 422
    said = program.get(f"/contacts/{contact.pk}").json()["said"]
    assert [(s["purpose"], s["status"]) for s in said] == [(purpose.slug, "withdrawn")]


# --- Contacts: what is done


def test_contact_is_added_changed_and_deleted():
    climate, water = make_topic(slug="climate"), make_topic(slug="water")
    make_custom_field(slug="seats", type=FieldType.NUMBER)
    program = make_program(KEEPER)

    added = program.post(
        "/contacts",
        {
            "email": "Asa@Example.org",
            "family_name": "Ek",
            "topics": ["climate"],
            "custom": {"seats": "3,0"},
        },
    )
    pk = added.json()["id"]
    changed = program.patch(
        f"/contacts/{pk}",
        {"given_name": "Åsa", "topics": ["water"], "custom": {"seats": None}},
    )

    assert (added.status_code, changed.status_code) == (201, 200)
    assert added.json()["custom"] == {"seats": 3}
    contact = Contact.objects.get()
    assert (contact.email, str(contact), contact.custom) == (
        "asa@example.org",
        "Åsa Ek",
        {},
    )
    assert contact.sort_key.startswith("ek ")
    assert list(contact.topics.all()) == [water]
    assert climate not in contact.topics.all()

    assert program.delete(f"/contacts/{pk}").status_code == 204
    assert Contact.objects.count() == 0
    # The address was stopped with it, so it does not come back by itself.
    assert program.post("/contacts", {"email": "asa@example.org"}).status_code == 422
    log = ModelLogEntry.objects.for_instance(Contact(pk=pk))
    assert sorted(log.values_list("action", flat=True)) == [
        "wagtail.create",
        "wagtail.delete",
        "wagtail.edit",
    ]
    assert ModelLogEntry.objects.filter(data__token="Intranet").count() == 3


def test_contact_changed_meanwhile_is_not_overwritten():
    contact = make_contact(given_name="Åsa")
    program = make_program(KEEPER)
    etag = program.get(f"/contacts/{contact.pk}")["ETag"]
    match = {"If-Match": etag}
    first = program.patch(f"/contacts/{contact.pk}", {"phone": "070"}, **match)

    second = program.patch(f"/contacts/{contact.pk}", {"phone": "071"}, **match)
    gone = program.delete(f"/contacts/{contact.pk}", **match)

    assert [first.status_code, second.status_code, gone.status_code] == [200, 412, 412]
    contact.refresh_from_db()
    assert contact.phone == "070"
    fresh = {"If-Match": first["ETag"]}
    assert program.patch(f"/contacts/{contact.pk}", {}, **fresh).status_code == 200


def test_contacts_come_in_pages_without_gaps():
    contacts = [make_contact() for _number in range(5)]
    program = make_program(KEEPER)
    found, cursor = [], ""
    while cursor is not None:
        page = program.get(f"/contacts?limit=2&cursor={cursor}").json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next"]

    assert found == [contact.pk for contact in contacts]


@pytest.mark.parametrize(
    ("path", "name", "sentence"),
    [
        ("/contacts?langauge=en", "langauge", "There is no parameter “langauge” here."),
        ("/topics?q=x", "q", "There is no parameter “q” here."),
        ("/seats?=null", "", "There is no parameter “” here."),
        ("/contacts?topic=a&topic=b", "topic", "Send “topic” only once."),
    ],
)
def test_parameter_that_there_is_not_is_refused_by_name(path, name, sentence):
    answer = make_program(KEEPER).get(path)

    assert answer.status_code == 422
    assert errors_of(answer) == [(name, sentence)]


def test_deletion_with_an_unknown_parameter_deletes_nobody():
    contact = make_contact()

    answer = make_program(KEEPER).delete(f"/contacts/{contact.pk}?stop_adress=false")

    assert answer.status_code == 422
    assert Contact.objects.filter(pk=contact.pk).exists()


@pytest.mark.parametrize("cursor", ["x", "YWZ0ZXI6LTE=", "YWZ0ZXI6eA==", "MQ=="])
def test_cursor_that_is_none_of_ours_is_refused(cursor):
    answer = make_program(KEEPER).get(f"/contacts?cursor={cursor}")

    assert answer.status_code == 422
    assert [field for field, _sentence in errors_of(answer)] == ["cursor"]


def test_contacts_are_found_by_what_was_asked():
    topic = make_topic(slug="climate")
    asa = make_contact(
        given_name="Åsa", family_name="Öst", email="asa@example.org", topics=[topic]
    )
    seat = make_seat(holder=asa)
    make_contact(language="en")
    segment = make_segment(added=[asa])
    program = make_program(KEEPER)
    later = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")

    for query, count in {
        "q=åsa+öst": 1,
        "q=nobody": 0,
        "email=ASA@example.org": 1,
        "email=nonsense": 0,
        "language=sv": 1,
        "topic=climate": 1,
        f"role={seat.role.slug}": 1,
        f"organisation={seat.organisation_id}": 1,
        f"organisation={seat.organisation_id}&role=none": 0,
        f"segment={segment.pk}": 1,
        f"changed_since={later}": 0,
        "": 2,
    }.items():
        assert len(program.get(f"/contacts?{query}").json()["items"]) == count, query


@pytest.mark.parametrize(
    "path", ["/contacts", "/organisations", "/segments", "/seats", "/members"]
)
def test_list_costs_the_same_for_one_and_for_three(path, django_assert_num_queries):
    program = make_program(KEEPER)
    segment = make_segment(rules=[])

    def fill(count: int) -> None:
        for _number in range(count):
            contact = make_contact(topics=[make_topic()])
            seat = make_seat(holder=contact)
            make_segment(rules=[{"kind": "seat", "roles": [seat.role_id]}])
            segment.added.add(contact)
            record_consent(contact, make_purpose(), ConsentAction.GIVEN, source="form")

    address = f"/segments/{segment.pk}/members" if path == "/members" else path
    fill(1)
    program.get(address)
    # Token, user, permissions of the user and of the groups come first.
    with CaptureQueriesContext(connection) as one:
        program.get(address)
    fill(2)
    with django_assert_num_queries(len(one)):
        assert len(program.get(address).json()["items"]) >= 3


# --- Organisations


def test_organisation_is_added_changed_and_deleted():
    program = make_program(KEEPER)
    added = program.post(
        "/organisations", {"name": "Åbo", "kind": "municipality", "country": "FI"}
    )
    pk = added.json()["id"]
    organisation = Organisation.objects.get()
    seat = make_seat(organisation=organisation, holder=make_contact())

    changed = program.patch(f"/organisations/{pk}", {"region": "Egentliga Finland"})
    refused = program.delete(f"/organisations/{pk}")

    assert (added.status_code, changed.status_code, refused.status_code) == (
        201,
        200,
        409,
    )
    # What segment rules read follows.
    assert Affiliation.objects.get().region == "Egentliga Finland"
    seat.delete()
    assert program.delete(f"/organisations/{pk}").status_code == 204
    assert Organisation.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": "Turku", "kind": "municipality", "country": "FI"}, ""),
        ({"name": "A", "kind": "city"}, "kind"),
        ({"name": "A", "kind": "agency", "country": "XX"}, "country"),
        ({"name": "A", "kind": "agency", "website": "javascript:x"}, "website"),
        ({"name": "A", "kind": "agency", "parent": 999}, "parent"),
        ({"name": "A", "kind": "agency", "latitude": 91}, "latitude"),
        ({"name": "A", "kind": "agency", "latitude": 59.3}, "longitude"),
        ({"name": "A", "kind": "agency", "longitude": 18.1}, "latitude"),
    ],
)
def test_organisation_that_cannot_be_accepted_names_the_field(data, field):
    make_organisation(name="Turku", country="FI")

    answer = make_program(KEEPER).post("/organisations", data)

    assert answer.status_code == 422
    assert [name for name, _sentence in errors_of(answer)] == [field]


def test_organisation_cannot_be_part_of_its_own_part():
    whole = make_organisation()
    part = make_organisation(parent=whole)

    answer = make_program(KEEPER).patch(
        f"/organisations/{whole.pk}", {"parent": part.pk}
    )

    assert answer.status_code == 422


# --- Segments


def test_segment_is_added_with_its_rules_and_counted():
    contact = make_contact()
    seat = make_seat(holder=contact)
    program = make_program(KEEPER)
    rules = {
        "version": 1,
        "match": "all",
        "rules": [{"kind": "seat", "roles": [seat.role_id]}],
    }

    added = program.post("/segments", {"name": "Coordinators", "rules": rules})

    assert added.status_code == 201, added.json()
    pk = added.json()["id"]
    assert added.json()["count"] == 1
    members = program.get(f"/segments/{pk}/members").json()
    assert (members["count"], [m["id"] for m in members["items"]]) == (1, [contact.pk])
    changed = program.patch(f"/segments/{pk}", {"excluded": [contact.pk]})
    assert (changed.json()["count"], changed.json()["excluded"]) == (0, [contact.pk])
    assert program.delete(f"/segments/{pk}").status_code == 204


@pytest.mark.parametrize(
    "rules",
    [
        {"version": 9},
        {"version": 1, "match": "all", "rules": [{"kind": "moon"}]},
        {"version": 1, "match": "all", "rules": [{"kind": "seat", "roles": [999]}]},
    ],
)
def test_rules_that_cannot_be_read_are_refused(rules):
    answer = make_program(KEEPER).post("/segments", {"name": "A", "rules": rules})

    assert answer.status_code == 422
    assert errors_of(answer)[0][0].startswith("rules")
    assert Segment.objects.count() == 0


def test_segment_that_is_used_is_not_deleted():
    segment = make_segment(name="Members")
    make_recipients(include=[segment])

    answer = make_program(KEEPER).delete(f"/segments/{segment.pk}")

    assert answer.status_code == 409
    assert Segment.objects.filter(pk=segment.pk).exists()


def test_people_of_a_segment_are_hidden_from_who_may_not_see_them():
    segment = make_segment(added=[make_contact()])
    program = make_program(EDITOR)

    shown = program.get(f"/segments/{segment.pk}").json()

    assert (shown["added"], shown["excluded"]) == (None, None)
    assert program.get(f"/segments/{segment.pk}/members").status_code == 403


# --- The description


def test_description_and_page_are_open_and_ask_nobody_else(client):
    page = client.get("/api/v1/")
    description = client.get("/api/v1/openapi.json").json()

    assert page.status_code == 200
    assert b"https://cdn" not in page.content
    assert b"<script" not in page.content
    assert set(description["paths"]) >= {"/api/v1/contacts", "/api/v1/segments"}
