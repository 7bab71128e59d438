"""Two contacts become one: nothing is lost, nobody is freed, all can be taken back."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone, translation

from crm.choices import (
    ConsentAction,
    ConsentStatus,
    InteractionKind,
    RequestKind,
    SeatTaskReason,
    SuppressionReason,
)
from crm.consent import hash_of, record_consent, suppress
from crm.exceptions import MergeError
from crm.merging.joining import Choices, merge_contacts, suggest_choices
from crm.merging.records import read_rows
from crm.merging.relations import all_relations, find_relations
from crm.merging.undoing import find_hindrance, undo_merge
from crm.models import (
    Affiliation,
    ConsentEntry,
    ConsentState,
    Contact,
    DataRequest,
    DistinctPair,
    Interaction,
    Merge,
    SeatTask,
    Suppression,
)
from tests.factories import (
    make_contact,
    make_purpose,
    make_seat,
    make_segment,
    make_topic,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def pair() -> tuple[Contact, Contact]:
    kept = make_contact(given_name="Åsa", family_name="Ek", email="asa@example.org")
    lost = make_contact(given_name="Asa", family_name="Ek", email="asa.ek@example.com")
    return kept, lost


# --- What cannot be merged


def test_every_relation_to_contacts_is_known():
    known = {(r.label, field) for r in all_relations() for field in r.fields}

    assert set(find_relations()) - known == set()
    assert known - set(find_relations()) == set()


def test_unknown_relation_makes_merging_refuse(pair, monkeypatch):
    class Diploma(models.Model):
        holder = models.ForeignKey(Contact, models.CASCADE, related_name="+")

        class Meta:
            app_label = "crm"
            apps = Apps()

        def __str__(self):
            return "diploma"

    every = [*apps.get_models(include_auto_created=True), Diploma]
    monkeypatch.setattr(
        "crm.merging.relations.apps.get_models", lambda **_options: every
    )

    with pytest.raises(MergeError, match="what becomes of crm.Diploma.holder"):
        merge_contacts(*pair, by=None)

    assert Contact.objects.count() == 2


def test_unknown_generic_relation_makes_merging_refuse(pair):
    _kept, lost = pair
    revision = apps.get_model("wagtailcore.Revision")
    contacts = ContentType.objects.get_for_model(Contact)
    revision.objects.bulk_create(
        [
            revision(
                content_type=contacts,
                base_content_type=contacts,
                object_id=str(lost.pk),
                created_at=timezone.now(),
                content={},
            )
        ]
    )

    with pytest.raises(MergeError, match="what becomes of wagtailcore.Revision"):
        merge_contacts(*pair, by=None)


def test_contact_is_not_merged_with_itself(pair):
    with pytest.raises(MergeError, match="one and the same"):
        merge_contacts(pair[0], pair[0], by=None)


def test_contact_that_has_gone_is_not_merged(pair):
    kept, lost = pair
    Contact.objects.filter(pk=lost.pk).delete()

    with pytest.raises(MergeError, match="not there any more"):
        merge_contacts(kept, lost, by=None)


# --- What becomes of the fields


def test_suggestion_fills_what_the_kept_one_lacks_and_keeps_both_notes():
    kept = make_contact(phone="", notes="Likes tea.", custom={"diet": "Vegan"})
    lost = make_contact(phone="070", notes="Speaks Finnish.", custom={"shoe": 44})

    choices = suggest_choices(kept, lost)

    assert choices.from_lost == {"phone", "custom.shoe"}
    assert choices.from_both == {"notes"}


def test_merged_contact_has_the_chosen_fields(pair):
    kept, lost = pair
    Contact.objects.filter(pk=lost.pk).update(phone="070", custom={"diet": "Vegan"})

    merge_contacts(
        kept,
        lost,
        by=None,
        choices=Choices(from_lost=frozenset({"email", "phone", "custom.diet"})),
    )

    merged = Contact.objects.get()
    assert (merged.pk, merged.given_name, merged.email, merged.phone) == (
        kept.pk,
        "Åsa",
        "asa.ek@example.com",
        "070",
    )
    assert merged.custom == {"diet": "Vegan"}
    assert merged.address_hash == hash_of("asa.ek@example.com")
    assert "asa@example.org (merged on" in merged.notes


def test_merged_contact_has_only_the_links_that_were_chosen(pair):
    kept, lost = pair
    climate, water = make_topic(), make_topic()
    kept.topics.add(climate)
    lost.topics.add(climate, water)
    segment = make_segment(added=[lost], excluded=[kept])

    merge_contacts(
        kept,
        lost,
        by=None,
        choices=Choices(topics=frozenset({water.pk}), added=frozenset()),
    )

    assert list(kept.topics.all()) == [water]
    assert list(segment.added.all()) == []
    assert list(segment.excluded.all()) == [kept]


# --- What moves


def test_seats_move_and_a_day_after_the_other_is_one_affiliation(pair):
    kept, lost = pair
    seat, other = make_seat(), make_seat()
    _affiliate(seat, kept, date(2020, 1, 1), date(2022, 5, 31))
    _affiliate(seat, lost, date(2022, 6, 1), None)
    _affiliate(other, lost, None, date(2011, 1, 1))
    _affiliate(other, kept, date(2015, 1, 1), date(2016, 1, 1))

    merge_contacts(kept, lost, by=None)

    rows = Affiliation.objects.values_list("seat", "contact", "starts_on", "ends_on")
    assert set(rows) == {
        (seat.pk, kept.pk, date(2020, 1, 1), None),
        (other.pk, kept.pk, None, date(2011, 1, 1)),
        (other.pk, kept.pk, date(2015, 1, 1), date(2016, 1, 1)),
    }


@pytest.mark.parametrize(
    ("own", "other", "status"),
    [
        (None, ConsentAction.GIVEN, ConsentStatus.GIVEN),
        (ConsentAction.GIVEN, ConsentAction.WITHDRAWN, ConsentStatus.WITHDRAWN),
        (ConsentAction.WITHDRAWN, ConsentAction.GIVEN, ConsentStatus.WITHDRAWN),
        (ConsentAction.OBJECTED, ConsentAction.WITHDRAWN, ConsentStatus.OBJECTED),
        (ConsentAction.GIVEN, ConsentAction.OBJECTED, ConsentStatus.OBJECTED),
    ],
)
def test_stricter_word_about_mail_holds_after_merging(pair, own, other, status):
    kept, lost = pair
    purpose = make_purpose()
    # The yes came later, and yet it frees nobody.
    for contact, action in ((lost, other), (kept, own)):
        if action:
            record_consent(contact, purpose, action, source="form")

    merge_contacts(kept, lost, by=None)

    assert ConsentState.objects.get().status == status
    assert ConsentEntry.objects.filter(contact=kept).count() == 1 + bool(own)


def test_complaint_about_one_address_stops_the_kept_one_too(pair):
    suppress(pair[1].email, SuppressionReason.COMPLAINT)

    merge_contacts(*pair, by=None)

    reasons = Suppression.objects.values_list("address_hash", "reason")
    assert dict(reasons)[pair[0].address_hash] == SuppressionReason.COMPLAINT


def test_bounce_of_one_address_leaves_the_kept_one_alone(pair):
    suppress(pair[1].email, SuppressionReason.BOUNCE)

    merge_contacts(*pair, by=None)

    assert not Suppression.objects.filter(address_hash=pair[0].address_hash).exists()


def test_open_tasks_about_one_seat_become_one_open_and_one_done(pair):
    user, seat = make_user(), make_seat()
    for contact in pair:
        SeatTask.objects.create(
            seat=seat, contact=contact, reason=SeatTaskReason.BOUNCED
        )

    merge_contacts(*pair, by=user)

    tasks = SeatTask.objects.order_by("pk")
    assert [(t.contact, t.closed_at is None, t.closed_by) for t in tasks] == [
        (pair[0], True, None),
        (pair[0], False, user),
    ]


def test_open_requests_of_a_kind_become_one_asked_when_the_first_was(pair):
    kept, lost = pair
    first, later = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)
    erasure, correction = RequestKind.ERASURE, RequestKind.CORRECTION
    for contact, kind, at, text in (
        (kept, erasure, later, "Please."),
        (lost, erasure, first, "I moved."),
        (lost, correction, later, "It is Öberg."),
    ):
        DataRequest.objects.create(contact=contact, kind=kind, asked_at=at, text=text)
    DataRequest.objects.create(contact=lost, kind=erasure, closed_at=later)

    merge_contacts(kept, lost, by=None)

    open_ones = DataRequest.objects.filter(contact=kept, closed_at__isnull=True)
    assert set(open_ones.values_list("kind", "asked_at", "text")) == {
        (erasure, first, "Please.\n\nI moved."),
        (correction, later, "It is Öberg."),
    }
    assert DataRequest.objects.filter(contact=kept).count() == 3


@pytest.mark.parametrize(
    ("own", "other", "until"),
    [
        (None, None, None),
        (date(2026, 5, 1), None, date(2026, 5, 1)),
        (None, date(2026, 5, 1), date(2026, 5, 1)),
        (date(2026, 5, 1), date(2026, 9, 1), date(2026, 9, 1)),
    ],
)
def test_later_pause_holds_after_merging(pair, own, other, until):
    for contact, day in zip(pair, (own, other), strict=True):
        Contact.objects.filter(pk=contact.pk).update(paused_until=day)

    merge_contacts(*pair, by=None)

    assert Contact.objects.get().paused_until == until


def test_pairs_of_two_people_follow_and_stand_once(pair):
    kept, lost = pair
    known, unknown = make_contact(), make_contact()
    for one, other in ((kept, lost), (kept, known), (lost, known), (lost, unknown)):
        first, second = sorted((one.pk, other.pk))
        DistinctPair.objects.create(first_id=first, second_id=second)

    merge_contacts(kept, lost, by=None)

    rows = DistinctPair.objects.values_list("first", "second")
    assert set(rows) == {(kept.pk, known.pk), (kept.pk, unknown.pk)}


# --- Undoing


@pytest.mark.parametrize("seed", range(6))
def test_merge_undone_leaves_every_table_as_it_was(seed):
    kept, lost, user = _random_people(random.Random(seed))
    before = _read_everything()

    merge = merge_contacts(kept, lost, by=user)
    assert _read_everything() != before
    left = undo_merge(merge, by=user)

    assert left == []
    assert _read_everything() == before


def test_undo_leaves_alone_what_was_edited_since_and_says_so(pair):
    kept, lost = pair
    Contact.objects.filter(pk=lost.pk).update(phone="070")
    seat = make_seat(holder=lost)
    merge = merge_contacts(kept, lost, by=None)
    contact = Contact.objects.get(pk=kept.pk)
    contact.phone = "071"
    contact.save()
    Affiliation.objects.filter(seat=seat).delete()

    left = undo_merge(merge, by=None)

    assert left == ["Telephone of Åsa Ek", "1 rows of Affiliations"]
    assert set(Contact.objects.values_list("email", "phone")) == {
        ("asa@example.org", "071"),
        ("asa.ek@example.com", "070"),
    }


def test_undo_gives_the_seat_to_nobody_when_it_was_filled_since(pair):
    kept, lost = pair
    seat = make_seat(holder=lost)
    row = Affiliation.objects.get()
    merge = merge_contacts(kept, lost, by=None)
    successor = make_contact()
    Affiliation.objects.filter(pk=row.pk).update(contact=successor)

    assert undo_merge(merge, by=None) == ["1 rows of Affiliations"]

    assert seat.affiliations.get().contact == successor


def test_no_that_was_said_while_merged_holds_for_both_after_undoing(pair):
    kept, lost = pair
    purpose = make_purpose()
    for contact in pair:
        record_consent(contact, purpose, ConsentAction.GIVEN, source="form")
    merge = merge_contacts(kept, lost, by=None)
    record_consent(kept, purpose, ConsentAction.WITHDRAWN, source="unsubscribe link")

    undo_merge(merge, by=None)

    states = ConsentState.objects.values_list("contact", "status")
    assert dict(states) == {
        kept.pk: ConsentStatus.WITHDRAWN,
        lost.pk: ConsentStatus.WITHDRAWN,
    }
    said = ConsentEntry.objects.filter(action=ConsentAction.WITHDRAWN)
    assert set(said.values_list("contact", "source")) == {
        (kept.pk, "unsubscribe link"),
        (lost.pk, "While merged with another contact"),
    }


def test_undo_is_refused_when_a_third_contact_has_the_address(pair):
    merge = merge_contacts(*pair, by=None)
    make_contact(email=pair[1].email)

    with pytest.raises(MergeError, match="Another contact has the address"):
        undo_merge(merge, by=None)

    assert Contact.objects.count() == 2


def test_undo_is_refused_after_ninety_days(pair):
    merge = merge_contacts(*pair, by=None)
    long_ago = timezone.now() - timedelta(days=91)
    Merge.objects.update(created_at=long_ago)
    merge.refresh_from_db()

    with pytest.raises(MergeError, match="more than 90 days ago"):
        undo_merge(merge, by=None)


def test_undo_is_refused_twice(pair):
    merge = merge_contacts(*pair, by=None)
    undo_merge(merge, by=None)

    with pytest.raises(MergeError, match="has been undone"):
        undo_merge(merge, by=None)


def test_merges_are_undone_the_last_first(pair):
    kept, lost = pair
    third = make_contact()
    first = merge_contacts(kept, lost, by=None)
    last = merge_contacts(third, kept, by=None)
    first.refresh_from_db()
    assert find_hindrance(first) == (
        "It was merged again since. Undo the later merge first."
    )

    assert undo_merge(last, by=None) == []
    first.refresh_from_db()
    assert undo_merge(first, by=None) == []

    assert set(Contact.objects.all()) == {kept, lost, third}


def _affiliate(seat, contact, starts_on, ends_on) -> None:
    copies = {
        "role": seat.role,
        "organisation": seat.organisation,
        "kind": seat.organisation.kind,
        "country": seat.organisation.country,
        "region": seat.organisation.region,
    }
    Affiliation.objects.create(
        seat=seat, contact=contact, starts_on=starts_on, ends_on=ends_on, **copies
    )


def _random_people(chance: random.Random):
    """Make two contacts who have something of everything, some of it both."""
    kept, lost, third = (
        make_contact(
            phone=chance.choice(["", "070", "071"]),
            notes=chance.choice(["", "Likes tea."]),
            custom=chance.choice([{}, {"diet": "Vegan"}, {"shoe": 44}]),
            paused_until=chance.choice([None, date(2027, 1, 1), date(2027, 2, 1)]),
        )
        for _number in range(3)
    )
    people = [kept, lost]
    user = make_user()
    topics = [make_topic() for _number in range(3)]
    for person in people:
        person.topics.set(chance.sample(topics, 2))
        make_segment(added=chance.sample(people, chance.randint(0, 2)))
        make_segment(excluded=chance.sample([*people, third], chance.randint(0, 3)))
        Interaction.objects.create(
            kind=InteractionKind.NOTE, contact=person, text="Rang."
        )
    for _number in range(3):
        purpose = make_purpose()
        for person in chance.sample(people, chance.randint(0, 2)):
            for action in chance.sample(list(ConsentAction), 2):
                record_consent(person, purpose, action, source="form")
        seat = make_seat()
        chance.shuffle(people)
        day = date(2000 + chance.randint(0, 10), 1, 1)
        for person in people:
            end = day + timedelta(days=chance.randint(0, 3000))
            _affiliate(seat, person, day, end)
            day = end + timedelta(days=chance.randint(1, 3))
            SeatTask.objects.create(
                seat=seat, contact=person, reason=SeatTaskReason.HAS_LEFT
            )
    make_seat(holder=chance.choice(people))
    for person in people:
        for kind in chance.sample(list(RequestKind), chance.randint(0, 2)):
            DataRequest.objects.create(contact=person, kind=kind, text=str(person))
        first, second = sorted((person.pk, third.pk))
        DistinctPair.objects.create(first_id=first, second_id=second)
    return *people, user


def _read_everything() -> dict:
    """Return every row of every table but the log and the merges."""
    beside = {"wagtailcore.ModelLogEntry", "crm.Merge"}
    return {
        model._meta.label: read_rows(model._base_manager.all())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.label not in beside
    }
