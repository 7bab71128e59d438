"""A send, ready to be delivered, for the tests of delivery."""

from django.contrib.auth import get_user_model
from django.utils import timezone

from crm.models import Contact
from newsletter.delivery.campaigns import save_campaign, send_campaign
from newsletter.delivery.sending import run_worker
from newsletter.models import Campaign, Newsletter, NewsPage, SenderCheck
from tests.factories import (
    make_contact,
    make_news_page,
    make_newsletter,
    make_recipients,
    make_segment,
    make_site,
)

BODY = [("lead", {"text": "Projektparterna har genomfört en träningsvecka."})]


def make_item(contacts: list[Contact], **fields) -> NewsPage:
    """Make a published item whose recipients are just these people."""
    fields.setdefault("body", BODY)
    fields.setdefault("newsletter", make_newsletter())
    fields.setdefault("archive", make_site().archive)
    fields.setdefault(
        "newsletter_recipients", make_recipients(include=[make_segment(added=contacts)])
    )
    if fields["newsletter"]:
        check_sender_once(fields["newsletter"])
    return make_news_page(**fields)


def check_sender_once(newsletter: Newsletter) -> None:
    """Let the newsletter's sender have been checked and found in order."""
    SenderCheck.objects.get_or_create(
        newsletter=newsletter, defaults={"address": newsletter.sender_email}
    )


def make_draft(contacts: list[Contact], **fields) -> Campaign:
    """Make a saved draft send of such an item."""
    page = make_item(contacts, **fields)
    return save_campaign(page, revision=page.latest_revision)


def make_frozen_campaign(*, people: int = 0, contacts=None, **fields) -> Campaign:
    """Make a send that is under way, every delivery still waiting."""
    contacts = contacts or [make_contact() for _number in range(people)]
    user, _created = get_user_model().objects.get_or_create(username="sender")
    draft = make_draft(contacts, **fields)
    return send_campaign(draft, user=user, now=timezone.now())


def deliver() -> int:
    """Be a worker until nothing is due; return how many letters were accepted."""
    return run_worker(until_idle=True, should_stop=lambda: False)


def states_of(campaign: Campaign) -> list[str]:
    """Return the states of a send's deliveries, in order."""
    return sorted(campaign.deliveries.values_list("state", flat=True))
