"""Who is let in: a bearer token, what its scope allows, and how often it may ask."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja.errors import Throttled
from ninja.security import HttpBearer

from crm.choices import ApiScope
from crm.models import ApiToken
from crm.tokens import count_request, find_token

READING = {"GET", "HEAD"}


class TokenAuth(HttpBearer):
    """Lets a token in for what its scope allows; what is done, its user does.

    No session and no cookie count here, so there is nothing to forge across sites.
    """

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """Return the token of the key, None for a key that is not good.

        Raises PermissionDenied for a write with a token that may only read, Throttled
        when the minute's requests are used up.
        """
        found = find_token(token)
        if found is None:
            return None
        wait = count_request(found, per_minute=settings.CRM_API_PER_MINUTE)
        if wait:
            raise Throttled(wait)
        if request.method not in READING and found.scope != ApiScope.WRITE:
            raise PermissionDenied
        request.user = found.user
        return found


def require(request: HttpRequest, *permissions: str) -> None:
    """Raise PermissionDenied unless the token's user has all of them."""
    if not request.user.has_perms(permissions):
        raise PermissionDenied


def may_see_people(request: HttpRequest) -> bool:
    """Say whether the token's user may see who people are."""
    return request.user.has_perm("crm.view_contact")
