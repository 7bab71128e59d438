"""newsletter/delivery/planning.py: what a freeze writes."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from crm.choices import ConsentAction, LawfulBasis, SuppressionReason
from crm.consent import record_consent, suppress
from crm.models import Contact, Seat
from newsletter.choices import DeliveryState, LeftOutReason
from newsletter.delivery.audience import count_audience
from newsletter.delivery.planning import freeze_campaign
from newsletter.exceptions import CampaignStateError
from newsletter.models import Delivery, LeftOut, Variant
from tests.factories import (
    make_contact,
    make_newsletter,
    make_organisation,
    make_purpose,
    make_recipients,
    make_seat,
    make_segment,
)
from tests.newsletter.delivery.scenes import make_draft, make_frozen_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_freeze_nobody_mailable_raises_and_writes_nothing():
    contact = make_contact()
    suppress(contact.email, SuppressionReason.BOUNCE)

    with pytest.raises(CampaignStateError):
        make_frozen_campaign(contacts=[contact])

    assert (Delivery.objects.count(), LeftOut.objects.count()) == (0, 0)


def test_freeze_empty_segment_raises():
    with pytest.raises(CampaignStateError):
        make_frozen_campaign(contacts=[])


def test_freeze_writes_one_queued_row_per_person():
    people = [make_contact(), make_contact()]

    campaign = make_frozen_campaign(contacts=people)

    rows = campaign.deliveries.order_by("contact").values_list(
        "contact", "address", "address_hash", "state", "attempts", "locale", "shown"
    )
    assert list(rows) == [
        (p.pk, p.email, p.address_hash, DeliveryState.QUEUED, 0, "sv", 0)
        for p in people
    ]


def test_freeze_sender_of_an_international_domain_is_written_for_mail_servers():
    newsletter = make_newsletter(
        sender_email="info@räka.example", reply_to="svar@räka.example"
    )
    campaign = make_frozen_campaign(people=1, newsletter=newsletter)

    # Letters are ASCII, and Message-IDs are looked up by the sender's domain.
    assert (campaign.sender_email, campaign.reply_to) == (
        "info@xn--rka-qla.example",
        "svar@xn--rka-qla.example",
    )


def test_freeze_names_everybody_left_out_and_why():
    newsletter = make_newsletter()
    gets_it, left, objected, stopped = (make_contact() for _n in range(4))
    today = timezone.localdate()
    paused = make_contact(paused_until=today + timedelta(days=1))
    rested = make_contact(paused_until=today)
    record_consent(left, newsletter.purpose, ConsentAction.WITHDRAWN, source="test")
    record_consent(objected, make_purpose(), ConsentAction.OBJECTED, source="test")
    suppress(stopped.email, SuppressionReason.COMPLAINT)

    campaign = make_frozen_campaign(
        contacts=[gets_it, left, objected, stopped, paused, rested],
        newsletter=newsletter,
    )

    got_it = campaign.deliveries.order_by("contact")
    assert [d.contact for d in got_it] == [gets_it, rested]
    assert dict(campaign.left_out.values_list("contact", "reason")) == {
        left.pk: LeftOutReason.WITHDRAWN,
        objected.pk: LeftOutReason.WITHDRAWN,
        stopped.pk: LeftOutReason.SUPPRESSED,
        paused.pk: LeftOutReason.PAUSED,
    }
    counted = count_audience(campaign.recipients, newsletter, on=today)
    assert (counted.mailable, counted.left_out) == (
        2,
        {
            LeftOutReason.WITHDRAWN: 2,
            LeftOutReason.PAUSED: 1,
            LeftOutReason.SUPPRESSED: 1,
        },
    )


def test_freeze_basis_is_consent_only_who_said_yes_gets_it():
    newsletter = make_newsletter(purpose=make_purpose(lawful_basis=LawfulBasis.CONSENT))
    yes, silent = make_contact(), make_contact()
    record_consent(yes, newsletter.purpose, ConsentAction.GIVEN, source="form")

    campaign = make_frozen_campaign(contacts=[yes, silent], newsletter=newsletter)

    assert [d.contact for d in campaign.deliveries.all()] == [yes]
    assert [(x.contact, x.reason) for x in campaign.left_out.all()] == [
        (silent, LeftOutReason.NO_CONSENT)
    ]


def test_freeze_two_people_on_one_seat_address_one_gets_it():
    office = make_organisation()
    first, second = make_contact(), make_contact()
    make_seat(holder=first, organisation=office, email="office@norrhamn.example")
    make_seat(holder=second, organisation=office, email="Office@norrhamn.example")

    campaign = make_frozen_campaign(contacts=[first, second])

    assert [(d.contact, d.address) for d in campaign.deliveries.all()] == [
        (first, "office@norrhamn.example")
    ]
    assert [(x.contact, x.reason) for x in campaign.left_out.all()] == [
        (second, LeftOutReason.SAME_ADDRESS)
    ]


def test_freeze_writes_the_address_and_seat_that_contacts_are_asked_for():
    """The freeze says it in SQL of its own; the queryset is what screens show."""
    today = timezone.localdate()
    newsletter = make_newsletter()
    call_command("make_contacts", 150, seed=3, on=today)
    stopped = Seat.objects.exclude(email="")[:3]
    for seat in stopped:
        suppress(seat.email, SuppressionReason.BOUNCE)
    people = list(Contact.objects.all())

    campaign = make_draft(people, newsletter=newsletter)
    freeze_campaign(campaign, now=timezone.now())

    mailable = Contact.objects.mailable(newsletter.purpose, today)
    expected = mailable.with_mail_seat(today).values_list(
        "pk", "mail_address", "mail_hash", "mail_seat"
    )
    rows = campaign.deliveries.values_list("contact", "address", "address_hash", "seat")
    assert sorted(rows) == sorted(expected)
    assert {d.domain for d in campaign.deliveries.all()} == {
        d.address.partition("@")[2] for d in campaign.deliveries.all()
    }


def test_freeze_frozen_is_deliveries_plus_left_out():
    people = [make_contact() for _n in range(5)]
    suppress(people[0].email, SuppressionReason.MANUAL)

    campaign = make_frozen_campaign(contacts=people)

    assert campaign.deliveries.count() + campaign.left_out.count() == 5
    members = campaign.recipients
    counted = count_audience(members, campaign.newsletter, on=timezone.localdate())
    assert (counted.members, counted.mailable, counted.left_out) == (
        5,
        4,
        {LeftOutReason.SUPPRESSED: 1},
    )


def test_count_audience_shared_address_is_one_letter():
    office = make_organisation()
    people = [make_contact(), make_contact()]
    for person in people:
        make_seat(holder=person, organisation=office, email="office@norrhamn.example")
    recipients = make_recipients(include=[make_segment(added=people)])

    counted = count_audience(recipients, make_newsletter(), on=timezone.localdate())

    assert (counted.members, counted.mailable, counted.left_out) == (
        2,
        1,
        {LeftOutReason.SAME_ADDRESS: 1},
    )


def test_freeze_excluded_segment_gets_nothing():
    stays, goes = make_contact(), make_contact()
    recipients = make_recipients(
        include=[make_segment(added=[stays, goes])],
        exclude=[make_segment(added=[goes])],
    )

    campaign = make_frozen_campaign(contacts=[stays], newsletter_recipients=recipients)

    assert [d.contact for d in campaign.deliveries.all()] == [stays]
    assert campaign.left_out.count() == 0


def test_freeze_limited_block_makes_a_variant_per_combination_present():
    inside, outside = make_contact(), make_contact()
    segment = make_segment(added=[inside])
    body = [
        ("lead", {"text": "Till alla.", "only_for": None}),
        ("lead", {"text": "Bara till pilotstäderna.", "only_for": segment.pk}),
    ]

    campaign = make_frozen_campaign(contacts=[inside, outside], body=body)

    assert dict(campaign.deliveries.values_list("contact", "shown")) == {
        inside.pk: 1,
        outside.pk: 0,
    }
    limited = {
        v.shown: "Bara till pilotstäderna." in v.html and "Bara till" in v.text
        for v in Variant.objects.filter(campaign=campaign)
    }
    assert limited == {0: False, 1: True}


def test_freeze_later_edits_change_neither_rows_nor_variants():
    person, latecomer = make_contact(), make_contact()
    campaign = make_frozen_campaign(contacts=[person])
    before = list(Variant.objects.values_list("content_hash", flat=True))

    campaign.recipients.include.first().added.add(latecomer)
    campaign.page.title = "En annan rubrik"
    campaign.page.save_revision().publish()

    assert [d.contact for d in campaign.deliveries.all()] == [person]
    assert list(Variant.objects.values_list("content_hash", flat=True)) == before


def test_freeze_query_count_does_not_grow_with_people(django_assert_max_num_queries):
    people = Contact.objects.bulk_create(
        [_unsaved(number) for number in range(300)], batch_size=100
    )
    draft = make_draft(list(people))

    with django_assert_max_num_queries(60):
        assert freeze_campaign(draft, now=timezone.now()) == 300


def _unsaved(number):
    contact = Contact(given_name="Kim", email=f"kim{number}@example.org")
    contact.set_derived()
    return contact
