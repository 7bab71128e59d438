"""Freezing: content, audience and one row per person, in one transaction.

After this nothing that is edited changes the send. Each contact's conditions are
evaluated by the same INSERT … SELECT that makes the deliveries (design decision 5).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models.query import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from crm.addresses import encode_domain
from crm.models import Segment
from newsletter.choices import CampaignState
from newsletter.delivery.audience import snapshot_rules
from newsletter.delivery.filling import insert_deliveries, insert_left_out
from newsletter.delivery.linking import lay_links
from newsletter.delivery.repeats import Repeat, find_repeat
from newsletter.exceptions import CampaignStateError
from newsletter.mail.blocks import find_reader_limits, select_segment_ids
from newsletter.mail.compose import Condition, compose_page, find_conditions
from newsletter.mail.hashes import hash_send
from newsletter.models import Campaign, DigestPage, NewsPage, Recipients, Variant


def freeze_campaign(campaign: Campaign, *, now: datetime) -> int:
    """Write a send's deliveries, variants and left-out people; return how many get it.

    Must run inside the transaction that changes the campaign's state. Raises
    CampaignStateError when nobody would get it, CompositionError when the content
    cannot become a mail; the caller's transaction then takes everything back.
    """
    pages = find_pages(campaign)
    recipients, repeat = find_circle(campaign)
    conditions = find_conditions(pages.values())
    limits = find_reader_limits(pages)
    if campaign.state != CampaignState.SCHEDULED:
        # A scheduled send was frozen when it was scheduled, but for who is who.
        campaign.frozen_rules = snapshot_campaign(campaign)
    on = timezone.localdate(now)
    campaign.counts_links = campaign.newsletter.counts_links
    locales = list(pages)
    insert_deliveries(campaign, recipients, conditions, locales, now, repeat, limits)
    if not campaign.deliveries.exists():
        raise CampaignStateError(
            _("Nobody would get it. Look at the recipients and who may be written to.")
        )
    insert_left_out(campaign, recipients, locales, on, repeat, limits)
    _write_variants(campaign, pages, conditions)
    newsletter = campaign.newsletter
    campaign.sender_name = newsletter.sender_name
    campaign.sender_email = encode_domain(newsletter.sender_email)
    campaign.reply_to = encode_domain(newsletter.reply_to)
    campaign.list_id = newsletter.list_id
    campaign.conditions = [condition.as_data() for condition in conditions]
    campaign.frozen_at = now
    campaign.frozen_count = campaign.deliveries.count()
    campaign.save()
    return campaign.frozen_count


def find_pages(campaign: Campaign) -> dict[str, NewsPage]:
    """Return the content to send by language, as it was saved; its own language first.

    Raises CampaignStateError when there is no saved revision, or no longer.
    """
    saved = Revision.objects.in_bulk(campaign.translations.values())
    if campaign.revision is None or len(saved) < len(campaign.translations):
        raise CampaignStateError(
            _("The last save did not succeed, so there is nothing to send. Save again.")
        )
    page = campaign.revision.as_object()
    pages = {page.locale.language_code: page}
    for language, revision_id in campaign.translations.items():
        pages[language] = saved[revision_id].as_object()
    for page in pages.values():
        if isinstance(page, DigestPage):
            page.item_revisions = campaign.item_revisions
    return pages


def find_item_revisions(pages: Iterable[NewsPage]) -> dict[str, int]:
    """Return the published revision of every item of digests among the pages, by page."""
    return {
        str(entry.item.pk): entry.item.live_revision_id
        for page in pages
        if isinstance(page, DigestPage)
        for entry in page.list_entries()
        if entry.item.live_revision_id
    }


def find_translations(page: NewsPage) -> dict[str, int]:
    """Return the published revision of each translation of the page, by language."""
    published = page.get_translations().live().exclude(live_revision=None)
    return dict(published.values_list("locale__language_code", "live_revision"))


def snapshot_campaign(campaign: Campaign) -> dict[str, Any]:
    """Return the rules of a send as they stand now: whom it goes to, who sees what."""
    conditions = find_conditions(find_pages(campaign).values())
    recipients, repeat = find_circle(campaign)
    return {
        **snapshot_rules(recipients, _find_limits(conditions)),
        "audience": campaign.audience,
        "sends": list(repeat.sends) if repeat else [],
    }


def find_circle(campaign: Campaign) -> tuple[Recipients | None, Repeat | None]:
    """Return the send's recipients, and the earlier sends that decide beside them.

    A correction goes to who got the corrected item and has no recipients. Raises
    CampaignStateError when what it needs is missing.
    """
    repeat = find_repeat(campaign)
    if repeat and repeat.is_same_people:
        return None, repeat
    # They may have been deleted since the send was scheduled.
    if campaign.recipients is None:
        raise CampaignStateError(_("Choose recipients first."))
    return campaign.recipients, repeat


def _find_limits(conditions: list[Condition]) -> QuerySet[Segment]:
    return Segment.objects.filter(pk__in=select_segment_ids(conditions))


def _write_variants(
    campaign: Campaign, pages: dict[str, NewsPage], conditions: list[Condition]
) -> None:
    compositions = {
        locale: compose_page(page, campaign.newsletter, conditions, locale=locale)
        for locale, page in pages.items()
    }
    compositions = lay_links(campaign, compositions)
    pairs = campaign.deliveries.order_by("locale", "shown").values_list(
        "locale", "shown"
    )
    variants = []
    for locale, shown in pairs.distinct():
        mail = compositions[locale].cut(shown)
        variants.append(
            Variant(
                campaign=campaign,
                locale=locale,
                shown=shown,
                subject=mail.subject,
                html=mail.html,
                text=mail.text,
                content_hash=mail.content_hash,
                html_size=len(mail.html.encode()),
            )
        )
    Variant.objects.bulk_create(variants, batch_size=100)
    campaign.content_hash = hash_send(
        (variant.locale, variant.shown, variant.content_hash) for variant in variants
    )
