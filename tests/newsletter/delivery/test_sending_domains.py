"""newsletter/delivery/sending.py: domains that are slowed or limited, or are not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.choices import DeliveryState
from newsletter.models import Destination
from tests.factories import make_contact
from tests.newsletter.delivery.scenes import (
    deliver,
    make_frozen_campaign,
    states_of,
)
from tests.smtp_server import running_smtp_server

pytestmark = [pytest.mark.django_db, pytest.mark.database]


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
