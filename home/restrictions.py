"""Leaving out what stands behind a log-in or a password of Wagtail's own."""

from typing import Any

from wagtail.models import PageViewRestriction

from home.caching.parts import keep_part


def leave_out_restricted(pages: Any) -> Any:
    """Return the pages (a queryset of Wagtail's) that everybody may open.

    As ``public()`` does, which reads every restriction with its page each time; here
    nearly always there is none.
    """
    are_some = keep_part("restrictions", PageViewRestriction.objects.exists)
    return pages.public() if are_some else pages
