"""How many letters of each kind a send would be, before anything is frozen."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from newsletter.choices import CampaignAudience
from newsletter.delivery.filling import count_letters
from newsletter.delivery.planning import find_circle, find_pages
from newsletter.delivery.repeats import choose_audience, find_followed
from newsletter.mail.blocks import find_reader_limits
from newsletter.mail.compose import find_conditions
from newsletter.mail.fallback import published_translations
from newsletter.models import Campaign, NewsPage
from newsletter.naming import describe_conditions


@dataclass(frozen=True)
class VariantCount:
    """One language and one set of shown blocks, and how many people get just that.

    ``conditions`` says in words for whom its limited blocks are, as far as they are
    shown; ``shown`` has their bits, in the order of ``find_conditions``.
    """

    locale: str
    shown: int
    people: int
    conditions: tuple[str, ...]


def count_variants(item: Campaign | NewsPage, on: date) -> list[VariantCount]:
    """Return the variants a send would have if it were frozen that day, largest first.

    A send is counted as it was saved (or scheduled: by its frozen rules), a page as it
    is in memory with its published translations. People are counted by one statement,
    the very one that freezes. Empty without newsletter or recipients, and when nobody
    would get it. Raises CampaignStateError for a send whose save did not succeed,
    CompositionError for more conditions than a letter can hold.
    """
    campaign, pages = _read(item)
    if campaign.newsletter_id is None or not _has_circle(campaign):
        return []
    recipients, repeat = find_circle(campaign)
    conditions = find_conditions(pages.values())
    letters = count_letters(
        campaign,
        recipients,
        conditions,
        list(pages),
        _start_of(on),
        repeat,
        find_reader_limits(pages),
    )
    words = describe_conditions(conditions)
    return [
        VariantCount(
            locale,
            shown,
            people,
            tuple(word for bit, word in enumerate(words) if shown >> bit & 1),
        )
        for locale, shown, people in letters
    ]


def _read(item: Campaign | NewsPage) -> tuple[Campaign, dict[str, NewsPage]]:
    if isinstance(item, Campaign):
        return item, find_pages(item)
    audience = choose_audience(item)
    campaign = Campaign(
        page=item,
        newsletter=item.newsletter,
        recipients=item.newsletter_recipients,
        audience=audience,
        follows=find_followed(item, audience),
    )
    return campaign, {item.locale.language_code: item, **published_translations(item)}


def _has_circle(campaign: Campaign) -> bool:
    is_correction = campaign.audience == CampaignAudience.SAME_PEOPLE
    return is_correction or campaign.recipients is not None


def _start_of(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))
