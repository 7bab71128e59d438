"""newsletter/delivery/transports/anymail.py with Anymail's own test backend."""

import pytest
from anymail.backends import test as anymail_test
from anymail.exceptions import AnymailRequestsAPIError, AnymailUnsupportedFeature
from anymail.message import AnymailRecipientStatus
from django.core import mail
from django.utils import timezone
from requests import ConnectionError as NoConnection
from requests import ConnectTimeout, Response
from urllib3.exceptions import NewConnectionError

from newsletter.choices import CampaignState, DeliveryState
from newsletter.delivery.outcomes import Verdict
from newsletter.delivery.sending import run_worker
from newsletter.delivery.transports import anymail as transport
from newsletter.delivery.transports.anymail import AnymailTransport, judge_fault
from newsletter.delivery.transports.interface import Letter
from newsletter.delivery.transports.waiting import hand_over
from newsletter.models import Campaign, Variant
from newsletter.tokens import read_delivery_token
from tests.factories import make_contact
from tests.newsletter.delivery.scenes import make_frozen_campaign

HTML = (
    '<p>Hej [[given_name|kollega]]!</p><a href="https://x.example/?n=[[given_name]]">'
    '</a><a href="[[unsubscribe_url]]">Avsluta</a>'
)
TEXT = "Hej [[given_name|kollega]]!\n[[unsubscribe_url]]"
EmailBackend = anymail_test.EmailBackend
NAMES = ["Åsa & Co", ""]


def make_letters(*names, html=HTML):
    campaign = Campaign(
        pk=7,
        sender_name='Office "A"',
        sender_email="office@example.org",
        list_id="news.example.org",
        frozen_at=timezone.now(),
    )
    variant = Variant(
        campaign=campaign,
        locale="sv",
        subject="[[given_name|Nytt]] i dag",
        html=html,
        text=TEXT,
    )
    return [
        Letter(
            n,
            campaign.sender_email,
            f"p{n}@example.org",
            variant=variant,
            values={"given_name": name},
        )
        for n, name in enumerate(names, 1)
    ]


def deliver(letters, backend=None, *, announce=lambda _id: True, **options):
    options.setdefault("slot_format", "%recipient.{}%")
    conversation = AnymailTransport(backend or EmailBackend(), **options).connect()
    return {
        letter.delivery_id: outcome
        for letter, outcome in hand_over(conversation, letters, announce)
    }


def refuse_with(code):
    """Return Anymail's error for an answer of the provider with that status."""
    response = Response()
    response.status_code = code
    return AnymailRequestsAPIError("no", response=response)


def fail_with(cause):
    """Return Anymail's error for a call that got no answer."""
    kind = type("Error", (AnymailRequestsAPIError, type(cause)), {})
    error = kind("no")
    error.__cause__ = cause
    return error


class FailingBackend(EmailBackend):
    """Answers the n-th call with the n-th error; later ones are taken."""

    def __init__(self, *errors):
        super().__init__()
        self.errors = list(errors)

    def post_to_esp(self, payload, message):
        if self.errors and (error := self.errors.pop(0)):
            raise error
        return super().post_to_esp(payload, message)


def test_deliver_group_is_one_call_with_what_each_reader_gets():
    outcomes = deliver(make_letters(*NAMES))

    assert [o.verdict for o in outcomes.values()] == [Verdict.ACCEPTED] * 2
    [sent] = mail.outbox
    params = sent.anymail_test_params
    assert params["is_batch_send"] is True
    assert params["subject"] == "%recipient.slot0% i dag"
    assert "%recipient.slot1%" in params["text_body"]
    filled = {
        address: fill(params["html_body"], values)
        for address, values in params["merge_data"].items()
    }
    assert "<p>Hej Åsa &amp; Co!</p>" in filled["p1@example.org"]
    assert "n=%C3%85sa%20%26%20Co" in filled["p1@example.org"]
    assert "<p>Hej kollega!</p>" in filled["p2@example.org"]
    assert fill(params["subject"], params["merge_data"]["p2@example.org"]) == (
        "Nytt i dag"
    )
    tokens = {
        address: read_delivery_token(data["delivery"])
        for address, data in params["merge_metadata"].items()
    }
    assert tokens == {"p1@example.org": 1, "p2@example.org": 2}
    links = {h["List-Unsubscribe"] for h in params["merge_headers"].values()}
    assert len(links) == 2
    assert (params["track_opens"], params["track_clicks"]) == (False, False)


