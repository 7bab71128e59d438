"""newsletter/delivery/sending.py: one worker against a real server on loopback."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.choices import SuppressionReason
from crm.consent import suppress, withdraw_consent
from crm.pausing import pause_mail
from newsletter.choices import BounceClass, CampaignState, DeliveryState, Trouble
from newsletter.delivery.campaigns import cancel_campaign, pause_campaign
from newsletter.delivery.journal import Journal
from newsletter.delivery.scheduling import advance_campaigns
from newsletter.delivery.sending import run_worker
from newsletter.models import Delivery, Destination, Worker
from tests.factories import make_contact
from tests.newsletter.delivery.scenes import make_frozen_campaign
from tests.smtp_server import DROP, running_smtp_server

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def bulk_to(settings):
    """Return a function that points the bulk mailer at a port."""

    def point(port):
        settings.MAILERS = {
            **settings.MAILERS,
            "bulk": {
                # The test run has put a mailbox in memory in its place.
                "BACKEND": "newsletter.delivery.transports.smtp.Mailer",
                "OPTIONS": {"host": "127.0.0.1", "port": port},
            },
        }

    return point


def deliver():
    return run_worker(until_idle=True, should_stop=lambda: False)


def let_everybody_rest(campaign):
    today = timezone.localdate()
    for delivery in campaign.deliveries.select_related("contact"):
        pause_mail(delivery.contact, today + timedelta(days=1), today=today)


def states_of(campaign):
    return sorted(campaign.deliveries.values_list("state", flat=True))


def test_run_worker_nothing_due_ends_and_leaves_no_worker():
    assert deliver() == 0
    assert Worker.objects.filter(ended_at__isnull=True).count() == 0


def test_run_worker_everybody_gets_one_message_and_the_send_is_closed(bulk_to):
    campaign = make_frozen_campaign(people=3)
    with running_smtp_server() as server:
        bulk_to(server.port)
        accepted = deliver()

    assert accepted == 3
    assert sorted(server.recipients) == sorted(
        campaign.deliveries.values_list("address", flat=True)
    )
    assert states_of(campaign) == [DeliveryState.ACCEPTED] * 3
    assert server.connections == 1
    advance_campaigns(timezone.now())
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.FINISHED


def test_run_worker_server_is_down_nothing_is_lost_and_the_send_says_so(bulk_to):
    campaign = make_frozen_campaign(people=2)
    with running_smtp_server() as server:
        port = server.port
    bulk_to(port)

    deliver()

    campaign.refresh_from_db()
    assert (campaign.state, campaign.trouble) == (
        CampaignState.SENDING,
        Trouble.UNREACHABLE,
    )
    assert states_of(campaign) == [DeliveryState.QUEUED] * 2
    assert set(campaign.deliveries.values_list("attempts", flat=True)) == {0}
    assert not campaign.deliveries.due(timezone.now()).exists()


def test_run_worker_server_comes_back_trouble_is_cleared(bulk_to):
    campaign = make_frozen_campaign(people=1)
    with running_smtp_server() as server:
        port = server.port
    bulk_to(port)
    deliver()
    campaign.deliveries.update(next_at=timezone.now())

    with running_smtp_server() as server:
        bulk_to(server.port)
        deliver()

    campaign.refresh_from_db()
    assert (campaign.trouble, states_of(campaign)) == ("", [DeliveryState.ACCEPTED])


def test_run_worker_one_refused_the_others_get_it(bulk_to):
    campaign = make_frozen_campaign(people=3)
    poor = campaign.deliveries.order_by("pk")[1]

    def answer(phase, argument):
        if phase == "RCPT" and argument == poor.address:
            return "550 5.1.1 unknown"
        return None

    with running_smtp_server(answer=answer) as server:
        bulk_to(server.port)
        deliver()

    poor.refresh_from_db()
    assert (poor.state, poor.reply) == (DeliveryState.FAILED, "RCPT 550 5.1.1 unknown")
    assert len(server.messages) == 2
    assert poor.address not in poor.reply


def test_run_worker_greylisted_is_tried_again_later(bulk_to):
    campaign = make_frozen_campaign(people=1)
    now = timezone.now()
    with running_smtp_server(
        answer=lambda phase, a: "450 greylisted" if phase == "RCPT" else None
    ) as server:
        bulk_to(server.port)
        deliver()

    row = campaign.deliveries.get()
    assert (row.state, row.attempts) == (DeliveryState.DEFERRED, 1)
    assert timedelta(seconds=40) < row.next_at - now < timedelta(seconds=80)

    campaign.deliveries.update(next_at=now)
    with running_smtp_server() as server:
        bulk_to(server.port)
        deliver()
    assert states_of(campaign) == [DeliveryState.ACCEPTED]


def test_run_worker_deferred_for_days_expires(bulk_to, settings):
    campaign = make_frozen_campaign(people=1)
    campaign.going_since = timezone.now() - timedelta(hours=73)
    campaign.save()
    with running_smtp_server(
        answer=lambda phase, a: "450 later" if phase == "RCPT" else None
    ) as server:
        bulk_to(server.port)
        deliver()

    assert states_of(campaign) == [DeliveryState.EXPIRED]


def test_run_worker_drop_after_dot_is_uncertain_and_never_sent_again(bulk_to):
    campaign = make_frozen_campaign(people=2)
    first = campaign.deliveries.order_by("pk").first()

    def answer(phase, argument):
        return DROP if phase == "STORED" and argument == first.address else None

    with running_smtp_server(answer=answer) as server:
        bulk_to(server.port)
        deliver()
        deliver()

    first.refresh_from_db()
    assert first.state == DeliveryState.UNKNOWN
    assert sorted(server.recipients) == sorted(
        campaign.deliveries.values_list("address", flat=True)
    )


def test_run_worker_sender_refused_pauses_the_send_and_keeps_everybody(bulk_to):
    campaign = make_frozen_campaign(people=3)
    with running_smtp_server(
        answer=lambda phase, a: "550 not you" if phase == "MAIL" else None
    ) as server:
        bulk_to(server.port)
        deliver()

    campaign.refresh_from_db()
    assert (campaign.state, campaign.trouble) == (
        CampaignState.PAUSED,
        Trouble.SENDER_REFUSED,
    )
    assert states_of(campaign) == [DeliveryState.QUEUED] * 3


def test_run_worker_poison_contact_is_that_deliverys_failure_only(bulk_to):
    campaign = make_frozen_campaign(people=3)
    poor = campaign.deliveries.order_by("pk").first()
    Delivery.objects.filter(pk=poor.pk).update(address="a\r\nb@example.org")

    with running_smtp_server() as server:
        bulk_to(server.port)
        deliver()

    poor.refresh_from_db()
    assert poor.state == DeliveryState.FAILED
    assert len(server.messages) == 2


def test_run_worker_people_who_left_since_the_freeze_get_nothing(bulk_to):
    people = [make_contact() for _n in range(5)]
    left, stopped, erased, paused, stays = people
    campaign = make_frozen_campaign(contacts=people)
    withdraw_consent(left, campaign.newsletter.purpose, source="test")
    suppress(stopped.email, SuppressionReason.COMPLAINT)
    erased_row = campaign.deliveries.get(contact=erased).pk
    erased.delete()
    today = timezone.localdate()
    pause_mail(paused, today + timedelta(days=30), today=today)

    with running_smtp_server() as server:
        bulk_to(server.port)
        deliver()

    assert server.recipients == [stays.email]
    assert Delivery.objects.get(pk=erased_row).state == DeliveryState.SUPPRESSED
    assert (
        states_of(campaign) == [DeliveryState.ACCEPTED] + [DeliveryState.SUPPRESSED] * 4
    )


@pytest.fixture
def looks_always(monkeypatch):
    """Let the worker look round before every letter instead of every second."""
    monkeypatch.setattr("newsletter.delivery.sending.LOOK_SECONDS", 0.0)


@pytest.mark.parametrize("extensions", [(), ("PIPELINING",)])
@pytest.mark.parametrize(
    ("act", "rest"),
    [
        (pause_campaign, DeliveryState.QUEUED),
        (cancel_campaign, DeliveryState.CANCELLED),
        (let_everybody_rest, DeliveryState.SUPPRESSED),
    ],
)
def test_run_worker_stopped_in_the_middle_hands_over_no_more(
    bulk_to, looks_always, monkeypatch, act, rest, extensions
):
    campaign = make_frozen_campaign(people=6)
    note_answer = Journal.note_answer
    answers = []

    def act_after_the_third(journal, delivery_id, outcome):
        note_answer(journal, delivery_id, outcome)
        answers.append(outcome)
        if len(answers) == 3:
            act(campaign)

    monkeypatch.setattr(Journal, "note_answer", act_after_the_third)
    with running_smtp_server(extensions=extensions) as server:
        bulk_to(server.port)
        deliver()

    assert len(server.messages) == 3
    assert states_of(campaign) == sorted([DeliveryState.ACCEPTED] * 3 + [rest] * 3)
    assert set(campaign.deliveries.values_list("attempts", flat=True)) == {0, 1}


@pytest.mark.parametrize(
    "answer", [None, "450 later"], ids=["given back", "to be tried again"]
)
def test_run_worker_send_cancelled_under_its_hands_leaves_nothing_open(bulk_to, answer):
    campaign = make_frozen_campaign(people=3)
    asked = []

    def should_stop():
        asked.append(1)
        if len(asked) > 2 and campaign.state == CampaignState.SENDING:
            cancel_campaign(campaign)
            campaign.refresh_from_db()
        return len(asked) > 2

    with running_smtp_server(
        answer=lambda phase, argument: answer if phase == "RCPT" else None
    ) as server:
        bulk_to(server.port)
        run_worker(until_idle=True, should_stop=should_stop)
    advance_campaigns(timezone.now())

    states = states_of(campaign)
    assert set(states) <= {DeliveryState.CANCELLED, DeliveryState.ACCEPTED}
    assert states.count(DeliveryState.ACCEPTED) == len(server.messages)
    assert states.count(DeliveryState.CANCELLED) >= 1


def test_run_worker_domain_is_flooded_the_others_are_not_kept_waiting(bulk_to):
    people = [make_contact(email=f"p{n}@flooded.example") for n in range(6)]
    people += [make_contact(email=f"q{n}@easy.example") for n in range(6)]
    campaign = make_frozen_campaign(contacts=people)

    def answer(phase, argument):
        is_flooded = argument.endswith("flooded.example")
        return "421 4.7.0 too many" if phase == "RCPT" and is_flooded else None

    began = timezone.now()
    with running_smtp_server(answer=answer, extensions=("PIPELINING",)) as server:
        bulk_to(server.port)
        deliver()

    assert sorted(server.recipients) == [f"q{n}@easy.example" for n in range(6)]
    row = Destination.objects.get()
    assert (row.domain, row.slowed_times) == ("flooded.example", 1)
    assert row.slowed_by == "RCPT 421 4.7.0 too many"
    waiting = campaign.deliveries.filter(domain="flooded.example")
    # One or two were asked for before the domain was left alone.
    assert 1 <= waiting.filter(state=DeliveryState.DEFERRED).count() <= 2
    assert min(waiting.values_list("next_at", flat=True)) > began + timedelta(
        seconds=10
    )
    easy = campaign.deliveries.filter(domain="easy.example")
    assert {r.state for r in easy} == {DeliveryState.ACCEPTED}
    assert max(r.accepted_at for r in easy) - began < timedelta(seconds=5)


def test_run_worker_greylisting_slows_nobody(bulk_to):
    make_frozen_campaign(people=3)

    def answer(phase, argument):
        return "451 4.7.1 Greylisted, try again later" if phase == "RCPT" else None

    with running_smtp_server(answer=answer) as server:
        bulk_to(server.port)
        deliver()

    assert Destination.objects.count() == 0


def test_run_worker_slowed_domain_takes_letters_again_is_slow_no_more(bulk_to):
    campaign = make_frozen_campaign(people=3)
    Destination.objects.create(
        domain="example.org", slowed_times=3, slowed_until=timezone.now()
    )
    with running_smtp_server() as server:
        bulk_to(server.port)
        deliver()
        # One letter tried; the others follow.
        assert len(server.messages) == 1
        campaign.deliveries.filter(state=DeliveryState.QUEUED).update(
            next_at=timezone.now()
        )
        deliver()

    assert states_of(campaign) == [DeliveryState.ACCEPTED] * 3
    row = Destination.objects.get()
    assert (row.slowed_times, row.slowed_until) == (0, None)


def test_run_worker_rate_of_a_domain_holds(bulk_to):
    campaign = make_frozen_campaign(people=5)
    Destination.objects.create(domain="example.org", per_minute=600)
    began = timezone.now()
    with running_smtp_server() as server:
        bulk_to(server.port)
        deliver()

    assert states_of(campaign) == [DeliveryState.ACCEPTED] * 5
    last = max(campaign.deliveries.values_list("accepted_at", flat=True))
    assert last - began >= timedelta(milliseconds=400)
    assert set(campaign.deliveries.values_list("attempts", flat=True)) == {1}


def test_run_worker_outside_the_newsletters_hours_sends_nothing(bulk_to, monkeypatch):
    campaign = make_frozen_campaign(people=2)
    monkeypatch.setattr("newsletter.delivery.claims.is_open", lambda *_: False)
    with running_smtp_server() as server:
        bulk_to(server.port)
        deliver()

    assert (server.connections, states_of(campaign)) == (
        0,
        [DeliveryState.QUEUED] * 2,
    )


def test_run_worker_log_in_refused_pauses_the_send_and_keeps_everybody(
    bulk_to, settings
):
    campaign = make_frozen_campaign(people=2)
    with running_smtp_server(
        answer=lambda phase, a: "535 no" if phase == "AUTH" else None,
        extensions=("AUTH PLAIN",),
    ) as server:
        bulk_to(server.port)
        settings.MAILERS["bulk"]["OPTIONS"].update(username="u", password="p")
        deliver()

    campaign.refresh_from_db()
    assert (campaign.state, campaign.trouble) == (
        CampaignState.PAUSED,
        Trouble.SENDER_REFUSED,
    )
    assert states_of(campaign) == [DeliveryState.QUEUED] * 2


def test_run_worker_server_hangs_up_on_every_letter_is_left_alone_for_a_while(bulk_to):
    campaign = make_frozen_campaign(people=9)
    with running_smtp_server(
        answer=lambda phase, a: DROP if phase == "MAIL" else None,
        extensions=("PIPELINING",),
    ) as server:
        bulk_to(server.port)
        deliver()

    assert server.connections == 3
    states = states_of(campaign)
    assert states.count(DeliveryState.DEFERRED) == 3
    campaign.refresh_from_db()
    assert campaign.trouble == Trouble.UNREACHABLE


def test_run_worker_two_sends_take_turns(bulk_to, settings):
    settings.NEWSLETTER_CLAIM_SIZE = 2
    long, short = make_frozen_campaign(people=8), make_frozen_campaign(people=2)
    with running_smtp_server() as server:
        bulk_to(server.port)
        deliver()

    short_ones = set(short.deliveries.values_list("address", flat=True))
    places = [n for n, a in enumerate(server.recipients) if a in short_ones]
    assert max(places) < 6
    assert len(server.messages) == 10
    assert states_of(long) == [DeliveryState.ACCEPTED] * 8


def test_run_worker_refused_address_is_classed_and_heard(bulk_to):
    campaign = make_frozen_campaign(people=1)
    refusal = "550 5.1.1 <%s> user unknown"

    def answer(phase, argument):
        return refusal % argument if phase == "RCPT" else None

    with running_smtp_server(answer=answer) as server:
        bulk_to(server.port)
        deliver()

    row = campaign.deliveries.get()
    assert (row.state, row.bounce_class) == (DeliveryState.FAILED, BounceClass.HARD)
    assert row.address not in row.reply
    assert row.events.get().bounce_class == BounceClass.HARD


def test_run_worker_200_letters_cost_few_queries(bulk_to, monkeypatch):
    # However slow the machine: no looking round in between.
    monkeypatch.setattr("newsletter.delivery.sending.LOOK_SECONDS", 600)
    make_frozen_campaign(people=1)
    with running_smtp_server(extensions=("PIPELINING",)) as server:
        bulk_to(server.port)
        deliver()
        make_frozen_campaign(people=200)
        with CaptureQueriesContext(connection) as queries:
            deliver()

    assert len(server.messages) == 201
    texts = [query["sql"] for query in queries]
    per_letter = [sql for sql in texts if "newsletter_delivery" in sql]
    # A claim for each of two sends, and once more, which records and finds nothing; on
    # SQLite, which cannot do it in one statement, the statements they consist of.
    assert len(per_letter) <= (4 if connection.vendor == "postgresql" else 10)
