"""T15: reports replayed, shuffled and early leave the state of one run in order."""

import random

import pytest

from newsletter.choices import BounceClass, DeliveryState
from tests.newsletter.delivery.returning import (
    BOUNCE_ADDRESS,
    RECORD,
    look,
    make_scene,
    play,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def bounce_address(settings):
    settings.NEWSLETTER_BOUNCE_ADDRESS = BOUNCE_ADDRESS


def test_events_in_any_order_and_ten_times_leave_the_same_state():
    deliveries, mails, record = make_scene()
    play([RECORD, *mails], record)
    in_order = look(deliveries)
    assert in_order["rows"] == [
        (DeliveryState.ACCEPTED, BounceClass.HARD),
        (DeliveryState.ACCEPTED, BounceClass.HARD),
        (DeliveryState.ACCEPTED, BounceClass.BLOCK),
        (DeliveryState.ACCEPTED, ""),
        (DeliveryState.ACCEPTED, ""),
        (DeliveryState.ACCEPTED, ""),
    ]
    assert in_order["stopped"] == [(0, "complaint"), (1, "bounce")]
    assert in_order["tasks"] == [(0, "bounced"), (1, "has_left")]

    draw = random.Random(15)
    # Many more runs: make faults.
    for _run in range(2):
        deliveries, mails, record = make_scene()
        steps = [*mails * 10, RECORD]
        draw.shuffle(steps)

        play(steps, record)

        assert look(deliveries) == in_order