def fill(text, values):
    for name, value in values.items():
        text = text.replace(f"%recipient.{name}%", value)
    return text


@pytest.mark.parametrize(
    ("slot_format", "html"),
    [("", HTML), ("%recipient.{}%", HTML + "<p>%recipient.evil%</p>")],
    ids=["provider fills nothing", "text that looks like a slot"],
)
def test_deliver_without_slots_is_a_call_for_each_letter(slot_format, html):
    outcomes = deliver(make_letters(*NAMES, html=html), slot_format=slot_format)

    assert [o.verdict for o in outcomes.values()] == [Verdict.ACCEPTED] * 2
    first, second = [message.anymail_test_params for message in mail.outbox]
    assert first["subject"] == "Åsa & Co i dag"
    assert "<p>Hej kollega!</p>" in second["html_body"]
    assert read_delivery_token(first["metadata"]["delivery"]) == 1
    assert first["from"].addr_spec == "office@example.org"


def test_deliver_letters_no_longer_ours_are_not_in_the_call():
    outcomes = deliver(make_letters("A", "B", "C"), announce=lambda pk: pk != 2)

    assert [o.verdict for o in outcomes.values()].count(Verdict.RELEASED) == 1
    [sent] = mail.outbox
    assert sent.to == ["p1@example.org", "p3@example.org"]


@pytest.mark.parametrize(
    ("status", "verdict", "code"),
    [
        ("sent", Verdict.ACCEPTED, 250),
        ("queued", Verdict.ACCEPTED, 250),
        ("invalid", Verdict.FAILED, 550),
        ("rejected", Verdict.FAILED, 550),
        ("failed", Verdict.DEFERRED, 450),
        ("unknown", Verdict.UNKNOWN, 0),
    ],
)
def test_deliver_each_recipient_has_its_own_answer(monkeypatch, status, verdict, code):
    answers = {
        "p1@example.org": AnymailRecipientStatus("m1", status),
        "p2@example.org": AnymailRecipientStatus("m2", "sent"),
    }
    monkeypatch.setattr(
        EmailBackend,
        "post_to_esp",
        lambda self, payload, message: {"recipient_status": answers},
    )

    outcomes = deliver(make_letters(*NAMES))

    assert (outcomes[1].verdict, outcomes[1].code) == (verdict, code)
    assert outcomes[2].reply == "API 250 sent as m2"


def test_deliver_all_recipients_refused_fails_each(monkeypatch):
    monkeypatch.setattr(
        EmailBackend,
        "post_to_esp",
        lambda self, payload, message: {
            "recipient_status": {
                "p1@example.org": AnymailRecipientStatus(None, "rejected")
            }
        },
    )

    assert deliver(make_letters("A"))[1].verdict == Verdict.FAILED


@pytest.mark.parametrize(
    ("error", "verdict", "blames_sender"),
    [
        (refuse_with(429), Verdict.DEFERRED, False),
        (refuse_with(503), Verdict.DEFERRED, False),
        (refuse_with(401), Verdict.FAILED, True),
        # What the provider may have done before it failed, nobody knows.
        (refuse_with(500), Verdict.UNKNOWN, False),
        (refuse_with(504), Verdict.UNKNOWN, False),
        (fail_with(NoConnection("reset by peer")), Verdict.UNKNOWN, False),
        (fail_with(ConnectTimeout("connect")), Verdict.DEFERRED, False),
    ],
    ids=str,
)
def test_deliver_call_fails_is_in_doubt_only_if_it_may_have_arrived(
    error, verdict, blames_sender
):
    outcomes = deliver(make_letters(*NAMES), FailingBackend(error))

    assert {(o.verdict, o.blames_sender) for o in outcomes.values()} == {
        (verdict, blames_sender)
    }


