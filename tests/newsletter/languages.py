"""Items in two languages, for tests."""

from wagtail.models import Locale

from newsletter.models import NewsPage


def write_in_english(page: NewsPage, **fields) -> NewsPage:
    """Return a draft translation of an item, a copy but for these fields."""
    english = Locale.objects.get_or_create(language_code="en")[0]
    for parent in (page.get_parent().get_parent(), page.get_parent()):
        if not parent.has_translation(english):
            parent.copy_for_translation(english)
    copy = page.copy_for_translation(english)
    for name, value in fields.items():
        setattr(copy, name, value)
    copy.save_revision()
    return copy


def publish_in_english(copy: NewsPage) -> NewsPage:
    """Publish such a draft."""
    copy.save_revision().publish()
    copy.refresh_from_db()
    return copy
