"""The form of an item: what it invites to, and what it corrects."""

import pytest
from django.core.exceptions import ValidationError

from tests.crm.viewsets.browser import log_in
from tests.factories import make_event, make_news_page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["Editors", "Senders"])
def test_form_offers_event_and_item_to_correct(role):
    page = make_news_page(event=make_event(title="Mötet"))

    answer = log_in(role).get(f"/admin/pages/{page.pk}/edit/")

    html = answer.content.decode()
    assert ('name="event"' in html, 'name="corrects"' in html) == (True, True)
    assert "Mötet" in html


def test_item_cannot_correct_itself():
    page = make_news_page()
    page.corrects = page

    with pytest.raises(ValidationError) as refused:
        page.full_clean()

    assert set(refused.value.message_dict) == {"corrects"}
