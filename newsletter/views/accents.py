"""What an accent colour looks like in letters, measured, while it is chosen."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from wagtail.permissions import policy_registry

from newsletter.accents import show_sample
from newsletter.models import Newsletter


@require_safe
def show_accent(request: HttpRequest) -> HttpResponse:
    """Answer with the sample of the colour asked for, for the form it is chosen in."""
    policy = policy_registry.get_by_type(Newsletter)
    if not policy.user_has_any_permission(request.user, ["add", "change"]):
        raise PermissionDenied
    return show_sample(request)
