"""The send panel's buttons, pressed through the admin, with real rows."""

import pytest
from django.utils import timezone, translation
from wagtail.models import PageLogEntry

from newsletter.choices import CampaignState, DeliveryState
from newsletter.delivery.campaigns import save_campaign
from newsletter.models import Campaign, Delivery
from tests.factories import make_contact, make_news_page, make_recipients, make_segment
from tests.newsletter.browsing import log_in, press, read_messages
from tests.newsletter.delivery.scenes import make_frozen_campaign, make_item
from tests.smtp_server import running_smtp_server

pytestmark = pytest.mark.django_db

BROKEN = [("lead", {"text": "Hej [[inget_sådant_fält]]"})]


@pytest.fixture
def hold(settings):
    settings.NEWSLETTER_HOLD_SECONDS = 60


def use_server(settings, port: int) -> None:
    settings.MAILERS = {
        **settings.MAILERS,
        "bulk": {
            "BACKEND": "newsletter.delivery.transports.smtp.Mailer",
            "OPTIONS": {"host": "127.0.0.1", "port": port, "starttls": "never"},
        },
    }


def test_send_freezes_and_holds_it(hold):
    page = make_item([make_contact(), make_contact()])

    response = press(log_in("Senders"), page, "send")

    assert read_messages(response) == [
        "It goes out to 2 people in 60 seconds. Until then you can take it back."
    ]
    assert page.campaigns.get().state == CampaignState.HELD
    assert response.url == f"/admin/pages/{page.pk}/edit/#tab-send"


def test_send_without_right_sends_nothing():
    page = make_item([make_contact()])

    response = press(log_in("Editors"), page, "send")

    assert read_messages(response) == ["You do not have permission to do this."]
    assert Campaign.objects.count() == 0


def test_send_of_broken_content_names_the_block():
    page = make_item([make_contact()], body=BROKEN)

    response = press(log_in("Senders"), page, "send")

    (sentence,) = read_messages(response)
    assert sentence.startswith("Block 1, ")
    assert "inget_sådant_fält" in sentence
    assert Delivery.objects.count() == 0


def test_send_without_newsletter_is_refused():
    page = make_item([make_contact()], newsletter=None)

    response = press(log_in("Senders"), page, "send")

    assert read_messages(response) == [
        "Choose a newsletter first: it decides the sender and how people leave."
    ]


def test_send_without_recipients_is_refused():
    page = make_item([], newsletter_recipients=None)

    response = press(log_in("Senders"), page, "send")

    assert read_messages(response) == ["Choose recipients first."]


def test_send_to_nobody_is_refused():
    page = make_item(
        [], newsletter_recipients=make_recipients(include=[make_segment()])
    )

    response = press(log_in("Senders"), page, "send")

    assert read_messages(response) == [
        "Nobody would get it. Look at the recipients and who may be written to."
    ]
    assert page.campaigns.get().state == CampaignState.DRAFT


@pytest.mark.database
def test_send_twice_sends_once(hold):
    page = make_item([make_contact()])
    client = log_in("Senders")
    press(client, page, "send")

    response = press(client, page, "send")

    assert read_messages(response)[-1] == (
        "This item is being sent or is scheduled. Take that back first."
    )
    assert Delivery.objects.count() == 1


def test_send_of_unpublished_changes_is_refused_to_who_may_not_publish():
    page = make_item([make_contact()])
    page.save_revision()

    response = press(log_in("Senders"), page, "send")

    assert read_messages(response) == [
        "Publish the item first: the letter links to its page on the web."
    ]


@pytest.mark.database
def test_send_of_draft_publishes_it_for_who_may(hold):
    page = make_item([make_contact()])
    page.title = "New headline"
    page.save_revision()

    press(log_in("Editors", "Senders"), page, "send")

    page.refresh_from_db()
    assert (page.title, page.has_unpublished_changes) == ("New headline", False)
    assert page.campaigns.get().state == CampaignState.HELD


