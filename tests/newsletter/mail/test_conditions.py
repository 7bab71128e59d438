from datetime import date

import pytest
from django.utils import translation

from newsletter.mail.blocks import Condition
from newsletter.mail.compose import find_conditions
from newsletter.mail.conditions import find_shown
from newsletter.naming import describe_conditions
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


@pytest.mark.django_db
@pytest.mark.database
def test_find_shown_of_several_segments_is_any_of_them_or_none():
    contact = make_contact(language="en")
    inside, outside = make_segment(added=[contact]), make_segment()
    both = [str(outside.pk), str(inside.pk)]
    body = [
        ("lead", {"text": "x", "only_for": both}),
        ("lead", {"text": "x", "not_for": both}),
        ("lead", {"text": "x", "for_language": "en"}),
        ("lead", {"text": "x", "for_language": "sv"}),
        ("lead", {"text": "x", "only_for": both[::-1]}),
    ]

    conditions = find_conditions([make_news_page(body=body)])

    assert f"{find_shown(contact, conditions, TODAY):04b}" == "0101"
    assert [Condition.from_data(c.as_data()) for c in conditions] == conditions
    translation.activate("en")
    assert describe_conditions(conditions) == [
        f"for {inside.name} or {outside.name}",
        f"not for {inside.name} or {outside.name}",
        "for readers of English",
        "for readers of Swedish",
    ]
