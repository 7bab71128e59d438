"""newsletter/delivery/feedback.py: what comes back, and what follows from it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.choices import SeatTaskReason, SuppressionReason
from crm.models import SeatTask, Suppression
from crm.seats import fill_seat, succeed_seat
from newsletter.choices import BounceClass, DeliveryState, EventSource, EventType
from newsletter.delivery.feedback import hear_mail, hear_refusals
from newsletter.delivery.proofs import PROVEN, settle_proven
from newsletter.delivery.return_paths import return_path
from newsletter.models import Delivery, DeliveryEvent
from tests.factories import make_campaign, make_contact, make_delivery, make_seat
from tests.newsletter.mail.returned import (
    make_auto_reply,
    make_bounce,
    make_complaint,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def bounce_address(settings):
    settings.NEWSLETTER_BOUNCE_ADDRESS = "studs@example.org"


def make_accepted(**fields):
    return make_delivery(
        **{"state": DeliveryState.ACCEPTED, "accepted_at": timezone.now(), **fields}
    )


def path_of(delivery):
    return return_path(delivery.pk, "natverket@example.org")


def reasons_of(delivery):
    found = Suppression.objects.filter(address_hash=delivery.address_hash)
    return list(found.values_list("reason", flat=True))


def test_hear_mail_forged_token_keeps_the_report_and_does_nothing():
    delivery = make_accepted()
    forged = path_of(delivery).replace("+", "+1", 1)

    heard = hear_mail(make_bounce(to=forged, recipient=delivery.address))

    event = DeliveryEvent.objects.get()
    assert heard == 1
    assert (event.delivery, event.type) == (None, EventType.BOUNCED)
    assert reasons_of(delivery) == []


def test_hear_mail_token_of_another_key_does_nothing(settings):
    delivery = make_accepted()
    settings.SECRET_KEY = "another installation's"
    foreign = path_of(delivery)
    settings.SECRET_KEY = "test-key"

    hear_mail(make_bounce(to=foreign, recipient=delivery.address))

    assert DeliveryEvent.objects.get().delivery is None


def test_hear_mail_token_of_a_former_key_is_still_ours(settings):
    delivery = make_accepted()
    settings.SECRET_KEY = "former"
    path = path_of(delivery)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["former"]

    hear_mail(make_bounce(to=path))

    assert DeliveryEvent.objects.get().delivery == delivery


def test_hear_mail_that_is_no_report_is_kept_without_its_words():
    hear_mail(b"From: a@b.example\nSubject: Hej\n\nRing mig, hilsen Asa\n")

    event = DeliveryEvent.objects.get()
    assert (event.type, event.detail, event.delivery) == (EventType.OTHER, "", None)


def test_hear_mail_hard_bounce_stops_the_address_at_once():
    delivery = make_accepted()

    hear_mail(make_bounce(to=path_of(delivery).upper()))

    delivery.refresh_from_db()
    event = delivery.events.get()
    assert reasons_of(delivery) == [SuppressionReason.BOUNCE]
    assert delivery.bounce_class == BounceClass.HARD
    assert (event.source, event.type, event.bounce_class, event.detail) == (
        EventSource.MAIL,
        EventType.BOUNCED,
        BounceClass.HARD,
        "5.1.1 550 5.1.1 User unknown",
    )


def test_hear_mail_again_changes_nothing():
    delivery = make_accepted()
    mail = make_bounce(to=path_of(delivery))

    first, second = hear_mail(mail), hear_mail(b"Received: from x by y\n" + mail)

    assert (first, second) == (1, 0)
    assert delivery.events.count() == 1


@pytest.mark.parametrize(
    ("status", "diagnostic", "bounce_class"),
    [
        ("5.7.1", "554 5.7.1 Message rejected as spam", BounceClass.BLOCK),
        ("5.0.0", "550 Permanent failure", BounceClass.UNKNOWN),
        ("5.2.2", "552 5.2.2 Mailbox full", BounceClass.SOFT),
    ],
)
def test_hear_mail_other_classes_stop_no_address(status, diagnostic, bounce_class):
    delivery = make_accepted()

    hear_mail(make_bounce(to=path_of(delivery), status=status, diagnostic=diagnostic))

    delivery.refresh_from_db()
    assert delivery.bounce_class == bounce_class
    assert reasons_of(delivery) == []


def test_hear_mail_detail_never_holds_the_address():
    delivery = make_accepted()
    words = f"550 5.1.1 <{delivery.address}>: User unknown"

    hear_mail(make_bounce(to=path_of(delivery), diagnostic=words))

    assert delivery.events.get().detail == "5.1.1 550 5.1.1 <…>: User unknown"


def test_hear_mail_soft_bounces_of_enough_sends_stop_the_address(settings):
    settings.NEWSLETTER_SOFT_BOUNCES = 3
    contact = make_contact()
    stopped = []
    for number in range(3):
        delivery = make_accepted(
            campaign=make_campaign(), contact=contact, address=contact.email
        )
        hear_soft(delivery, f"<{number}@mx.example>")
        hear_soft(delivery, f"<{number}-again@mx.example>")
        stopped.append(reasons_of(delivery))

    assert stopped == [[], [], [SuppressionReason.BOUNCE]]


def test_hear_mail_soft_bounces_too_far_apart_stop_nothing(settings):
    settings.NEWSLETTER_SOFT_BOUNCES = 2
    settings.NEWSLETTER_SOFT_BOUNCE_DAYS = 90
    contact = make_contact()
    first, second = (
        make_accepted(campaign=make_campaign(), contact=contact, address=contact.email)
        for _number in range(2)
    )
    hear_soft(first, "<1@mx.example>")
    long_ago = timezone.now() - timedelta(days=91)
    DeliveryEvent.objects.update(at=long_ago)

    hear_soft(second, "<2@mx.example>")

    assert reasons_of(second) == []


def test_hear_mail_delay_says_nothing_of_the_address(settings):
    settings.NEWSLETTER_SOFT_BOUNCES = 1
    delivery = make_accepted()

    hear_mail(make_bounce(to=path_of(delivery), action="delayed", status="4.4.1"))

    delivery.refresh_from_db()
    assert delivery.events.get().type == EventType.DEFERRED
    assert (delivery.bounce_class, reasons_of(delivery)) == ("", [])


def test_hear_mail_complaint_stops_the_address_for_all_mail():
    delivery = make_accepted()

    hear_mail(make_complaint(mail_from=path_of(delivery)))

    assert delivery.events.get().type == EventType.COMPLAINED
    assert reasons_of(delivery) == [SuppressionReason.COMPLAINT]


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "virus"])
def test_hear_mail_feedback_that_is_no_complaint_does_nothing(kind):
    delivery = make_accepted()

    hear_mail(make_complaint(mail_from=path_of(delivery), kind=kind))

    assert delivery.events.get().type == EventType.OTHER
    assert reasons_of(delivery) == []


@pytest.mark.parametrize("complaint_first", [True, False])
def test_hear_mail_complaint_and_bounce_keep_the_wish_in_any_order(complaint_first):
    delivery = make_accepted()
    mails = [
        make_complaint(mail_from=path_of(delivery)),
        make_bounce(to=path_of(delivery)),
    ]

    for mail in mails if complaint_first else reversed(mails):
        hear_mail(mail)

    assert reasons_of(delivery) == [SuppressionReason.COMPLAINT]


def test_hear_mail_words_that_no_column_can_hold_are_cleaned():
    delivery = make_accepted()

    hear_mail(
        make_bounce(to=path_of(delivery), diagnostic="550 5.1.1 User un\x00known \x1b")
    )

    assert delivery.events.get().detail == "5.1.1 550 5.1.1 User un known"


def test_hear_mail_hard_bounce_of_a_holder_asks_for_the_successor():
    delivery = make_seated()

    hear_mail(make_bounce(to=path_of(delivery)))

    task = SeatTask.objects.get()
    assert (task.seat, task.contact, task.reason) == (
        delivery.seat,
        delivery.contact,
        SeatTaskReason.BOUNCED,
    )


def test_hear_mail_hard_bounce_of_a_former_holder_asks_for_nobody():
    delivery = make_seated()
    today = timezone.localdate()
    succeed_seat(
        delivery.seat,
        make_contact(),
        ended_on=today - timedelta(days=1),
        starts_on=today,
    )

    hear_mail(make_bounce(to=path_of(delivery)))

    assert SeatTask.objects.count() == 0


def test_hear_mail_has_left_opens_a_task_and_stops_nothing():
    delivery = make_seated()

    hear_mail(make_auto_reply("Jag har slutat på kommunen.", to=path_of(delivery)))

    task = SeatTask.objects.get()
    assert task.reason == SeatTaskReason.HAS_LEFT
    assert task.detail == "Automatiskt svar: Rapport Jag har slutat på kommunen."
    assert reasons_of(delivery) == []


@pytest.mark.parametrize("bounce_first", [True, False])
def test_hear_mail_has_left_says_more_than_a_bounce_in_any_order(bounce_first):
    delivery = make_seated()
    mails = [
        make_bounce(to=path_of(delivery)),
        make_auto_reply("Jag har slutat på kommunen.", to=path_of(delivery)),
    ]

    for mail in mails if bounce_first else reversed(mails):
        hear_mail(mail)

    assert SeatTask.objects.get().reason == SeatTaskReason.HAS_LEFT


def test_hear_mail_absence_opens_no_task():
    delivery = make_seated()

    hear_mail(
        make_auto_reply("Jag har semester, åter 3 augusti.", to=path_of(delivery))
    )

    assert delivery.events.get().type == EventType.AUTORESPONDED
    assert SeatTask.objects.count() == 0


def test_hear_mail_proves_that_an_uncertain_delivery_was_accepted():
    delivery = make_delivery(state=DeliveryState.UNKNOWN)

    hear_mail(make_auto_reply("Åter på måndag.", to=path_of(delivery)))

    delivery.refresh_from_db()
    assert (delivery.state, delivery.reply) == (DeliveryState.ACCEPTED, PROVEN)
    assert delivery.accepted_at == delivery.events.get().at


@pytest.mark.parametrize(
    "state",
    [
        DeliveryState.QUEUED,
        DeliveryState.CLAIMED,
        DeliveryState.FAILED,
        DeliveryState.CANCELLED,
    ],
)
def test_hear_mail_moves_no_other_state(state):
    delivery = make_delivery(state=state)

    hear_mail(make_bounce(to=path_of(delivery), action="delivered", status="2.0.0"))

    delivery.refresh_from_db()
    assert delivery.state == state


def test_settle_proven_report_before_the_uncertainty_proves_it_too():
    delivery = make_delivery(state=DeliveryState.CLAIMED)
    hear_mail(make_auto_reply("Åter på måndag.", to=path_of(delivery)))
    Delivery.objects.update(state=DeliveryState.UNKNOWN)
    delivery.campaign.state = "sending"
    delivery.campaign.save()

    settled = settle_proven(timezone.now())

    delivery.refresh_from_db()
    assert (settled, delivery.state) == (1, DeliveryState.ACCEPTED)
    assert settle_proven(timezone.now()) == 0


def test_hear_refusals_hard_refusal_stops_the_address_once():
    delivery = make_delivery(
        state=DeliveryState.FAILED,
        bounce_class=BounceClass.HARD,
        reply="RCPT 550 5.1.1 User unknown",
    )

    hear_refusals([delivery.pk])
    hear_refusals([delivery.pk])

    event = delivery.events.get()
    assert (event.source, event.detail) == (EventSource.SMTP, delivery.reply)
    assert reasons_of(delivery) == [SuppressionReason.BOUNCE]


def test_hear_mail_message_id_traces_a_letter_without_a_token():
    delivery = make_accepted()
    campaign = delivery.campaign
    campaign.frozen_at, campaign.sender_email = timezone.now(), "natverket@example.org"
    campaign.save()
    message_id = (
        f"Message-ID: <{delivery.pk}.{campaign.pk}."
        f"{int(campaign.frozen_at.timestamp())}@example.org>"
    )

    hear_mail(make_bounce(returned=message_id))
    hear_mail(
        make_bounce(
            returned=message_id.replace("@example.org", "@other.example"),
            message_id="<2@mx.example>",
        )
    )

    assert list(DeliveryEvent.objects.values_list("delivery", flat=True)) == [
        delivery.pk,
        None,
    ]


def test_hear_mail_unsigned_trace_stops_nobody_where_paths_are_signed():
    delivery = make_recent()

    hear_mail(make_bounce(recipient=delivery.address))

    delivery.refresh_from_db()
    assert delivery.bounce_class == BounceClass.HARD
    assert reasons_of(delivery) == []


def test_hear_mail_unsigned_trace_by_address_counts_where_there_are_no_paths(settings):
    settings.NEWSLETTER_BOUNCE_ADDRESS = ""
    delivery = make_recent()

    hear_mail(make_bounce(recipient=delivery.address.upper()))

    assert reasons_of(delivery) == [SuppressionReason.BOUNCE]


def hear_soft(delivery, message_id):
    hear_mail(
        make_bounce(
            to=path_of(delivery),
            status="5.2.2",
            diagnostic="552 5.2.2 Mailbox full",
            message_id=message_id,
        )
    )


def make_recent():
    return make_accepted(campaign=make_campaign(started_at=timezone.now()))


def make_seated():
    seat, contact = make_seat(), make_contact()
    fill_seat(seat, contact)
    return make_accepted(seat=seat, contact=contact, address=contact.email)
