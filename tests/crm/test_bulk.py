"""One change to many contacts: only what differs, in one statement, and undone."""

from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some
from wagtail.models import ModelLogEntry

from crm.bulk.actions import ACTIONS
from crm.bulk.running import (
    BULK_JOB,
    count_changes,
    pack_ids,
    undo_bulk,
    unpack_ids,
)
from crm.choices import FieldType, JobState, SuppressionReason
from crm.exceptions import CrmError
from crm.jobs import create_job, run_job
from crm.models import Contact, Suppression
from tests.factories import (
    make_contact,
    make_custom_field,
    make_segment,
    make_topic,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@given(some.sets(some.integers(1, 300)))
def test_ids_packed_are_the_same_unpacked_and_runs_never_touch(ids):
    runs = pack_ids(ids)

    assert unpack_ids(runs) == sorted(ids)
    assert all(one[1] + 1 < other[0] for one, other in pairwise(runs))


def change(name, contacts, value):
    """Do a change; return its job."""
    ids = pack_ids(contact.pk for contact in contacts)
    job = create_job(BULK_JOB, by=None, action=name, value=value, ids=ids)
    job = run_job(job.pk)
    assert job.state == JobState.DONE, job.error
    return job


def test_topic_is_added_to_those_without_it_and_taken_back_from_them():
    topic = make_topic()
    had = make_contact(topics=[topic])
    others = [make_contact(), make_contact()]

    job = change("add_topic", [had, *others], topic.pk)

    assert job.result["changed"] == 2
    assert set(topic.contacts.all()) == {had, *others}
    assert undo_bulk(job, by=None) == 2
    assert list(topic.contacts.all()) == [had]


def test_topic_is_taken_away_and_given_back():
    topic = make_topic()
    had, other = make_contact(topics=[topic]), make_contact()

    job = change("remove_topic", [had, other], topic.pk)

    assert list(topic.contacts.all()) == []
    assert undo_bulk(job, by=None) == 1
    assert list(topic.contacts.all()) == [had]


@pytest.mark.parametrize(
    ("add", "remove", "field"),
    [
        ("add_to_segment", "take_from_segment", "added"),
        ("leave_out", "let_in", "excluded"),
    ],
)
def test_people_by_hand_come_and_go(add, remove, field):
    segment, contact = make_segment(), make_contact()

    change(add, [contact], segment.pk)
    assert list(getattr(segment, field).all()) == [contact]

    job = change(remove, [contact], segment.pk)
    assert list(getattr(segment, field).all()) == []
    undo_bulk(job, by=None)
    assert list(getattr(segment, field).all()) == [contact]


def test_language_goes_back_but_not_where_it_was_edited_since():
    swedish = [make_contact(language="sv") for _number in range(2)]
    english = make_contact(language="en")
    job = change("set_language", [*swedish, english], "en")
    assert job.result["changed"] == 2
    Contact.objects.filter(pk=swedish[0].pk).update(language="sv")

    assert undo_bulk(job, by=None) == 1

    assert Contact.objects.filter(language="sv").count() == 2


def test_field_is_filled_and_everybody_gets_back_what_they_had():
    make_custom_field(slug="diet", type=FieldType.CHOICE, options=["Vegan", "Fish"])
    before = [{}, {"diet": "Fish", "shoe": 44}, {"diet": "Vegan"}]
    contacts = [make_contact(custom=custom) for custom in before]

    job = change("set_field", contacts, {"field": "diet", "value": "Vegan"})

    assert job.result["changed"] == 2
    assert [custom_of(contact) for contact in contacts] == [
        {"diet": "Vegan"},
        {"diet": "Vegan", "shoe": 44},
        {"diet": "Vegan"},
    ]
    assert undo_bulk(job, by=None) == 2
    assert [custom_of(contact) for contact in contacts] == before


@pytest.mark.parametrize("value", [12, 12.5, "Åsa \"Ek\" \\ 'x'", "2026-03-01"])
def test_field_of_every_type_is_filled_as_it_would_be_by_hand(value):
    make_custom_field(slug="field")
    contact = make_contact()

    change("set_field", [contact], {"field": "field", "value": value})

    assert custom_of(contact) == {"field": value}
    assert Contact.objects.get(custom__field=value) == contact


def test_field_is_emptied():
    make_custom_field(slug="diet")
    contact = make_contact(custom={"diet": "Fish"})

    job = change(
        "set_field", [contact, make_contact()], {"field": "diet", "value": None}
    )

    assert (job.result["changed"], custom_of(contact)) == (1, {})


@pytest.mark.parametrize("stops", [True, False])
def test_contacts_are_deleted_and_their_addresses_stopped_if_wished(stops):
    contact, stays = make_contact(), make_contact()

    job = change("delete", [contact], stops)

    assert list(Contact.objects.all()) == [stays]
    reasons = Suppression.objects.values_list("address_hash", "reason")
    assert list(reasons) == (
        [(contact.address_hash, SuppressionReason.MANUAL)] if stops else []
    )
    with translation.override("en"), pytest.raises(CrmError, match="cannot be undone"):
        undo_bulk(job, by=None)


def test_change_is_undone_once():
    job = change("set_language", [make_contact(language="sv")], "en")
    undo_bulk(job, by=None)

    with pytest.raises(CrmError):
        undo_bulk(job, by=None)


def test_counting_changes_nothing():
    topic, contact = make_topic(), make_contact(topics=[])

    assert count_changes(ACTIONS["add_topic"], [contact.pk, 999_999], topic.pk) == 1
    assert count_changes(ACTIONS["delete"], [contact.pk], True) == 1

    assert list(topic.contacts.all()) == []
    assert Contact.objects.count() == 1


def test_change_and_undo_stand_in_the_log_of_who_did_them():
    user = make_user()
    contact = make_contact(language="sv")
    job = create_job(
        BULK_JOB,
        by=user,
        action="set_language",
        value="en",
        ids=pack_ids([contact.pk]),
        filters="language=sv",
    )
    undo_bulk(run_job(job.pk), by=user)

    entries = ModelLogEntry.objects.filter(user=user).order_by("pk")
    assert [entry.data for entry in entries] == [
        {"action": "set_language", "count": 1, "filters": "language=sv"},
        {"action": "undo set_language", "count": 1},
    ]


@pytest.mark.parametrize(
    ("name", "queries"),
    [("add_topic", 3), ("set_language", 2), ("set_field", 3)],
)
def test_number_of_queries_does_not_grow(name, queries, django_assert_num_queries):
    field, topic = make_custom_field(), make_topic()
    values = {
        "add_topic": topic.pk,
        "set_language": "en",
        "set_field": {"field": field.slug, "value": "x"},
    }
    contacts = [make_contact(language="sv") for _number in range(30)]
    action = ACTIONS[name]

    with django_assert_num_queries(queries):
        action.change([contact.pk for contact in contacts], values[name], False)


def custom_of(contact) -> dict:
    return Contact.objects.get(pk=contact.pk).custom
