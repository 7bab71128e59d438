"""A seat changes hands: whom the sends go to, and what its page remembers."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from newsletter.delivery.planning import freeze_campaign
from tests.crm.viewsets.browser import log_in, texts_in
from tests.factories import make_contact, make_recipients, make_seat, make_segment
from tests.newsletter.delivery.scenes import make_draft

pytestmark = [pytest.mark.django_db, pytest.mark.database]

DAY = timedelta(days=1)


def freeze_at(recipients, now):
    """Freeze a send as if that were now; return its deliveries' seats and people."""
    campaign = make_draft([], newsletter_recipients=recipients)
    freeze_campaign(campaign, now=now)
    campaign.deliveries.update(accepted_at=now)
    rows = campaign.deliveries.values_list("seat", "contact", "address")
    return list(rows)


@pytest.mark.parametrize("own_address", ["", "office@example.org"])
def test_sends_follow_the_seat_and_its_page_says_who_held_it_then(own_address):
    keeper = log_in("Register keepers")
    now = timezone.now()
    before = make_contact(given_name="Ida", family_name="Ek")
    after = make_contact(given_name="Nils", family_name="Berg")
    seat = make_seat(
        holder=before, starts_on=timezone.localdate() - 90 * DAY, email=own_address
    )
    segment = make_segment(rules=[{"kind": "seat", "roles": [seat.role_id]}])
    recipients = make_recipients(include=[segment])
    first = freeze_at(recipients, now)

    keeper.post(
        f"/admin/register/seats/succession/{seat.pk}/",
        {
            "ended_on": timezone.localdate(),
            "who": "choose",
            "contact": after.pk,
        },
    )
    still = freeze_at(recipients, now + timedelta(minutes=1))
    then = freeze_at(recipients, now + DAY)

    assert first == still == [(seat.pk, before.pk, own_address or before.email)]
    assert then == [(seat.pk, after.pk, own_address or after.email)]
    with translation.override("en"):
        page = keeper.get(
            f"/admin/register/seats/inspect/{seat.pk}/", {"kind": "letter"}
        )
    people = texts_in(page, ".timeline__meta a")
    assert people == ["Nils Berg", "Ida Ek", "Ida Ek"]


def test_sends_skip_a_seat_left_vacant():
    holder = make_contact()
    seat = make_seat(holder=holder, starts_on=timezone.localdate() - 90 * DAY)
    other = make_seat(role=seat.role, holder=make_contact())
    segment = make_segment(rules=[{"kind": "seat", "roles": [seat.role_id]}])
    recipients = make_recipients(include=[segment])

    log_in("Register keepers").post(
        f"/admin/register/seats/succession/{seat.pk}/",
        {"ended_on": timezone.localdate() - DAY, "who": "nobody"},
    )

    found = freeze_at(recipients, timezone.now())
    assert [row[0] for row in found] == [other.pk]
