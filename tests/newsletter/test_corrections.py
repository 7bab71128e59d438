"""newsletter/corrections.py: an item of its own for who got the wrong one."""

import pytest
from django.utils import timezone, translation

from newsletter.choices import CampaignState, NewsKind
from newsletter.corrections import write_correction
from newsletter.delivery.campaigns import save_campaign
from newsletter.exceptions import CampaignStateError
from newsletter.models import Campaign
from tests.factories import make_news_page, make_topic, make_user
from tests.newsletter.delivery.scenes import BODY, make_frozen_campaign

pytestmark = pytest.mark.django_db


def test_correction_of_what_was_not_sent_is_refused():
    with (
        translation.override("en"),
        pytest.raises(CampaignStateError, match="not been"),
    ):
        write_correction(make_news_page(body=BODY), user=make_user())


def test_correction_is_prefilled_and_made_once():
    sent = make_frozen_campaign(people=1, title="Vecka 12", topics=[make_topic()])
    Campaign.objects.update(state=CampaignState.FINISHED, finished_at=timezone.now())
    sent.deliveries.update(state="accepted")
    user = make_user()

    page = write_correction(sent.page, user=user)
    again = write_correction(sent.page, user=user)

    page.refresh_from_db()
    assert again.pk == page.pk
    assert (page.kind, page.corrects, page.newsletter, page.live) == (
        NewsKind.CORRECTION,
        sent.page,
        sent.newsletter,
        False,
    )
    assert "Vecka 12" in page.title
    assert "Vecka 12" in str(page.body[0].value["text"])
    assert page.topics == sent.page.topics
    assert page.latest_revision.user == user
    draft = save_campaign(page, revision=page.latest_revision)
    assert draft.follows == sent
