"""Keys for programs: made, found and counted. Only a key's digest is ever stored."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from crm.choices import ApiScope
from crm.models import ApiToken

PREFIX = "rundbrev_"
# How exactly "last used" is kept: a write for every request would be a write too many.
USED_EVERY = timedelta(minutes=5)


def make_token(
    name: str, user: Any, scope: ApiScope, *, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Return a new token and its key, which is shown once and stored nowhere."""
    key = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=name,
        user=user,
        scope=scope,
        expires_at=expires_at,
        digest=digest_key(key),
    )
    return token, key


def find_token(key: str) -> ApiToken | None:
    """Return the token that a key belongs to; None when it is not (any longer) good.

    A token ends with its date, and with its user's right to log in.
    """
    token = (
        ApiToken.objects.select_related("user").filter(digest=digest_key(key)).first()
    )
    if token is None or not token.user.is_active:
        return None
    now = timezone.now()
    if token.expires_at and token.expires_at <= now:
        return None
    if token.used_at is None or now - token.used_at > USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
    return token


def count_request(token: ApiToken, *, per_minute: int) -> int:
    """Count a request of this minute; return the seconds to wait, 0 when it may go on.

    Counted in the cache: exact on one process or with a shared cache, else per process.
    """
    now = timezone.now()
    key = f"crm-api-{token.pk}-{now:%H%M}"
    cache.add(key, 0, timeout=120)
    try:
        count = cache.incr(key)
    except ValueError:  # it ran out between the two calls
        return 0
    return 60 - now.second if count > per_minute else 0


def digest_key(key: str) -> str:
    """Return the hex SHA-256 of a key. Keys are random, so no salt is needed."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()
