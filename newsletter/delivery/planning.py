"""Freezing: content, audience and one row per person, in one transaction.

After this nothing that is edited changes the send. Each contact's conditions are
evaluated by the same INSERT … SELECT that makes the deliveries (design decision 5).
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Value,
    When,
)
from django.db.models.functions import StrIndex, Substr
from django.db.models.query import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from crm.models import Segment
from crm.models.contact import ContactQuerySet
from newsletter.choices import CampaignState, DeliveryState, LeftOutReason
from newsletter.delivery.audience import (
    explain_members,
    make_scope,
    select_audience,
    snapshot_rules,
)
from newsletter.delivery.linking import is_tracked_expression, lay_links
from newsletter.exceptions import CampaignStateError
from newsletter.mail.compose import Condition, compose_page, find_conditions
from newsletter.mail.conditions import shown_expression
from newsletter.mail.hashes import hash_send
from newsletter.models import Campaign, Delivery, LeftOut, NewsPage, Recipients, Variant


def freeze_campaign(campaign: Campaign, *, now: datetime) -> int:
    """Write a send's deliveries, variants and left-out people; return how many get it.

    Must run inside the transaction that changes the campaign's state. Raises
    CampaignStateError when nobody would get it, CompositionError when the content
    cannot become a mail; the caller's transaction then takes everything back.
    """
    pages = find_pages(campaign)
    recipients = _find_recipients(campaign)
    conditions = find_conditions(pages.values())
    if campaign.state != CampaignState.SCHEDULED:
        # A scheduled send was frozen when it was scheduled, but for who is who.
        campaign.frozen_rules = snapshot_rules(recipients, _find_limits(conditions))
    on = timezone.localdate(now)
    campaign.counts_links = campaign.newsletter.counts_links
    _insert_deliveries(campaign, recipients, conditions, list(pages), now)
    if not campaign.deliveries.exists():
        raise CampaignStateError(
            _("Nobody would get it. Look at the recipients and who may be written to.")
        )
    _insert_left_out(campaign, recipients, on)
    _write_variants(campaign, pages, conditions)
    newsletter = campaign.newsletter
    campaign.sender_name = newsletter.sender_name
    campaign.sender_email = newsletter.sender_email
    campaign.reply_to = newsletter.reply_to
    campaign.list_id = newsletter.list_id
    campaign.conditions = [
        {"segment_id": c.segment_id, "include": c.include} for c in conditions
    ]
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
    return pages


def find_translations(page: NewsPage) -> dict[str, int]:
    """Return the published revision of each translation of the page, by language."""
    published = page.get_translations().live().exclude(live_revision=None)
    return dict(published.values_list("locale__language_code", "live_revision"))


def snapshot_campaign(campaign: Campaign) -> dict[str, Any]:
    """Return the rules of a send as they stand now: whom it goes to, who sees what."""
    conditions = find_conditions(find_pages(campaign).values())
    return snapshot_rules(_find_recipients(campaign), _find_limits(conditions))


def _find_limits(conditions: list[Condition]) -> QuerySet[Segment]:
    return Segment.objects.filter(pk__in=[c.segment_id for c in conditions])


def _find_recipients(campaign: Campaign) -> Recipients:
    # They may have been deleted since the send was scheduled.
    if campaign.recipients is None:
        raise CampaignStateError(_("Choose recipients first."))
    return campaign.recipients


def _insert_deliveries(
    campaign: Campaign,
    recipients: Recipients,
    conditions: list[Condition],
    locales: list[str],
    now: datetime,
) -> None:
    on = timezone.localdate(now)
    frozen = campaign.frozen_rules
    readers = select_audience(recipients, campaign.newsletter, on, frozen=frozen)
    rows = (
        readers.with_mail_seat(on)
        .annotate(
            row_campaign=Value(campaign.pk, output_field=BigIntegerField()),
            row_locale=Case(
                When(language__in=locales, then=F("language")),
                default=Value(locales[0]),
            ),
            row_domain=Substr("mail_address", StrIndex("mail_address", Value("@")) + 1),
            row_shown=shown_expression(conditions, make_scope(on, frozen)),
            row_state=Value(DeliveryState.QUEUED.value),
            row_attempts=Value(0, output_field=IntegerField()),
            row_next_at=Value(now, output_field=DateTimeField()),
            row_blank=Value(""),
            row_no=Value(False, output_field=BooleanField()),
            row_tracked=is_tracked_expression(campaign),
        )
        .order_by("pk")
    )
    _insert_select(
        Delivery,
        {
            "campaign": "row_campaign",
            "contact": "pk",
            "address": "mail_address",
            "address_hash": "mail_hash",
            "locale": "row_locale",
            "shown": "row_shown",
            "state": "row_state",
            "attempts": "row_attempts",
            "next_at": "row_next_at",
            "seat": "mail_seat",
            "domain": "row_domain",
            "reply": "row_blank",
            "bounce_class": "row_blank",
            "is_duplicate_risk": "row_no",
            "is_tracked": "row_tracked",
        },
        rows,
    )


def _insert_left_out(campaign: Campaign, recipients: Recipients, on: Any) -> None:
    got_it = Delivery.objects.filter(campaign=campaign, contact=OuterRef("pk"))
    rows = (
        explain_members(
            recipients, campaign.newsletter, on, frozen=campaign.frozen_rules
        )
        .exclude(Exists(got_it))
        .annotate(
            row_campaign=Value(campaign.pk, output_field=BigIntegerField()),
            row_reason=Case(
                When(reason="", then=Value(LeftOutReason.SAME_ADDRESS.value)),
                default=F("reason"),
            ),
        )
    )
    _insert_select(
        LeftOut,
        {"campaign": "row_campaign", "contact": "pk", "reason": "row_reason"},
        rows,
    )


def _insert_select(model: Any, columns: dict[str, str], rows: ContactQuerySet) -> None:
    """Insert what a queryset selects without bringing it here.

    A second row for the same person or address is passed over: that is how two people
    on one address get one letter.
    """
    try:
        sql, params = rows.values_list(*columns.values()).query.sql_with_params()
    except EmptyResultSet:
        # Django can tell without asking that nobody meets the condition.
        return
    names = [
        connection.ops.quote_name(model._meta.get_field(field).column)
        for field in columns
    ]
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) {sql} ON CONFLICT DO NOTHING",
            params,
        )


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
