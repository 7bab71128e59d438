"""Whether a page offers a PDF of itself."""

from django import template

from home.pdf.making import can_make_pdf

register = template.Library()


@register.filter
def has_pdf(page) -> bool:
    """Whether there is a PDF of the page: it is published, and the system can make one."""
    return bool(page.pk and page.live) and can_make_pdf()
