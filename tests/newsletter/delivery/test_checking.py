"""newsletter/delivery/checking.py: the preflight as a send meets it."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from wagtail.models import Locale

from newsletter.choices import CampaignState, Trouble
from newsletter.delivery.campaigns import (
    save_campaign,
    schedule_campaign,
    send_campaign,
)
from newsletter.delivery.checking import check_item, describe_obstacles
from newsletter.delivery.scheduling import fire_scheduled
from newsletter.exceptions import CampaignStateError
from newsletter.models import Acknowledgement, NewsPage
from newsletter.preflight.running import find_obstacles
from tests.factories import make_contact, make_custom_field, make_seat, make_user
from tests.newsletter.delivery.scenes import make_draft, make_item

pytestmark = pytest.mark.django_db

ERROR = ("heading", {"text": "Mål"})
WARNING = ("text", {"text": "<p>STUTTGART</p>"})
NOTE = ("lead", {"text": "Tre dagar i maj."})


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def send(campaign):
    return send_campaign(campaign, user=make_user(), now=timezone.now())


def check(page: NewsPage):
    page = NewsPage.objects.get(pk=page.pk)
    return check_item(page, page.newsletter_recipients, on=timezone.localdate())


def let_stand(page, finding):
    Acknowledgement.objects.create(page=page, key=finding.key, text=finding.title)


def test_error_stops_send_and_schedule_and_nothing_is_frozen():
    campaign = make_draft([make_contact()], body=[NOTE, ERROR])

    for attempt in (
        lambda: send(campaign),
        lambda: schedule_campaign(
            campaign, send_at=timezone.now() + timedelta(hours=1), user=make_user()
        ),
    ):
        with pytest.raises(CampaignStateError) as caught:
            attempt()
        assert str(caught.value) == (
            "Nothing stands under the heading. “Mål” has no text. Write it, or take "
            "the heading away."
        )
    campaign.refresh_from_db()
    assert (campaign.state, campaign.deliveries.count()) == (CampaignState.DRAFT, 0)


def test_warning_stops_a_send_until_somebody_lets_it_stand():
    campaign = make_draft([make_contact()], body=[NOTE, WARNING])

    with pytest.raises(CampaignStateError) as caught:
        send(campaign)
    assert str(caught.value) == (
        "1 warning is to be looked at. The check on the tab Send says what to do."
    )

    [warning] = [f for f in check(campaign.page) if f.severity == "warning"]
    let_stand(campaign.page, warning)
    assert send(campaign).deliveries.count() == 1


def test_warning_that_was_let_stand_returns_when_its_text_is_changed():
    page = make_item([make_contact()], body=[NOTE, WARNING])
    [warning] = [f for f in check(page) if f.severity == "warning"]
    let_stand(page, warning)
    assert find_obstacles(check(page), page) == []

    page.body[1].value["text"].source = "<p>MALMÖ</p>"
    page.save()

    assert [f.about for f in find_obstacles(check(page), page)] == ["MALMÖ"]


def test_note_stops_nothing():
    campaign = make_draft([make_contact()], body=[NOTE])

    assert {str(f.severity) for f in check(campaign.page)} == {"note"}
    assert send(campaign).deliveries.count() == 1


def test_send_that_fires_by_the_clock_is_stopped_by_errors_alone():
    """Nobody is there to be asked about a warning that came up meanwhile."""
    coordinator = make_contact(language="sv")
    campaign = make_draft([coordinator], body=[NOTE])
    send_at = timezone.now() + timedelta(hours=1)
    schedule_campaign(campaign, send_at=send_at, user=make_user())
    coordinator.language = "en"
    coordinator.save()

    assert fire_scheduled(campaign, now=send_at)


def test_send_that_fires_by_the_clock_is_stopped_by_an_error_that_came_up():
    other = make_item([], archive=None)
    link = f'<p><a linktype="page" id="{other.pk}">Mötet</a></p>'
    campaign = make_draft([make_contact()], body=[NOTE, ("text", {"text": link})])
    send_at = timezone.now() + timedelta(hours=1)
    schedule_campaign(campaign, send_at=send_at, user=make_user())
    other.unpublish()

    assert not fire_scheduled(campaign, now=send_at)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.trouble) == (CampaignState.DRAFT, Trouble.REFUSED)


def test_scheduled_send_to_nobody_asks_instead_of_firing():
    coordinator = make_contact()
    campaign = make_draft([coordinator], body=[NOTE])
    send_at = timezone.now() + timedelta(hours=1)
    schedule_campaign(campaign, send_at=send_at, user=make_user())
    coordinator.delete()

    assert not fire_scheduled(campaign, now=send_at)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.trouble) == (CampaignState.DRAFT, Trouble.REFUSED)


def test_readers_are_counted_as_they_will_be_written_to():
    make_custom_field(slug="town", is_merge_field=True)
    seated = make_contact(language="sv", custom={"town": "Lund"})
    make_seat(holder=seated)
    nameless = make_contact(language="en", given_name="")
    body = [("lead", {"text": "[[given_name]] [[organisation]] [[custom_town]]"})]
    page = make_item([seated, nameless], body=body)

    found = {f.code: f.about for f in check(page) if f.severity == "warning"}
    codes = [f.about for f in check(page) if f.code == "missing_value"]

    assert found["readers_language"] == "en"
    assert codes == ["custom_town 1", "given_name 1", "organisation 1"]


def test_unusual_number_is_measured_by_the_last_finished_send():
    people = [make_contact() for _number in range(30)]
    first = make_draft(people, body=[NOTE])
    send(first)
    first.refresh_from_db()
    first.state, first.finished_at = CampaignState.FINISHED, timezone.now()
    first.save()

    page = make_item(people[:5], newsletter=first.newsletter, body=[NOTE])

    assert [f.about for f in check(page) if f.code == "unusual_number"] == ["5/30"]


def test_fault_in_a_translation_stops_the_send_and_names_its_page():
    english = Locale.objects.get_or_create(language_code="en")[0]
    page = make_item([make_contact()], body=[NOTE])
    archive = page.get_parent().specific
    archive.get_parent().specific.copy_for_translation(
        english
    ).save_revision().publish()
    archive.copy_for_translation(english).save_revision().publish()
    copy = page.copy_for_translation(english)
    copy.body = [{"type": ERROR[0], "value": ERROR[1]}]
    copy.save_revision().publish()

    [error] = [f for f in check(page) if f.is_error]

    assert (error.code, error.locale, error.page_id) == ("empty_section", "en", copy.pk)


@pytest.mark.parametrize("count", [1, 3])
def test_check_takes_as_many_queries_for_many_readers(count, django_assert_num_queries):
    page = make_item([make_contact() for _number in range(count)], body=[NOTE, WARNING])
    page = NewsPage.objects.get(pk=page.pk)
    check_item(page, page.newsletter_recipients, on=timezone.localdate())

    with django_assert_num_queries(10):
        check_item(page, page.newsletter_recipients, on=timezone.localdate())


def test_describe_obstacles_counts_errors_before_warnings():
    page = make_item([make_contact()], body=[ERROR, ERROR, WARNING])
    obstacles = find_obstacles(check(page), page)

    assert describe_obstacles(obstacles) == (
        "1 error stops the send. The check on the tab Send says what to do."
    )


def test_save_campaign_does_not_ask_the_preflight():
    """A draft with faults can be saved and tested: that is how they are found."""
    page = make_item([make_contact()], body=[NOTE, ERROR])

    assert save_campaign(page, revision=page.latest_revision).revision_id