@pytest.mark.database
def test_refused_send_publishes_nothing():
    page = make_item([], newsletter_recipients=None)
    page.save_revision()

    press(log_in("Editors", "Senders"), page, "send")

    page.refresh_from_db()
    assert page.has_unpublished_changes


def test_send_of_incomplete_draft_is_refused():
    page = make_item([make_contact()])
    page.title = ""
    page.save_revision(clean=False)

    response = press(log_in("Editors", "Senders"), page, "send")

    assert read_messages(response) == [
        "Something required is still missing. Press Publish to see what."
    ]
    assert page.campaigns.get().state == CampaignState.DRAFT


def test_save_saves_a_draft():
    page = make_item([make_contact()])

    response = press(log_in("Editors"), page, "save")

    campaign = page.campaigns.get()
    page.refresh_from_db()
    assert read_messages(response) == [f"Saved for sending: “{page.title}”."]
    assert (campaign.revision, page.newsletter_campaign) == (
        page.latest_revision,
        str(campaign.pk),
    )


def test_test_mail_arrives_marked(settings):
    page = make_item([make_contact()])
    reader = make_contact(given_name="Åsa")
    with running_smtp_server() as server:
        use_server(settings, server.port)

        response = press(
            log_in("Editors", "crm.view_contact"),
            page,
            "test",
            **{
                "rundbrev-test-addresses": "one@example.org, two@example.org",
                "rundbrev-test-as_contact": reader.pk,
            },
        )

    assert read_messages(response) == ["The test is on its way to 2 addresses."]
    assert server.recipients == ["one@example.org", "two@example.org"]
    assert all(b"[TEST]" in m.content for m in server.messages)
    assert Delivery.objects.count() == 0


def test_test_mail_as_contact_is_ignored_for_who_may_not_see_people(settings):
    page = make_item([make_contact()])
    with running_smtp_server() as server:
        use_server(settings, server.port)

        press(
            log_in("Editors"),
            page,
            "test",
            **{
                "rundbrev-test-addresses": "one@example.org",
                "rundbrev-test-as_contact": make_contact(given_name="Hemlig").pk,
            },
        )

    assert b"Hemlig" not in server.messages[0].content


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "Write the address the test is to go to."),
        (",".join(["a@example.org"] * 11), "A test goes to ten addresses at most."),
    ],
)
def test_test_mail_to_bad_addresses_is_refused(written, told):
    page = make_item([make_contact()])

    response = press(
        log_in("Editors"), page, "test", **{"rundbrev-test-addresses": written}
    )

    assert read_messages(response) == [told]


def test_test_mail_without_server_says_so(settings):
    use_server(settings, 1)
    page = make_item([make_contact()])

    response = press(
        log_in("Editors"), page, "test", **{"rundbrev-test-addresses": "a@example.org"}
    )

    assert read_messages(response) == ["The mail server cannot be reached."]


def test_schedule_sets_the_time_and_unschedule_takes_it_back():
    page = make_item([make_contact()])
    client = log_in("Senders")
    press(client, page, "schedule", **{"rundbrev-schedule-send_at": "2099-05-03 09:00"})
    campaign = page.campaigns.get()
    assert campaign.state == CampaignState.SCHEDULED
    assert (
        timezone.localtime(campaign.send_at).isoformat() == "2099-05-03T09:00:00+02:00"
    )

    client.post(f"/admin/sends/{campaign.pk}/do/unschedule/")

    campaign.refresh_from_db()
    assert (campaign.state, campaign.send_at) == (CampaignState.DRAFT, None)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "Choose a day and a time."),
        ("2020-01-01 09:00", "That time has passed. Choose a later one."),
    ],
)
def test_schedule_at_no_future_time_is_refused(written, told):
    page = make_item([make_contact()])

    response = press(
        log_in("Senders"), page, "schedule", **{"rundbrev-schedule-send_at": written}
    )

    assert read_messages(response) == [told]
    assert Campaign.objects.count() == 0


