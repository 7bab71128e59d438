"""What becomes of letters when two contacts become one: none is lost, none doubled."""

import pytest
from django.utils import translation

from crm.exceptions import MergeError
from crm.merging.joining import merge_contacts
from crm.merging.undoing import undo_merge
from newsletter.choices import CampaignState, DeliveryState, LeftOutReason
from newsletter.models import Delivery, LeftOut
from tests.factories import make_campaign, make_contact, make_delivery, make_segment

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def pair():
    return make_contact(), make_contact()


@pytest.fixture
def campaign():
    return make_campaign(state=CampaignState.FINISHED)


@pytest.mark.parametrize(
    "state", [DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.DEFERRED]
)
def test_pair_with_two_letters_on_their_way_is_not_merged(pair, campaign, state):
    kept, lost = pair
    make_delivery(campaign=campaign, contact=kept, state=DeliveryState.ACCEPTED)
    make_delivery(campaign=campaign, contact=lost, state=state)

    with translation.override("en"), pytest.raises(MergeError, match="on its way"):
        merge_contacts(kept, lost, by=None)

    assert set(Delivery.objects.values_list("contact", flat=True)) == {
        kept.pk,
        lost.pk,
    }


def test_letters_move_and_two_of_one_send_stay_two(pair, campaign):
    kept, lost = pair
    sent = {"state": DeliveryState.ACCEPTED}
    own = make_delivery(campaign=campaign, contact=kept, **sent)
    double = make_delivery(campaign=campaign, contact=lost, **sent)
    other = make_delivery(contact=lost, state=DeliveryState.QUEUED)

    merge = merge_contacts(kept, lost, by=None)

    rows = Delivery.objects.values_list("pk", "contact", "address")
    assert set(rows) == {
        (own.pk, kept.pk, own.address),
        (double.pk, None, double.address),
        (other.pk, kept.pk, other.address),
    }

    # A worker goes on meanwhile; what it writes is no edit of ours.
    Delivery.objects.filter(pk=other.pk).update(state=DeliveryState.ACCEPTED)
    assert undo_merge(merge, by=None) == []
    assert set(Delivery.objects.values_list("pk", "contact", "state")) == {
        (own.pk, kept.pk, "accepted"),
        (double.pk, lost.pk, "accepted"),
        (other.pk, lost.pk, "accepted"),
    }


def test_nobody_is_left_out_twice_or_of_a_letter_they_got(pair, campaign):
    kept, lost = pair
    twice, got, plain = campaign, make_campaign(), make_campaign()
    rows = [
        _leave_out(twice, kept),
        _leave_out(twice, lost),
        _leave_out(got, kept),
        _leave_out(plain, lost),
    ]
    make_delivery(campaign=got, contact=lost, state=DeliveryState.ACCEPTED)

    merge = merge_contacts(kept, lost, by=None)

    assert [LeftOut.objects.get(pk=row.pk).contact for row in rows] == [
        kept,
        None,
        None,
        kept,
    ]
    assert undo_merge(merge, by=None) == []
    assert [LeftOut.objects.get(pk=row.pk).contact for row in rows] == [
        kept,
        lost,
        kept,
        lost,
    ]


def test_scheduled_send_that_names_the_lost_one_names_the_kept_one(pair):
    kept, lost = pair
    segment = make_segment()
    frozen = {
        "segments": {
            str(segment.pk): {
                "name": segment.name,
                "rules": segment.rules,
                "added": [lost.pk],
                "excluded": [],
            }
        }
    }
    waiting = make_campaign(state=CampaignState.SCHEDULED, frozen_rules=frozen)
    past = make_campaign(state=CampaignState.FINISHED, frozen_rules=frozen)

    merge = merge_contacts(kept, lost, by=None)

    waiting.refresh_from_db()
    past.refresh_from_db()
    assert waiting.frozen_rules["segments"][str(segment.pk)]["added"] == [kept.pk]
    assert past.frozen_rules == frozen
    undo_merge(merge, by=None)
    waiting.refresh_from_db()
    assert waiting.frozen_rules == frozen


def _leave_out(campaign, contact) -> LeftOut:
    return LeftOut.objects.create(
        campaign=campaign, contact=contact, reason=LeftOutReason.WITHDRAWN
    )
