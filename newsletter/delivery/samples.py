"""A few people who would get an item, to look at it as they do."""

from django.utils import timezone

from crm.choices import Language
from crm.models import Contact, Segment
from crm.segments.compiler import compile_segment
from crm.segments.fields import Scope
from newsletter.choices import ConditionKind
from newsletter.delivery.audience import select_audience
from newsletter.mail.blocks import find_reader_limits, select_segment_ids
from newsletter.mail.compose import find_conditions
from newsletter.mail.conditions import finds_items, meets
from newsletter.mail.fallback import published_translations
from newsletter.models import NewsPage

MOST = 4


def find_sample_readers(page: NewsPage) -> list[Contact]:
    """Return up to four readers who differ: by language, and by what they are shown.

    Empty while the item has no newsletter or nobody to go to.
    """
    if not page.newsletter or not page.newsletter_recipients:
        return []
    on = timezone.localdate()
    audience = select_audience(page.newsletter_recipients, page.newsletter, on)
    pages = {page.locale.language_code: page, **published_translations(page)}
    limits = find_reader_limits(pages)
    fits = finds_items(limits, list(pages), page.newsletter.fallback)
    audience = audience.filter(fits).order_by("sort_key", "pk")
    choices = [audience.filter(language=code) for code in Language.values]
    conditions = find_conditions([page])
    choices += [
        audience.filter(meets(condition))
        for condition in conditions
        if condition.kind == ConditionKind.TOPICS
    ]
    limited_to = select_segment_ids(conditions)
    for segment in Segment.objects.filter(pk__in=limited_to).order_by("pk"):
        inside = compile_segment(segment, Scope(on))
        choices += [audience.filter(inside), audience.exclude(inside)]
    readers: dict[int, Contact] = {}
    for choice in choices[: 2 * MOST]:
        reader = choice.exclude(pk__in=readers).first()
        if reader and len(readers) < MOST:
            readers[reader.pk] = reader
    return list(readers.values())
