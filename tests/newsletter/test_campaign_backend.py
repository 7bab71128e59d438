"""wagtail-newsletter's stock flow over our backend: what it must refuse by itself."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory
from django.utils import timezone, translation
from wagtail_newsletter import actions as stock
from wagtail_newsletter.campaign_backends import CampaignBackendError, get_backend

from newsletter.campaign_backend import RundbrevBackend
from newsletter.choices import CampaignState
from newsletter.models import Campaign, Delivery
from tests.factories import make_contact, make_news_page, make_user
from tests.newsletter.delivery.scenes import make_item

pytestmark = pytest.mark.django_db

BROKEN = [("lead", {"text": "Hej [[inget_sådant_fält]]"})]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def press(action, page, data=None):
    """Run one of wagtail-newsletter's own actions; return what the editor was told."""
    request = RequestFactory().post("/", data or {})
    request.user = make_user()
    request.session = {}
    request._messages = FallbackStorage(request)
    action(request, page)
    return [str(message).strip() for message in get_messages(request)]


def break_item(page):
    """Save a draft of the page that cannot become a mail."""
    page.body = [{"type": kind, "value": value} for kind, value in BROKEN]
    page.save_revision()
    return page


def test_backend_is_the_one_of_the_settings():
    assert isinstance(get_backend(), RundbrevBackend)


@pytest.mark.database
def test_send_after_failed_save_sends_nothing():
    page = make_item([make_contact()])
    press(stock.save_campaign, page)

    told = press(stock.send_campaign, break_item(page))

    campaign = page.campaigns.get()
    assert (campaign.state, campaign.revision) == (CampaignState.DRAFT, None)
    assert Delivery.objects.count() == 0
    assert told[1:] == [
        "The last save did not succeed, so there is nothing to send. Save again."
    ]


def test_test_mail_after_failed_save_sends_nothing(settings):
    page = make_item([make_contact()])
    press(stock.save_campaign, page)

    told = press(
        stock.send_test_email,
        break_item(page),
        {"newsletter-test-email": "me@example.org"},
    )

    assert told[1:] == [
        "The last save did not succeed, so there is nothing to send. Save again."
    ]


def test_schedule_after_failed_save_schedules_nothing():
    page = make_item([make_contact()])
    press(stock.save_campaign, page)

    press(
        stock.schedule_campaign,
        break_item(page),
        {"newsletter-schedule-schedule_time": "2099-05-01 09:00"},
    )

    assert page.campaigns.get().state == CampaignState.DRAFT


def test_send_of_first_failed_save_sends_nothing():
    page = break_item(make_item([make_contact()]))

    told = press(stock.send_campaign, page)

    assert told[1:] == ["There is nothing saved to send. Save first."]
    assert Delivery.objects.count() == 0


def test_send_of_published_item_sends_it_once():
    page = make_item([make_contact(), make_contact()])

    press(stock.send_campaign, page)
    told = press(stock.send_campaign, page)

    assert Delivery.objects.count() == 2
    assert page.campaigns.get().state == CampaignState.SENDING
    assert "This item is being sent or is scheduled. Take that back first." in told


@pytest.mark.parametrize("campaign_id", ["", "0", "abc", "9" * 40, None])
def test_send_of_no_campaign_is_refused(campaign_id):
    with pytest.raises(CampaignBackendError) as refused:
        RundbrevBackend().send_campaign(campaign_id)

    assert refused.value.message == "There is nothing saved to send. Save first."


def test_send_of_changed_item_is_refused():
    page = make_item([make_contact()])
    press(stock.save_campaign, page)
    page.save_revision()

    with pytest.raises(CampaignBackendError) as refused:
        RundbrevBackend().send_campaign(page.newsletter_campaign)

    assert refused.value.message == "The item was changed after the save. Save again."


def test_send_of_another_items_campaign_is_refused():
    page = make_item([make_contact()])
    press(stock.save_campaign, page)
    other = make_news_page(newsletter_campaign=page.newsletter_campaign)

    with pytest.raises(CampaignBackendError) as refused:
        RundbrevBackend().save_campaign(
            campaign_id=other.newsletter_campaign,
            recipients=None,
            subject="",
            html=other.get_newsletter_html(),
            from_name="",
            reply_to="",
        )

    assert refused.value.message == "This send belongs to another item."


def test_save_of_plain_html_is_refused():
    with pytest.raises(CampaignBackendError) as refused:
        RundbrevBackend().save_campaign(
            recipients=None, subject="", html="<p>", from_name="", reply_to=""
        )

    assert refused.value.message == "Only news items can be sent."


def test_copy_of_item_has_no_campaign():
    page = make_item([make_contact()])
    press(stock.save_campaign, page)

    copied = page.copy(update_attrs={"slug": "another"})

    assert (copied.newsletter_campaign, copied.campaigns.count()) == ("", 0)


def test_scheduled_campaign_can_be_unscheduled():
    page = make_item([make_contact()])
    press(stock.save_campaign, page)
    backend = RundbrevBackend()
    backend.schedule_campaign(
        page.newsletter_campaign, timezone.now() + timedelta(days=1)
    )
    assert backend.get_campaign(page.newsletter_campaign).is_scheduled

    backend.unschedule_campaign(page.newsletter_campaign)

    assert not backend.get_campaign(page.newsletter_campaign).is_scheduled


def test_schedule_time_in_the_past_is_refused():
    with pytest.raises(CampaignBackendError):
        RundbrevBackend().validate_schedule_time(timezone.now() - timedelta(minutes=1))


def test_report_counts_rows():
    page = make_item([make_contact()])
    press(stock.send_campaign, page)

    campaign = RundbrevBackend().get_campaign(page.newsletter_campaign)

    assert campaign.is_sent
    assert campaign.get_report() == {
        "send_time": Campaign.objects.get().started_at,
        "emails_sent": 0,
        "bounces": 0,
    }
    assert campaign.url == f"/admin/sends/inspect/{campaign.row.pk}/"


def test_unknown_campaign_is_none():
    assert RundbrevBackend().get_campaign("77") is None


def test_audiences_are_not_used():
    backend = RundbrevBackend()

    assert (backend.get_audiences(), backend.get_audience_segments("all")) == ([], [])
