"""Whether a page offers a PDF of itself."""

from django import template

from home.pdf.making import can_make_pdf
from newsletter.choices import Visibility

register = template.Library()


@register.filter
def has_pdf(page) -> bool:
    """Whether there is a PDF of the page: everybody may read it, and the system can make one."""
    is_public = page.visibility == Visibility.PUBLIC
    return bool(page.pk and page.live and is_public) and can_make_pdf()
