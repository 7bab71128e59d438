"""What is held about a person is told whole: no table and no field is forgotten."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.db import models
from django.utils import timezone, translation

from crm.choices import ConsentAction, InteractionKind, RequestKind, SuppressionReason
from crm.consent import record_consent, suppress
from crm.merging.joining import merge_contacts
from crm.models import (
    Contact,
    ImportBatch,
    ImportChange,
    Interaction,
    SeatTask,
)
from crm.own_data.files import write_csv, write_json
from crm.own_data.sections import (
    Fact,
    Reading,
    find_references,
    find_unregistered,
    read_sections,
    register_section,
)
from crm.requests import ask, note_copy
from tests.factories import (
    make_contact,
    make_custom_field,
    make_event,
    make_purpose,
    make_seat,
    make_segment,
    make_topic,
)

# What only the machine needs: orders, fingerprints, keys.
INNER = {"id", "sort_key", "address_hash", "custom"}
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def test_every_table_that_refers_to_people_is_in_a_section():
    assert find_unregistered() == []


def test_new_table_that_refers_to_people_is_found(monkeypatch):
    class Diploma(models.Model):
        holder = models.ForeignKey(Contact, models.CASCADE, related_name="+")
        address_hash = models.CharField(max_length=32)

        class Meta:
            app_label = "crm"
            apps = Apps()

        def __str__(self):
            return "diploma"

    every = [*apps.get_models(include_auto_created=True), Diploma]
    monkeypatch.setattr(
        "crm.own_data.sections.apps.get_models", lambda **_options: every
    )

    assert find_unregistered() == ["crm.Diploma.address_hash", "crm.Diploma.holder"]


def test_covered_columns_exist():
    found = set(find_references())

    assert "crm.Affiliation.contact" in found
    assert "newsletter.Delivery.address_hash" in found


def test_section_is_registered_once():
    with pytest.raises(ValueError, match="person"):
        register_section("person", "", lambda contact: [])


@pytest.mark.django_db
def test_every_field_of_a_contact_is_told():
    readings = {reading.key: reading for reading in read_sections(make_contact())}

    told = {fact.key for fact in readings["person"].records[0]}
    fields = {field.name for field in Contact._meta.concrete_fields}
    assert told == fields - INNER


@pytest.mark.django_db
@pytest.mark.database
def test_what_was_written_about_somebody_is_told_and_nothing_of_others():
    person, other = make_known(), make_known(word="Hemligt")
    readings = {reading.key: reading for reading in read_sections(person)}

    empty = {key for key, reading in readings.items() if not reading.records}
    whole = json.dumps(
        [
            [fact.shown for fact in record]
            for r in readings.values()
            for record in r.records
        ]
    )
    # Letters have a test of their own; nobody resembles this person.
    assert empty == {"letters", "clicks", "left_out", "sign_ups", "distinctions"}
    assert "Hemligt" not in whole
    assert other.email not in whole
    assert told(readings, "notes", "text") == ["Öppet: ringde om mötet."]
    assert told(readings, "said", "wording") == [str(make_wording(person))]
    assert told(readings, "origins", "file") == ["Öppet.csv"]
    assert told(readings, "stops", "reason") == ["bounce"]
    assert told(readings, "requests", "kind") == ["copy", "correction"]


def told(readings, section: str, key: str) -> list:
    return [
        fact.value
        for record in readings[section].records
        for fact in record
        if fact.key == key
    ]


def make_wording(person) -> str:
    return person.consent_entries.get().wording


def make_known(word: str = "Öppet") -> Contact:
    """Make somebody of whom the register knows something of every kind."""
    field = make_custom_field(slug=f"own{word.lower()[:3].replace('ö', 'o')}")
    person = make_contact(custom={field.slug: word}, topics=[make_topic()])
    twin = make_contact(given_name=word)
    merge_contacts(person, twin, by=None)
    person.refresh_from_db()
    seat = make_seat(holder=person)
    SeatTask.objects.create(seat=seat, contact=person, reason="bounced", detail=word)
    record_consent(person, make_purpose(), ConsentAction.GIVEN, source=word)
    suppress(person.email, SuppressionReason.BOUNCE)
    text = f"{word}: ringde om mötet."
    Interaction.objects.create(kind=InteractionKind.CALL, contact=person, text=text)
    make_event(title=word, speakers=[person])
    make_segment(name=word, added=[person])
    batch = ImportBatch.objects.create(
        file_name=f"{word}.csv", applied_at=NOW, purpose=make_purpose()
    )
    ImportChange.objects.create(
        batch=batch,
        row_number=2,
        model="contact",
        object_id=person.pk,
        action="created",
    )
    ask(person, RequestKind.CORRECTION, word, now=NOW)
    note_copy(person, now=timezone.now())
    return person


def test_json_has_a_format_a_version_and_keys_for_programs():
    record = [
        Fact("at", "När", datetime(2026, 3, 2, 12, tzinfo=UTC)),
        Fact("state", "Läge", "accepted", "Mottaget"),
        Fact("names", "Namn", ["Å", "B"]),
    ]

    data = json.loads(write_json([Reading("letters", "Brev", [record])], made_at=NOW))

    assert data == {
        "format": "rundbrev-own-data",
        "version": 1,
        "made_at": "2026-03-02T12:00:00Z",
        "language": "en",
        "sections": {
            "letters": {
                "title": "Brev",
                "records": [
                    {
                        "at": "2026-03-02T12:00:00Z",
                        "state": "accepted",
                        "names": ["Å", "B"],
                    }
                ],
            }
        },
    }


def test_csv_has_a_line_per_fact_in_words_and_runs_no_formula():
    readings = [
        Reading(
            "notes",
            "Notes",
            [
                [Fact("text", "Text", '=HYPERLINK("x")'), Fact("on", "On", True)],
                [Fact("on", "On", date(2026, 3, 2)), Fact("none", "None", None)],
            ],
        ),
        Reading("clicks", "Links", []),
    ]

    content = write_csv(readings)

    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows == [
        ["Part", "Number", "What", "Value"],
        ["Notes", "1", "Text", '\'=HYPERLINK("x")'],
        ["Notes", "1", "On", "yes"],
        ["Notes", "2", "On", "2 March 2026"],
        ["Notes", "2", "None", ""],
        ["Links", "", "Nothing", ""],
    ]
