"""newsletter/delivery/listeners/webhooks.py, through Anymail's own views."""

import base64
import json

import pytest
from anymail.signals import AnymailTrackingEvent, inbound
from anymail.urls import urlpatterns as anymail_urls
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from crm.choices import ConsentStatus
from crm.models import ConsentState, Suppression
from newsletter.checks import PROVIDERS
from newsletter.choices import BounceClass, DeliveryState, EventSource, EventType
from newsletter.delivery.listeners.webhooks import hear_tracking
from newsletter.delivery.return_paths import return_path
from newsletter.models import DeliveryEvent
from newsletter.tokens import METADATA_KEY, make_delivery_token
from newsletter.views.webhooks import find_webhooks
from tests.factories import make_delivery
from tests.newsletter.mail.returned import make_bounce

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SECRET = "rundbrev:a-long-secret"
urlpatterns = []


@pytest.fixture
def webhooks(settings):
    """Switch Postmark's webhooks on, at an address list of this module's."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    settings.NEWSLETTER_WEBHOOKS = ["postmark"]
    settings.ROOT_URLCONF = __name__
    urlpatterns[:] = [path("webhooks/", include(find_webhooks()))]


def post(body, *, secret=SECRET):
    authorisation = base64.b64encode(secret.encode()).decode()
    return Client(raise_request_exception=False).post(
        "/webhooks/postmark/tracking/",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Basic {authorisation}"},
    )


def make_postmark_bounce(delivery, **fields):
    return {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "ID": 42,
        "Email": delivery.address,
        "MessageID": "guid",
        "Description": "The server was unable to deliver your message "
        "(ex: unknown user, mailbox not found).",
        "Details": "smtp;550 5.1.1 User unknown",
        "BouncedAt": "2026-11-21T10:00:00Z",
        "Metadata": {METADATA_KEY: make_delivery_token(delivery.pk)},
        **fields,
    }


def hear(event_type, **fields):
    event = AnymailTrackingEvent(event_type=event_type, **fields)
    hear_tracking(None, event, "Anybody")


def make_accepted():
    return make_delivery(state=DeliveryState.ACCEPTED)


def metadata(delivery):
    return {METADATA_KEY: make_delivery_token(delivery.pk)}


def test_webhooks_without_configuration_have_no_address(settings):
    assert find_webhooks() == []
    settings.NEWSLETTER_WEBHOOKS = ["postmark"]
    assert find_webhooks() == []  # nobody may call without a secret


def test_webhooks_only_of_the_providers_named(settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    settings.NEWSLETTER_WEBHOOKS = ["mandrill", "amazon_ses"]

    assert sorted(route.name for route in find_webhooks()) == [
        "amazon_ses_inbound_webhook",
        "amazon_ses_tracking_webhook",
        "mandrill_tracking_webhook",
        "mandrill_webhook",
    ]


def test_webhooks_wrong_secret_is_refused_and_changes_nothing(webhooks):
    delivery = make_accepted()

    response = post(make_postmark_bounce(delivery), secret="rundbrev:guess")

    assert response.status_code == 400
    assert DeliveryEvent.objects.count() == 0


def test_webhooks_hard_bounce_stops_the_address_once(webhooks):
    delivery = make_accepted()

    statuses = [post(make_postmark_bounce(delivery)).status_code for _n in range(3)]

    event = delivery.events.get()
    assert statuses == [200, 200, 200]
    assert (event.source, event.type, event.bounce_class) == (
        EventSource.WEBHOOK,
        EventType.BOUNCED,
        BounceClass.HARD,
    )
    assert event.at.isoformat() == "2026-11-21T10:00:00+00:00"
    assert delivery.address not in event.detail
    assert Suppression.objects.get().address_hash == delivery.address_hash


def test_webhooks_kind_that_is_not_known_is_kept(webhooks):
    delivery = make_accepted()

    response = post(make_postmark_bounce(delivery, RecordType="NeverHeardOf"))

    assert response.status_code == 200
    assert delivery.events.get().type == EventType.OTHER


def test_hear_tracking_foreign_token_is_kept_and_does_nothing():
    hear("bounced", metadata={METADATA_KEY: "7-aaaaaaaaaaaaaaaa"}, event_id="1")

    assert DeliveryEvent.objects.get().delivery is None


@pytest.mark.parametrize("kind", ["queued", "sent", "opened", "clicked"])
def test_hear_tracking_keeps_no_steps_and_no_readers_doings(kind):
    hear(kind, metadata=metadata(make_accepted()), event_id="1")

    assert DeliveryEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "reason", "words", "expected"),
    [
        ("delivered", None, "250 ok", (EventType.DELIVERED, "")),
        ("deferred", None, "421 busy", (EventType.DEFERRED, BounceClass.SOFT)),
        ("bounced", "bounced", "550 5.7.1 spam", (EventType.BOUNCED, "block")),
        ("bounced", "bounced", "552 mailbox full", (EventType.BOUNCED, "soft")),
        ("bounced", "bounced", "", (EventType.BOUNCED, "unknown")),
        ("rejected", "invalid", "", (EventType.REJECTED, "hard")),
        ("rejected", "blocked", "", (EventType.REJECTED, "block")),
        ("failed", "other", "", (EventType.REJECTED, "unknown")),
        ("complained", None, "", (EventType.COMPLAINED, "complaint")),
        ("autoresponded", None, "", (EventType.AUTORESPONDED, "auto_reply")),
        ("subscribed", None, "", (EventType.OTHER, "")),
        ("something new", None, "", (EventType.OTHER, "")),
    ],
)
def test_hear_tracking_event_by_kind_and_reason(kind, reason, words, expected):
    delivery = make_accepted()

    hear(
        kind,
        reject_reason=reason,
        mta_response=words,
        metadata=metadata(delivery),
        event_id="1",
    )

    event = delivery.events.get()
    assert (event.type, event.bounce_class) == expected


def test_hear_tracking_one_id_for_two_people_is_two_events():
    first, second = make_accepted(), make_accepted()
    for delivery in (first, second):
        hear(
            "delivered",
            event_id="shared",
            recipient=delivery.address,
            metadata=metadata(delivery),
        )

    assert (first.events.count(), second.events.count()) == (1, 1)


def test_hear_tracking_leaving_at_the_provider_is_leaving():
    delivery = make_accepted()
    purpose = delivery.campaign.newsletter.purpose
    ConsentState.objects.create(
        contact=delivery.contact,
        purpose=purpose,
        status=ConsentStatus.GIVEN,
        since=timezone.now(),
    )

    hear("unsubscribed", metadata=metadata(delivery), event_id="1")

    state = ConsentState.objects.get(contact=delivery.contact, purpose=purpose)
    assert state.status == ConsentStatus.WITHDRAWN


def test_hear_tracking_without_metadata_or_time_is_no_error():
    event = AnymailTrackingEvent(event_type="bounced", recipient="not an address")
    event.metadata = {}

    hear_tracking(None, event, "Anybody")

    assert DeliveryEvent.objects.count() == 1


def test_hear_inbound_reads_the_mail_that_returned(settings):
    settings.NEWSLETTER_BOUNCE_ADDRESS = "studs@example.org"
    delivery = make_accepted()
    from anymail.inbound import (  # noqa: PLC0415 -- a class of one test
        AnymailInboundMessage,
    )
    from anymail.signals import AnymailInboundEvent  # noqa: PLC0415 -- the same

    message = AnymailInboundMessage.parse_raw_mime_bytes(make_bounce())
    message.envelope_recipient = return_path(delivery.pk, "")

    inbound.send(
        None,
        event=AnymailInboundEvent(event_type="inbound", message=message),
        esp_name="Anybody",
    )

    assert delivery.events.get().bounce_class == BounceClass.HARD


def test_check_webhooks_without_a_secret_refuses_to_start(settings):
    settings.NEWSLETTER_WEBHOOKS = ["postmark"]

    with pytest.raises(SystemCheckError, match="newsletter.E003"):
        call_command("check")


def test_check_webhooks_unknown_provider_is_named(settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    settings.NEWSLETTER_WEBHOOKS = ["postmark", "duva"]

    with pytest.raises(SystemCheckError, match="duva"):
        call_command("check")


@pytest.mark.parametrize("address", ["studs", "@example.org", f"{'s' * 34}@x.org"])
def test_check_bounce_address_that_cannot_carry_a_token_refuses_to_start(
    settings, address
):
    settings.NEWSLETTER_BOUNCE_ADDRESS = address

    with pytest.raises(SystemCheckError, match="newsletter.E002"):
        call_command("check")


def test_providers_are_those_of_anymail():
    names = {route.name.removesuffix("_webhook") for route in anymail_urls}
    names = {n.removesuffix("_tracking").removesuffix("_inbound") for n in names}

    # Brevo's former name.
    assert names - {"sendinblue"} == PROVIDERS
