"""Blocks of published items that have an address of their own: forms, calendar files.

The block's id is part of the address and cannot be guessed. So a block that is limited to
some readers is found too: its letter leads there.
"""

from typing import Any

from django.urls import reverse

from newsletter.models import NewsPage

CALL = "collaborate"
EVENT = "event_facts"
ROUTES = {CALL: "collaborate", EVENT: "event_calendar"}


def find_block(page_id: int, block_id: str, kind: str) -> tuple[NewsPage, Any] | None:
    """Return a published item that anybody may read, and its block of that kind."""
    page = NewsPage.objects.live().public().filter(pk=page_id).first()
    for child in page.body if page else ():
        if child.block_type == kind and child.id == block_id:
            return page, child
    return None


def block_url(page: Any, kind: str, block_id: str | None) -> str:
    """Return the path of a block of ``kind``; "" while item or block are not saved."""
    page_id = getattr(page, "pk", None)
    if not page_id or not block_id:
        return ""
    return reverse(ROUTES[kind], args=[page_id, block_id])
