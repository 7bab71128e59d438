"""The way from an address to its page, as far as many addresses have it in common.

Wagtail asks for the site, its first page in the language, and each page on the way down
every time. What nearly all addresses begin with is kept for each generation of pages.
"""

from copy import copy
from typing import Any

from django.http import Http404
from django.utils.translation import get_language
from wagtail.models import Page, Site

from home.caching.parts import keep_part


def find_way(request: Any, path: str) -> None:
    """Find the page at a path for Wagtail, which goes by what the request holds of it.

    ``request`` is Django's with the attributes that ``Site.find_for_request`` and
    ``Page.route_for_request`` say they look at. Where there are several sites,
    Wagtail finds its way alone.
    """
    site = keep_part("only site", _find_only_site)
    if site is None:
        return
    request._wagtail_site = site
    first = keep_part(
        ("first page", site.pk, get_language()),
        lambda: site.root_page.localized.specific,
    )
    parts = [part for part in path.split("/") if part]
    try:
        found = copy(first).route(request, parts)
    except Http404:
        found = None
    request._wagtail_route_for_request = found


def step_down(page: Page, slug: str) -> Page:
    """Return a page's child of that name, the reader's own to change. Raises Http404."""
    return copy(keep_part(("child", page.pk, slug), lambda: _find_child(page, slug)))


def _find_only_site() -> Site | None:
    """Return the one site there is, if it answers for every host."""
    sites = list(Site.objects.select_related("root_page")[:2])
    is_only = len(sites) == 1 and sites[0].is_default_site
    return sites[0] if is_only else None


def _find_child(page: Page, slug: str) -> Page:
    child = page.get_children().filter(slug=slug).first()
    if child is None:
        raise Http404
    # As Wagtail does: whoever asks for the parent need not ask the database.
    child._cached_parent_obj = page
    return child.specific
