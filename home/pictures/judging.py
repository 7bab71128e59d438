"""Who may see a picture: decided by what shows it, each time anew.

Nobody is the answer unless something says otherwise, so that a picture which is used
nowhere, or only in drafts, is nobody's but the editors'.
"""

from wagtail.images.models import Image
from wagtail.models import Page, ReferenceIndex

from crm.models import Contact, Organisation
from home.models import SiteTheme
from newsletter.choices import Visibility
from newsletter.models import Newsletter, NewsPage

# Whose pictures are logos, shown to anybody.
LOGO_OWNERS = (Organisation, Newsletter, SiteTheme)


def is_open(image: Image) -> bool:
    """Say whether a picture stands on a page for everybody, or is a logo."""
    if any(owner.objects.filter(logo=image).exists() for owner in LOGO_OWNERS):
        return True
    pages = Page.objects.filter(pk__in=_list_pages(image)).live().public()
    hidden = NewsPage.objects.exclude(visibility=Visibility.PUBLIC)
    return pages.exclude(pk__in=hidden.values("pk")).exists()


def is_agreed_portrait(image: Image) -> bool:
    """Say whether it shows somebody who has agreed that their picture is public."""
    return Contact.objects.filter(photo=image, publishes_photo=True).exists()


def is_for_partners(image: Image) -> bool:
    """Say whether a picture stands in a published item for partners."""
    items = NewsPage.objects.filter(pk__in=_list_pages(image)).live()
    return items.filter(visibility=Visibility.PARTNERS).exists()


def _list_pages(image: Image) -> list[int]:
    """Return the pages that show it as they are now, published or not."""
    references = ReferenceIndex.get_references_to(image)
    pages = references.filter(
        base_content_type__app_label="wagtailcore", base_content_type__model="page"
    )
    return [int(key) for key in pages.values_list("object_id", flat=True)]
