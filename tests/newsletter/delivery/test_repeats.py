"""newsletter/delivery/repeats.py: further sends of an item, and corrections."""

import pytest
from django.utils import timezone, translation

from crm.choices import ConsentAction, SuppressionReason
from crm.consent import record_consent, suppress
from newsletter.choices import (
    CampaignAudience,
    CampaignState,
    DeliveryState,
    LeftOutReason,
    NewsKind,
)
from newsletter.delivery.binding import count_circle
from newsletter.delivery.campaigns import (
    save_campaign,
    send_campaign,
    start_new_send,
)
from newsletter.delivery.checking import check_item
from newsletter.delivery.variants import count_variants
from newsletter.exceptions import CampaignStateError
from newsletter.models import Acknowledgement, Campaign
from tests.factories import make_contact, make_news_page, make_segment, make_user
from tests.newsletter.delivery.scenes import BODY, make_frozen_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def speak_english():
    with translation.override("en"):
        yield


def finish(campaign: Campaign, states: dict) -> Campaign:
    """End a send with those states by contact, all others accepted."""
    campaign.deliveries.update(state=DeliveryState.ACCEPTED)
    for contact, state in states.items():
        campaign.deliveries.filter(contact=contact).update(state=state)
    Campaign.objects.filter(pk=campaign.pk).update(
        state=CampaignState.FINISHED, finished_at=timezone.now()
    )
    campaign.refresh_from_db()
    return campaign


def send(draft: Campaign) -> Campaign:
    return send_campaign(draft, user=make_user(), now=timezone.now())


def save(page, **fields) -> Campaign:
    return save_campaign(page, revision=page.latest_revision, **fields)


def test_added_since_without_an_earlier_send_is_refused():
    page = make_news_page(body=BODY)

    with pytest.raises(CampaignStateError, match="has not been sent before"):
        start_new_send(page, audience=CampaignAudience.ADDED_SINCE)


def test_correction_of_nothing_is_refused():
    page = make_news_page(body=BODY, kind=NewsKind.CORRECTION)

    with pytest.raises(CampaignStateError, match="Choose the item that this corrects"):
        save(page, audience=CampaignAudience.SAME_PEOPLE)


def test_added_since_goes_to_who_has_not_had_it():
    had, unsure, refused, cancelled = (make_contact() for _n in range(4))
    segment = make_segment(added=[had, unsure, refused, cancelled])
    first = make_frozen_campaign(people=1)
    first.recipients.include.add(segment)
    first = finish(
        make_frozen_campaign(contacts=[had, unsure, refused, cancelled]),
        {
            unsure: DeliveryState.UNKNOWN,
            refused: DeliveryState.FAILED,
            cancelled: DeliveryState.CANCELLED,
        },
    )
    new = make_contact()
    first.recipients.include.get().added.add(new)

    draft = start_new_send(first.page, audience=CampaignAudience.ADDED_SINCE)
    again = start_new_send(first.page, audience=CampaignAudience.ADDED_SINCE)
    draft = save(first.page)

    assert (draft.pk, draft.follows) == (again.pk, first)
    assert count_circle(draft, on=timezone.localdate()).mailable == 3
    assert [v.people for v in count_variants(draft, timezone.localdate())] == [3]
    sent = send(draft)
    assert {d.contact for d in sent.deliveries.all()} == {refused, cancelled, new}
    assert sent.left_out.count() == 0
    assert sent.frozen_rules["sends"] == [first.pk]


def test_added_since_an_address_that_had_it_is_passed_over():
    had, new = make_contact(), make_contact()
    first = finish(make_frozen_campaign(contacts=[had]), {})
    first.recipients.include.get().added.add(new, make_contact())
    # Somebody else got it at what is now the newcomer's address.
    first.deliveries.update(contact=None, address_hash=new.address_hash)
    first.recipients.include.get().added.remove(had)
    start_new_send(first.page, audience=CampaignAudience.ADDED_SINCE)
    draft = save(first.page)

    count = count_circle(draft, on=timezone.localdate())
    sent = send(draft)

    assert (count.mailable, count.left_out) == (1, {LeftOutReason.SAME_ADDRESS: 1})
    assert sent.deliveries.count() == 1
    assert dict(sent.left_out.values_list("contact", "reason")) == {
        new.pk: LeftOutReason.SAME_ADDRESS
    }


def test_correction_goes_to_exactly_who_got_it():
    got, unsure, refused, left, stopped = (make_contact() for _n in range(5))
    people = [got, unsure, refused, left, stopped]
    original = finish(
        make_frozen_campaign(contacts=people),
        {unsure: DeliveryState.UNKNOWN, refused: DeliveryState.FAILED},
    )
    # Whatever the segments say now.
    original.recipients.include.get().added.set([make_contact()])
    newsletter = original.newsletter
    record_consent(left, newsletter.purpose, ConsentAction.WITHDRAWN, source="test")
    suppress(stopped.email, SuppressionReason.COMPLAINT)
    page = make_news_page(
        body=BODY,
        kind=NewsKind.CORRECTION,
        corrects=original.page,
        newsletter=newsletter,
    )

    draft = save(page)
    count = count_circle(draft, on=timezone.localdate())
    sent = send(draft)

    assert draft.audience == CampaignAudience.SAME_PEOPLE
    assert (count.members, count.mailable) == (4, 2)
    assert {d.contact for d in sent.deliveries.all()} == {got, unsure}
    assert dict(sent.left_out.values_list("contact", "reason")) == {
        left.pk: LeftOutReason.WITHDRAWN,
        stopped.pk: LeftOutReason.SUPPRESSED,
    }


def test_new_send_to_everybody_goes_once_somebody_let_the_warning_stand():
    first = finish(make_frozen_campaign(people=2), {})
    start_new_send(first.page)
    draft = save(first.page)
    with pytest.raises(CampaignStateError, match="1 warning is to be looked at"):
        send(draft)
    findings = check_item(draft.page, draft.recipients, on=timezone.localdate())
    (warning,) = [finding for finding in findings if finding.code == "sent_before"]
    Acknowledgement.objects.create(page=draft.page, key=warning.key, text=warning.text)

    sent = send(draft)

    assert sent.audience == CampaignAudience.RECIPIENTS
    assert sent.deliveries.count() == 2
