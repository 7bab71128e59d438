"""newsletter/delivery/variants.py: how many letters of each kind a send would be."""

import pytest
from django.utils import timezone, translation
from wagtail.models import Locale

from crm.choices import SuppressionReason
from crm.consent import suppress
from newsletter.delivery.campaigns import send_campaign
from newsletter.delivery.variants import count_variants
from tests.factories import make_contact, make_news_page, make_segment, make_user
from tests.newsletter.delivery.scenes import make_draft

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def speak_english():
    with translation.override("en"):
        yield


def test_count_without_newsletter_or_recipients_is_empty():
    page = make_news_page()

    assert count_variants(page, timezone.localdate()) == []


def test_count_nobody_meant_is_empty():
    draft = make_draft([])

    assert count_variants(draft, timezone.localdate()) == []


def test_count_equals_what_the_freeze_writes(django_assert_num_queries):
    partners, others = [make_contact() for _n in range(3)], [make_contact()]
    stopped = make_contact()
    suppress(stopped.email, SuppressionReason.BOUNCE)
    Locale.objects.get_or_create(language_code="en")
    segment = make_segment(name="Partner", added=partners)
    draft = make_draft(
        [*partners, *others, stopped],
        body=[
            ("lead", {"text": "Till alla."}),
            ("lead", {"text": "Till partner.", "only_for": segment.pk}),
        ],
    )

    counted = count_variants(draft, timezone.localdate())

    assert [(v.locale, v.shown, v.people, v.conditions) for v in counted] == [
        ("sv", 1, 3, ("for Partner",)),
        ("sv", 0, 1, ()),
    ]
    assert count_variants(draft.page, timezone.localdate()) == counted
    frozen = send_campaign(draft, user=make_user(), now=timezone.now())
    rows = frozen.deliveries.values_list("locale", "shown")
    assert sorted(rows) == sorted(
        (v.locale, v.shown) for v in counted for _person in range(v.people)
    )
