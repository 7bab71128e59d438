"""What an accent colour looks like in letters, measured, while it is chosen."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from wagtail.permissions import policy_registry

from newsletter.colours import (
    LEAST_ON_BUTTON,
    LEAST_ON_PAPER,
    measure_dark,
    measure_light,
)
from newsletter.models import Newsletter
from newsletter.models.newsletter import ACCENT


@require_safe
def show_accent(request: HttpRequest) -> HttpResponse:
    """Answer with the sample of the colour asked for, for the form it is chosen in."""
    policy = policy_registry.get_by_type(Newsletter)
    if not policy.user_has_any_permission(request.user, ["add", "change"]):
        raise PermissionDenied
    accent = request.GET.get("accent", "").strip().lower()
    return render(
        request, "cms/newsletter/includes/accent_sample.html", describe_accent(accent)
    )


def describe_accent(accent: str) -> dict[str, Any]:
    """Return what the sample says of a colour; no measures for what is no colour."""
    if not ACCENT.match(accent):
        return {"measures": []}
    return {
        "measures": [measure_light(accent), measure_dark(accent)],
        "least_on_paper": LEAST_ON_PAPER,
        "least_on_button": LEAST_ON_BUTTON,
    }
