"""The send tab in the item's editor: what it shows, and what its form does."""

import pytest
from django.utils import timezone

from newsletter.choices import CampaignState, DeliveryState
from newsletter.models import Campaign
from tests.factories import make_contact, make_news_page, make_site
from tests.newsletter.browsing import log_in, press_in_editor, read_messages
from tests.newsletter.delivery.scenes import make_frozen_campaign, make_item

pytestmark = pytest.mark.django_db


def read_tab(client, page) -> str:
    return client.get(f"/admin/pages/{page.pk}/edit/").content.decode()


def find_actions(html: str) -> list[str]:
    """Return the buttons of the panel, in order."""
    names = [
        "save",
        "test",
        "schedule",
        "send",
        "unschedule",
        "reschedule",
        "undo",
        "pause",
        "resume",
        "cancel",
        "further",
    ]
    found = [(html.find(f'data-send-action="{name}"'), name) for name in names]
    return [name for place, name in sorted(found) if place >= 0]


def test_new_item_is_to_be_saved_first():
    site = make_site()

    html = (
        log_in("Editors", "Senders")
        .get(f"/admin/pages/add/newsletter/newspage/{site.archive.pk}/")
        .content.decode()
    )

    assert "Save the item first. Then it can be tested and sent from here." in html
    assert find_actions(html) == []


@pytest.mark.parametrize(
    ("grants", "actions"),
    [
        (("Editors",), ["save", "test"]),
        (("Senders",), ["save", "test", "schedule", "send"]),
    ],
)
def test_panel_shows_what_one_may_do(grants, actions):
    page = make_item([make_contact()])

    assert find_actions(read_tab(log_in(*grants), page)) == actions


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        (CampaignState.SCHEDULED, ["unschedule", "reschedule"]),
        (CampaignState.HELD, ["undo"]),
        (CampaignState.SENDING, ["pause", "cancel"]),
        (CampaignState.PAUSED, ["resume", "cancel"]),
        (CampaignState.FINISHED, ["further"]),
        (CampaignState.CANCELLED, ["save", "test", "schedule", "send"]),
        (CampaignState.DRAFT, ["save", "test", "schedule", "send"]),
    ],
)
def test_panel_offers_what_the_state_allows(state, actions):
    campaign = make_frozen_campaign(people=1)
    Campaign.objects.update(state=state, send_at=timezone.now())

    html = read_tab(log_in("Senders"), campaign.page)

    assert find_actions(html) == actions
    assert f'data-send-state="{state}"' in html


def test_panel_says_how_far_it_has_come():
    campaign = make_frozen_campaign(people=4)
    first, second = campaign.deliveries.all()[:2]
    for delivery, state in (
        (first, DeliveryState.ACCEPTED),
        (second, DeliveryState.UNKNOWN),
    ):
        delivery.state = state
        delivery.save()

    html = read_tab(log_in("Editors"), campaign.page)

    assert 'aria-valuenow="50"' in html
    assert "2 of 4 people, 50 %" in html
    assert (
        "For 1 person it is uncertain whether the letter arrived. "
        "It is not sent again unless you decide so." in html
    )


def test_panel_does_not_load_the_english_one():
    html = read_tab(log_in("Editors"), make_item([make_contact()]))

    assert "wagtail_newsletter.js" not in html
    assert 'name="newsletter-action"' not in html


def test_no_button_of_the_panel_is_what_enter_presses():
    campaign = make_frozen_campaign(people=1)

    html = read_tab(log_in("Senders"), campaign.page)

    assert html.count('data-send-action="pause"') == 1
    before = html[: html.index('data-send-action="pause"')]
    assert before.rpartition("<button")[2].startswith(' type="button"')


def test_send_in_editor_saves_publishes_and_sends():
    page = make_item([make_contact()])
    client = log_in("Editors", "Senders")

    response = press_in_editor(client, page, "send", title="Fresh headline")

    assert "Sending to 1 person." in read_messages(response)
    page.refresh_from_db()
    assert (page.title, page.campaigns.get().subject) == (
        "Fresh headline",
        "Fresh headline",
    )
    assert response.url == f"/admin/pages/{page.pk}/edit/#tab-send"


def test_stock_action_in_editor_is_refused():
    page = make_item([make_contact()])
    client = log_in("Editors", "Senders")

    response = client.post(
        f"/admin/pages/{page.pk}/edit/", {"newsletter-action": "send_campaign"}
    )

    assert response.status_code == 400
    assert Campaign.objects.count() == 0


def test_stock_action_on_another_page_type_is_refused():
    site = make_site()

    response = log_in("Editors").post(
        f"/admin/pages/{site.home.pk}/edit/", {"newsletter-action": "send_campaign"}
    )

    assert response.status_code == 400


def test_opening_the_editor_changes_nothing():
    page = make_item([make_contact()])

    read_tab(log_in("Senders"), page)

    page.refresh_from_db()
    assert (Campaign.objects.count(), page.newsletter_campaign) == (0, "")


def test_permissions_are_per_action():
    page = make_news_page()
    grants = {
        "Editors": log_in("Editors"),
        "Senders": log_in("Senders"),
        "Auditors": log_in("Auditors"),
    }
    may = {
        name: [
            action
            for action in (
                "save_campaign",
                "send_test_email",
                "send_campaign",
                "nothing",
            )
            if page.has_newsletter_permission(client.user, action)
        ]
        for name, client in grants.items()
    }

    assert may == {
        "Editors": ["save_campaign", "send_test_email"],
        "Senders": ["save_campaign", "send_test_email", "send_campaign"],
        "Auditors": [],
    }
