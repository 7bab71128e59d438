"""Hands out the accent's CSS, and its sample while it is chosen."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from wagtail.permissions import policy_registry

from home.models import SiteTheme
from home.theme.styles import name_styles, write_styles
from newsletter.accents import show_sample
from newsletter.looks import find_accent_fault

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def show_styles(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with the CSS of that name, without asking the database.

    The accent is part of the name; 404 for one that the site would refuse, and for a
    name that this version does not give.
    """
    accent = f"#{name.partition('-')[0]}"
    if find_accent_fault(accent) or name_styles(accent) != name:
        raise Http404
    return HttpResponse(
        write_styles(accent),
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": FOR_EVER},
    )


@require_safe
def show_accent(request: HttpRequest) -> HttpResponse:
    """Answer with the sample of the colour asked for, for the form it is chosen in."""
    policy = policy_registry.get_by_type(SiteTheme)
    if not policy.user_has_permission(request.user, "change"):
        raise PermissionDenied
    return show_sample(request)
