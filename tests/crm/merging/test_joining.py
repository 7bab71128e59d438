"""Two contacts become one: nothing is lost, nobody is freed."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from crm.choices import (
    ConsentAction,
    ConsentStatus,
    RequestKind,
    SeatTaskReason,
    SuppressionReason,
)
from crm.consent import hash_of, record_consent, suppress
from crm.exceptions import MergeError
from crm.merging.joining import Choices, merge_contacts, suggest_choices
from crm.merging.relations import all_relations, find_relations
from crm.models import (
    Affiliation,
    ConsentEntry,
    ConsentState,
    Contact,
    DataRequest,
    DistinctPair,
    SeatTask,
    Suppression,
)
from tests.crm.merging.scene import affiliate
from tests.factories import (
    make_contact,
    make_purpose,
    make_seat,
    make_segment,
    make_topic,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


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
    affiliate(seat, kept, date(2020, 1, 1), date(2022, 5, 31))
    affiliate(seat, lost, date(2022, 6, 1), None)
    affiliate(other, lost, None, date(2011, 1, 1))
    affiliate(other, kept, date(2015, 1, 1), date(2016, 1, 1))

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
