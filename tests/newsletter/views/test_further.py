"""After a send, in the admin: those added since, a correction, another time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.choices import (
    CampaignAudience,
    CampaignState,
    DigestExtent,
    Fallback,
    NewsKind,
)
from newsletter.delivery.campaigns import save_campaign, schedule_campaign
from newsletter.models import Campaign, NewsPage
from tests.factories import (
    make_contact,
    make_delivery,
    make_digest,
    make_news_page,
    make_newsletter,
    make_recipients,
    make_segment,
    make_site,
    make_topic,
    make_user,
)
from tests.newsletter.browsing import log_in, press, read_messages
from tests.newsletter.delivery.scenes import (
    check_sender_once,
    make_draft,
    make_frozen_campaign,
)

pytestmark = pytest.mark.django_db


def make_sent(people: int = 2) -> Campaign:
    campaign = make_frozen_campaign(people=people)
    campaign.deliveries.update(state="accepted")
    Campaign.objects.filter(pk=campaign.pk).update(
        state=CampaignState.FINISHED, finished_at=timezone.now()
    )
    return campaign


def address(campaign) -> str:
    return f"/admin/sends/{campaign.pk}/further/"


@pytest.mark.parametrize("role", ["Editors", "Approvers", "Auditors"])
def test_sending_on_is_refused_to_who_may_not_send(role):
    campaign = make_sent()

    log_in(role).post(address(campaign), {"choice": "recipients"})

    assert Campaign.objects.count() == 1


def test_correction_by_who_may_not_write_is_refused():
    campaign = make_sent()

    log_in("Senders").post(address(campaign), {"choice": "correction"})

    assert NewsPage.objects.count() == 1


def test_no_choice_is_told():
    campaign = make_sent()

    answer = log_in("Senders").post(address(campaign), {"choice": "x"})

    assert read_messages(answer) == ["Choose one of them."]


def test_page_says_how_many_each_way_means():
    campaign = make_sent()
    campaign.recipients.include.get().added.add(make_contact())

    answer = log_in("Senders").get(address(campaign))

    people = [
        answer.context[name]["people"] for name in ("added", "got_it", "everybody")
    ]
    assert people == [1, 2, 3]
    assert "2 letters of this item have been had." in answer.content.decode()


def test_counts_are_those_of_the_freeze_in_a_language_that_others_do_not_get():
    readers = [make_contact(language="sv") for _number in range(2)]
    newsletter = make_newsletter(fallback=Fallback.NOTHING)
    campaign = make_frozen_campaign(contacts=readers, newsletter=newsletter)
    campaign.deliveries.update(state="accepted")
    more = [make_contact(language=code) for code in ("sv", "en")]
    campaign.recipients.include.get().added.add(*more)

    answer = log_in("Senders").get(address(campaign))

    counts = [answer.context[name] for name in ("added", "got_it", "everybody")]
    assert [count["people"] for count in counts] == [1, 2, 3]
    assert counts[0]["reasons"] == [("Reads in a language that the item is not in", 1)]


def test_counts_of_a_personal_digest_leave_out_who_would_find_nothing():
    work, housing = make_topic(), make_topic()
    make_site()
    item = make_news_page(summary="Om arbete.", topics=[work])
    fitting = make_contact(topics=[work])
    newsletter = make_newsletter()
    check_sender_once(newsletter)
    digest = make_digest(
        [(item, DigestExtent.TEASER)],
        is_personal=True,
        newsletter=newsletter,
        summary="Det här har hänt.",
        newsletter_recipients=make_recipients(include=[make_segment(added=[fitting])]),
    )
    campaign = save_campaign(digest, revision=digest.latest_revision)
    Campaign.objects.filter(pk=campaign.pk).update(
        state=CampaignState.FINISHED, frozen_at=timezone.now()
    )
    make_delivery(campaign=campaign, contact=fitting, state="accepted")
    more = [make_contact(topics=[topic]) for topic in (work, housing)]
    campaign.recipients.include.get().added.add(*more)

    answer = log_in("Senders").get(address(campaign))

    found = [answer.context[name]["people"] for name in ("added", "everybody")]
    assert found == [1, 2]


def test_double_click_makes_one_draft_to_those_added_since():
    campaign = make_sent()
    new = make_contact()
    campaign.recipients.include.get().added.add(new)
    client = log_in("Senders")

    answers = [
        client.post(address(campaign), {"choice": "added_since"}) for _n in range(2)
    ]

    draft = campaign.page.campaigns.get(state=CampaignState.DRAFT)
    assert draft.audience == CampaignAudience.ADDED_SINCE
    assert answers[0].url == f"/admin/pages/{campaign.page_id}/edit/#tab-send"
    told = read_messages(press(client, campaign.page, "send"))
    assert told[-1] == "Sending to 1 person."
    draft.refresh_from_db()
    assert [d.contact for d in draft.deliveries.all()] == [new]


def test_correction_is_begun_once_and_goes_to_who_got_it():
    campaign = make_sent()
    client = log_in("Editors", "Senders")

    for _n in range(2):
        answer = client.post(address(campaign), {"choice": "correction"})

    correction = campaign.page.corrections.get()
    assert answer.url == f"/admin/pages/{correction.pk}/edit/"
    assert correction.kind == NewsKind.CORRECTION
    panel = client.get(answer.url).content.decode()
    assert 'value="same_people"' in panel


def test_check_warns_of_sending_it_again_to_everybody():
    campaign = make_sent()
    client = log_in("Senders")
    client.post(address(campaign), {"choice": "recipients"})

    check = client.get(f"/admin/sends/items/{campaign.page_id}/check/").json()["html"]
    told = read_messages(press(client, campaign.page, "send"))

    assert "2 people have had it and would get it again." in check
    assert told[-1] == (
        "1 warning is to be looked at. The check on the tab Send says what to do."
    )


def test_audience_counts_what_is_chosen():
    campaign = make_sent()
    campaign.recipients.include.get().added.add(make_contact())
    page = campaign.page
    chosen = {
        "newsletter": page.newsletter_id,
        "newsletter_recipients": page.newsletter_recipients_id,
    }
    client = log_in("Senders")

    counts = {
        audience: client.get(
            f"/admin/sends/items/{page.pk}/audience/",
            {**chosen, "rundbrev-audience-audience": audience},
        ).json()["html"]
        for audience in ("recipients", "added_since")
    }

    assert 'data-send-people="3"' in counts["recipients"]
    assert 'data-send-people="1"' in counts["added_since"]


def test_scheduled_send_is_moved_and_a_time_that_is_none_refused():
    draft = make_draft([make_contact()])
    send_at = timezone.now() + timedelta(days=1)
    campaign = schedule_campaign(draft, send_at=send_at, user=make_user())
    client = log_in("Senders")
    move = f"/admin/sends/{campaign.pk}/time/"

    told, refused = (
        read_messages(client.post(move, {"rundbrev-schedule-send_at": written}))[-1]
        for written in ("2031-07-01 09:00", "2031-03-30 02:30")
    )

    campaign.refresh_from_db()
    assert campaign.send_at.isoformat() == "2031-07-01T07:00:00+00:00"
    assert told.endswith("Swedish time (Europe/Stockholm).")
    assert refused.startswith("There is no such time on that day")
    assert campaign.state == CampaignState.SCHEDULED