def test_judge_fault_no_connection_at_all_is_not_in_doubt():
    class Pool:
        reason = NewConnectionError(None, "refused")

    assert judge_fault(fail_with(NoConnection(Pool()))).verdict == Verdict.DEFERRED


def test_deliver_one_letter_spoils_the_call_the_others_go():
    backend = FailingBackend(refuse_with(400), refuse_with(422))

    outcomes = deliver(make_letters("A", "B", "C"), backend)

    assert [o.verdict for o in outcomes.values()] == [
        Verdict.FAILED,
        Verdict.ACCEPTED,
        Verdict.ACCEPTED,
    ]
    assert outcomes[1].code == 554


def test_deliver_provider_without_headers_per_reader_goes_one_by_one():
    class Payload(anymail_test.TestPayload):
        def set_merge_headers(self, merge_headers):
            self.unsupported_feature("merge_headers")

        def set_track_opens(self, track_opens):
            self.unsupported_feature("track_opens")

    outcomes = deliver(make_letters(*NAMES), EmailBackend(payload_class=Payload))

    assert [o.verdict for o in outcomes.values()] == [Verdict.ACCEPTED] * 2
    assert len(mail.outbox) == 2
    assert issubclass(AnymailUnsupportedFeature, Exception)


@pytest.fixture
def by_provider(settings, monkeypatch):
    settings.MAILERS = {
        **settings.MAILERS,
        "bulk": {"BACKEND": "anymail.backends.test.EmailBackend"},
    }
    monkeypatch.setitem(transport.FORMATS, "Test", "%recipient.{}%")


@pytest.mark.django_db
@pytest.mark.database
def test_run_worker_by_provider_everybody_gets_it_in_one_call(by_provider):
    campaign = make_frozen_campaign(people=3)

    accepted = run_worker(until_idle=True, should_stop=lambda: False)

    assert accepted == 3
    [sent] = mail.outbox
    rows = campaign.deliveries.all()
    assert sorted(sent.to) == sorted(row.address for row in rows)
    assert {row.state for row in rows} == {DeliveryState.ACCEPTED}


@pytest.mark.django_db
@pytest.mark.database
def test_run_worker_provider_does_not_answer_all_of_the_call_is_uncertain(
    by_provider, monkeypatch
):
    campaign = make_frozen_campaign(contacts=[make_contact() for _n in range(3)])

    def break_off(self, payload, message):
        raise fail_with(NoConnection("reset"))

    monkeypatch.setattr(EmailBackend, "post_to_esp", break_off)

    run_worker(until_idle=True, should_stop=lambda: False)

    states = set(campaign.deliveries.values_list("state", flat=True))
    assert states == {DeliveryState.UNKNOWN}


@pytest.mark.django_db
def test_run_worker_provider_refuses_the_key_pauses_and_keeps_everybody(
    by_provider, monkeypatch
):
    campaign = make_frozen_campaign(people=2)

    def refuse(self, payload, message):
        raise refuse_with(401)

    monkeypatch.setattr(EmailBackend, "post_to_esp", refuse)

    run_worker(until_idle=True, should_stop=lambda: False)

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.PAUSED
    states = set(campaign.deliveries.values_list("state", flat=True))
    assert states == {DeliveryState.QUEUED}


def test_deliver_address_that_cannot_be_written_spoils_no_other_letter():
    letters = make_letters("Åsa", "Bo", "Eva")
    letters[1].rcpt_to = "a@example.org>\r\nRCPT TO:<b@example.org"

    outcomes = deliver(letters)

    assert [(o.verdict, o.phase) for o in outcomes.values()] == [
        (Verdict.ACCEPTED, "API"),
        (Verdict.FAILED, "LETTER"),
        (Verdict.ACCEPTED, "API"),
    ]


@pytest.mark.parametrize("number", [1, 2])
def test_deliver_provider_that_cannot_do_what_a_letter_needs_is_no_crash(number):
    errors = [AnymailUnsupportedFeature("no metadata") for _call in range(3 * number)]

    outcomes = deliver(make_letters(*NAMES[:number]), FailingBackend(*errors))

    assert [(o.verdict, o.phase) for o in outcomes.values()] == [
        (Verdict.FAILED, "LETTER")
    ] * number
