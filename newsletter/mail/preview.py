"""What one person gets, shown before it is sent: by the same code that sends it."""

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import Contact
from newsletter.exceptions import CompositionError
from newsletter.mail.compose import Rendered, compose_page, find_conditions
from newsletter.mail.conditions import EVERYTHING, find_shown
from newsletter.mail.merge import fill_html, fill_text, merge_values
from newsletter.models import Newsletter, NewsPage

# Stands where each letter has its own address for leaving.
NO_ADDRESS = "#"


def render_preview(page: NewsPage, mode: str, contact: Contact | None = None) -> str:
    """Return the mail as ``contact`` gets it; ``mode`` is "html" or "text".

    Equal to what is delivered but for the address for leaving: in the contact's language
    where the item is published in it. Without a contact every block is shown and the
    merge fields say what they say to somebody without a name.
    Raises CompositionError when the item cannot become a mail.
    """
    if page.newsletter is None:
        raise CompositionError(_("Choose which newsletter the item belongs to."))
    rendered = _render(_find_page(page, contact), page.newsletter, contact)
    values = {
        **(merge_values(contact) if contact else {}),
        "unsubscribe_url": NO_ADDRESS,
    }
    if mode == "html":
        return fill_html(rendered.html, values)
    return fill_text(rendered.text, values)


def _find_page(page: NewsPage, contact: Contact | None) -> NewsPage:
    """Return the item in the contact's language, or as it is."""
    if contact is None or contact.language == page.locale.language_code:
        return page
    translations = page.get_translations().live()
    other = translations.filter(locale__language_code=contact.language).first()
    return other.specific if other else page


def _render(
    page: NewsPage, newsletter: Newsletter, contact: Contact | None
) -> Rendered:
    conditions = find_conditions([page])
    locale = page.locale.language_code
    composition = compose_page(page, newsletter, conditions, locale=locale)
    if contact is None:
        return composition.cut(EVERYTHING)
    return composition.cut(find_shown(contact, conditions, timezone.localdate()))
