"""What was published and sent under a grant: the list its final report asks for."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Min
from django.db.models.query import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.models import ReferenceIndex

from crm.models import Grant, Network
from newsletter.mail.funding import fold
from newsletter.mail.urls import make_absolute
from newsletter.models import Campaign, NewsPage, Variant
from newsletter.statistics.tables import Cell, Table

# The block that shows a network, as it stands in the index of references.
CARD = "project_card"


@dataclass(frozen=True)
class FundedSend:
    """A send of an item: how many people it was frozen for, and what it carried.

    ``statements`` are the grant's statements found in the frozen letters, one for each
    language of the send that has it; ``letters`` counts those languages.
    """

    campaign: Campaign
    sent_at: datetime | None
    people: int
    statements: tuple[str, ...]
    letters: int

    @property
    def is_complete(self) -> bool:
        """Whether every letter carried the statement."""
        return len(self.statements) == self.letters


@dataclass(frozen=True)
class FundedItem:
    page: NewsPage
    sends: list[FundedSend] = field(default_factory=list)

    @property
    def url(self) -> str:
        return make_absolute(self.page.full_url or self.page.url)


def list_funded(grant: Grant, *, with_sends: bool = True) -> list[FundedItem]:
    """Return the published items of a grant's networks, or with their cards, newest first.

    With the sends that were frozen, unless not ``with_sends``. Seven queries at most,
    however many items there are.
    """
    pages = _find_pages(grant)
    sends = _find_sends(grant, pages) if with_sends else {}
    return [FundedItem(page, sends.get(page.pk, [])) for page in pages]


def make_table(items: Iterable[FundedItem]) -> Table:
    """Return the list as a table: a row for each send, and for each item never sent."""
    rows: list[list[Cell]] = []
    for item in items:
        page = item.page
        known: list[Cell] = [
            page.title,
            str(page.get_kind_display()),
            page.published_on.isoformat() if page.published_on else "",
            item.url,
        ]
        if not item.sends:
            rows.append([*known, "", "", ""])
        for send in item.sends:
            sent = _time(send.sent_at)
            rows.append([*known, sent, send.people, " / ".join(send.statements)])
    headings = [
        _("Headline"), _("Kind"), _("Date"), _("Address"), _("Sent"), _("People"),
        _("Statement in the letter"),
    ]  # fmt: skip
    return Table(_("Items and sends"), headings, rows)


def describe_sums(items: list[FundedItem]) -> dict[str, int]:
    """Return how many items, sends and letters there are in all."""
    sends = [send for item in items for send in item.sends]
    return {
        "items": len(items),
        "sends": len(sends),
        "people": sum(send.people for send in sends),
    }


def _time(moment: datetime | None) -> str:
    return localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def _find_pages(grant: Grant) -> list[NewsPage]:
    networks = list(Network.objects.filter(grant=grant).values_list("pk", flat=True))
    cards = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(Network),
        to_object_id__in=[str(pk) for pk in networks],
        model_path__contains=CARD,
    ).values_list("object_id", flat=True)
    pages = NewsPage.objects.live()
    found = pages.filter(network__in=networks) | pages.filter(
        pk__in=[int(number) for number in cards]
    )
    return list(
        found.select_related("locale").order_by("-published_on", "-first_published_at")
    )


def _find_sends(
    grant: Grant, pages: list[NewsPage]
) -> dict[int | None, list[FundedSend]]:
    campaigns = Campaign.objects.filter(page__in=pages, frozen_at__isnull=False)
    texts = _find_letters(campaigns)
    sends = defaultdict(list)
    for campaign in campaigns.order_by("frozen_at"):
        letters = texts.get(campaign.pk, [])
        carried = [_find_statement(grant, text) for text in letters]
        sends[campaign.page_id].append(
            FundedSend(
                campaign=campaign,
                sent_at=campaign.started_at or campaign.frozen_at,
                people=campaign.frozen_count or 0,
                statements=tuple(filter(None, carried)),
                letters=len(letters),
            )
        )
    return sends


def _find_letters(campaigns: QuerySet[Campaign]) -> dict[int, list[str]]:
    """Return the text of one letter for each language of each send.

    One stands for all of its language: the statement is in none of the limited blocks.
    """
    firsts = (
        Variant.objects.filter(campaign__in=campaigns)
        .values("campaign", "locale")
        .annotate(first=Min("pk"))
        .values_list("first", flat=True)
    )
    texts = defaultdict(list)
    chosen = Variant.objects.filter(pk__in=list(firsts)).order_by("locale")
    for campaign_id, text in chosen.values_list("campaign_id", "text"):
        texts[campaign_id].append(text)
    return texts


def _find_statement(grant: Grant, text: str) -> str:
    """Return which of the grant's statements the letter carries; "" for none."""
    folded = fold(text)
    for statement in (grant.statement_sv, grant.statement_en):
        if statement.strip() and fold(statement) in folded:
            return fold(statement)
    return ""
