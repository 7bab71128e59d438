"""Who a choice of recipients means."""

from datetime import date

import pytest

from newsletter.delivery.audience import select_members
from tests.factories import make_contact, make_recipients, make_role, make_segment

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TODAY = date(2026, 11, 22)
SWEDISH = [{"kind": "language", "languages": ["sv"]}]


def test_members_are_in_some_segments_and_in_none_of_the_excluded():
    kept, excluded = make_contact(language="sv"), make_contact(language="sv")
    make_contact(language="en")
    recipients = make_recipients(
        include=[make_segment(rules=SWEDISH)],
        exclude=[make_segment(added=[excluded])],
    )

    assert set(select_members(recipients, TODAY)) == {kept}


def test_members_with_a_broken_segment_excluded_are_nobody():
    make_contact(language="sv")
    role = make_role()
    broken = make_segment(rules=[{"kind": "seat", "roles": [role.pk]}])
    recipients = make_recipients(
        include=[make_segment(rules=SWEDISH)], exclude=[broken]
    )
    role.delete()

    assert set(select_members(recipients, TODAY)) == set()