def test_undo_within_the_hold_cancels_every_delivery(hold):
    page = make_item([make_contact()])
    client = log_in("Senders")
    press(client, page, "send")

    response = client.post(f"/admin/sends/{page.campaigns.get().pk}/do/undo/")

    assert read_messages(response)[-1] == "Taken back. Nobody got it."
    assert [d.state for d in Delivery.objects.all()] == [DeliveryState.CANCELLED]


def test_undo_after_the_hold_is_refused():
    campaign = make_frozen_campaign(people=1)

    response = log_in("Senders").post(f"/admin/sends/{campaign.pk}/do/undo/")

    assert read_messages(response) == [
        "This cannot be done now: the send is in the state “Sending”."
    ]


def test_pause_resume_and_cancel_steer_the_send():
    campaign = make_frozen_campaign(people=1)
    client = log_in("Senders")
    states = []
    for action in ("pause", "resume", "cancel"):
        client.post(f"/admin/sends/{campaign.pk}/do/{action}/")
        campaign.refresh_from_db()
        states.append(campaign.state)

    assert states == [
        CampaignState.PAUSED,
        CampaignState.SENDING,
        CampaignState.CANCELLED,
    ]
    logged = PageLogEntry.objects.filter(action__startswith="newsletter.")
    assert sorted(logged.values_list("action", flat=True)) == [
        "newsletter.cancel_send",
        "newsletter.pause_send",
        "newsletter.resume_send",
    ]


@pytest.mark.parametrize("grants", [("Editors",), ("Auditors",)])
def test_steering_without_right_is_refused(grants):
    campaign = make_frozen_campaign(people=1)

    log_in(*grants).post(f"/admin/sends/{campaign.pk}/do/pause/")

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENDING


def test_steering_by_get_changes_nothing():
    campaign = make_frozen_campaign(people=1)

    response = log_in("Senders").get(f"/admin/sends/{campaign.pk}/do/pause/")

    campaign.refresh_from_db()
    assert (response.status_code, campaign.state) == (405, CampaignState.SENDING)


def test_steering_leads_back_only_within_the_site():
    campaign = make_frozen_campaign(people=1)

    response = log_in("Senders").post(
        f"/admin/sends/{campaign.pk}/do/pause/", {"next": "https://evil.example/"}
    )

    assert response.url == f"/admin/pages/{campaign.page_id}/edit/#tab-send"


def test_unknown_actions_are_refused():
    campaign = make_frozen_campaign(people=1)
    client = log_in("Senders")

    assert client.post(f"/admin/sends/{campaign.pk}/do/explode/").status_code == 404
    assert press(client, campaign.page, "explode").status_code == 400


def test_scheduled_time_in_the_log_is_readable():
    page = make_item([make_contact()])
    press(
        log_in("Senders"),
        page,
        "schedule",
        **{"rundbrev-schedule-send_at": "2099-05-03 09:00"},
    )

    entry = PageLogEntry.objects.get(action="wagtail_newsletter.schedule_campaign")
    with translation.override("en"):
        said = entry.formatter.format_message(entry)
    assert said.startswith("Scheduled the send for")


def test_save_of_item_without_send_rights_needs_page_rights():
    page = make_news_page()

    response = press(
        log_in("newsletter.send_campaign", "wagtailadmin.access_admin"), page, "save"
    )

    assert read_messages(response) == ["You do not have permission to do this."]


def test_failed_save_marks_the_draft_as_unsaved():
    page = make_item([make_contact()])
    save_campaign(page, revision=page.latest_revision)
    page.body = [{"type": "lead", "value": BROKEN[0][1]}]
    page.save_revision()

    press(log_in("Senders"), page, "save")

    campaign = page.campaigns.get()
    assert (campaign.state, campaign.revision) == (CampaignState.DRAFT, None)
