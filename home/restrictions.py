"""Leaving out what stands behind a log-in or a password of Wagtail's own."""

from typing import Any

from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction

from home.caching.parts import keep_part


def leave_out_restricted(pages: Any) -> Any:
    """Return the pages (a queryset of Wagtail's) that everybody may open.

    As ``public()`` does, which reads every restriction with its page each time; here
    nearly always there is none.
    """
    return pages.public() if _are_some() else pages


def spare_restrictions(page: Page, request: HttpRequest, *args: Any) -> None:
    """Hook ``before_serve_page``: where nothing is restricted, no page asks if it is."""
    if not _are_some():
        page.get_view_restrictions = PageViewRestriction.objects.none


def _are_some() -> bool:
    return keep_part("restrictions", PageViewRestriction.objects.exists)
