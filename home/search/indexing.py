"""Keeping the words of public items: when one is published, changed or taken away."""

from typing import Any

from django.utils import translation
from wagtail.models import Page

from home.models.search import SearchEntry
from home.search.words import write_stems
from newsletter.blocks.layout import select_public
from newsletter.models import NewsPage


def index_item(page: NewsPage) -> None:
    """Write down the words of an item's public page, in its own language."""
    language = page.locale.language_code
    with translation.override(language):
        text = read_text(page)
    SearchEntry.objects.update_or_create(
        item_id=page.pk,
        defaults={
            "language": language,
            "head": write_stems(page.title, language),
            "body": write_stems(text, language),
            "text": text,
        },
    )


def read_text(page: NewsPage) -> str:
    """Return what the public page says beside its headline, in the active language.

    Blocks that are only for some readers are left out, unless they are public too.
    """
    parts = [page.kicker, page.summary]
    for child in select_public(page.body):
        parts += child.block.get_searchable_content(child.value)
    parts += [topic.name for topic in page.topics]
    if page.network:
        parts.append(page.network.local_name)
    return "\n".join(part for part in map(str, parts) if part.strip())


def index_everything() -> int:
    """Write down the words of all published items anew; return how many there are."""
    SearchEntry.objects.all().delete()
    items = NewsPage.objects.live().select_related("locale", "network").specific()
    for page in items.iterator(chunk_size=100):
        index_item(page)
    return SearchEntry.objects.count()


def keep_words(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Receiver of ``page_published``."""
    if isinstance(instance, NewsPage):
        index_item(instance)


def forget_words(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Receiver of ``page_unpublished``; a deleted item takes its entry with it."""
    SearchEntry.objects.filter(item=instance.pk).delete()
