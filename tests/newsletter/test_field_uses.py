"""Which letters name a field of the administrator's own."""

import pytest
from django.utils import translation

from crm.custom_uses import find_field_uses
from tests.factories import make_custom_field, make_news_page

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_items_that_name_the_field_are_found(site):
    field = make_custom_field(slug="diet")
    make_news_page(
        title="Dinner", body=[("lead", {"text": "Hej [[custom_diet|allt]]"})]
    )
    make_news_page(title="Train", newsletter_subject="Om [[custom_diet]]")
    make_news_page(title="Walk", body=[("lead", {"text": "Hej [[given_name]]"})])

    with translation.override("en"):
        uses = find_field_uses(field)

    assert sorted(uses) == [
        "The item “Dinner” names it.",
        "The item “Train” names it.",
    ]
