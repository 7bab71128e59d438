"""An item as the HTML that a PDF is made of: a document of its own, without the site."""

import re

from django.http import HttpRequest
from django.template.loader import render_to_string
from wagtail.models import Site

from newsletter.mail.urls import make_absolute
from newsletter.models import NewsPage

# Forms have no place on paper, and each holds a token that no other has.
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)


def write_item(page: NewsPage, request: HttpRequest) -> str:
    """Return the item in the active language as a page to print; the same for everybody."""
    site = page.get_site() or Site.objects.get(is_default_site=True)
    context = {
        **page.get_context(request),
        "sender": page.newsletter.name if page.newsletter else site.site_name,
        "web_url": make_absolute(page.url),
    }
    return FORM.sub("", render_to_string("web/pdf/item.html", context, request))
