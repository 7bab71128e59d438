"""A merge is taken back: every row as it was, but for what was edited since."""

import random
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from crm.choices import (
    ConsentAction,
    ConsentStatus,
    InteractionKind,
    RequestKind,
    SeatTaskReason,
)
from crm.consent import record_consent
from crm.exceptions import MergeError
from crm.merging.joining import merge_contacts
from crm.merging.records import read_rows
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
            affiliate(seat, person, day, end)
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
