from datetime import date

import pytest

from newsletter.mail.compose import find_conditions
from newsletter.mail.conditions import find_shown
from tests.factories import make_contact, make_news_page, make_segment

TODAY = date(2026, 3, 2)


@pytest.mark.django_db
@pytest.mark.database
def test_find_shown_is_one_bit_per_condition_that_holds():
    contact = make_contact()
    inside, outside = make_segment(added=[contact]), make_segment()
    body = [
        ("lead", {"text": "x", "only_for": str(inside.pk)}),
        ("lead", {"text": "x", "only_for": str(outside.pk)}),
        ("lead", {"text": "x", "not_for": str(inside.pk)}),
        ("lead", {"text": "x", "not_for": str(outside.pk)}),
    ]

    shown = find_shown(contact, find_conditions([make_news_page(body=body)]), TODAY)

    assert f"{shown:04b}" == "1001"
