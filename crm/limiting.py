"""How often the public may do something: by address and by where it comes from.

For every form that anybody may send. Counts are kept in the cache under keyed hashes, so
that no address is written down; exact with a shared cache, else per web process.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from crm.addresses import hash_address


@dataclass(frozen=True)
class Limit:
    """At most ``most`` times in a window of ``seconds``; ``name`` says what and by what."""

    name: str
    most: int
    seconds: int


# Mails that anybody may have us send, by all public forms together: more in an hour than
# a network has new readers, fewer than would make a provider stop us.
MAILS_IN_ALL = Limit("mails asked for in public", most=1_000, seconds=3_600)


def is_within(limits: Iterable[tuple[Limit, str]]) -> bool:
    """Count one more for each (limit, whose) and say whether all of them allow it.

    Every limit is counted, also once one is exceeded, so that going on trying does not
    open it again. A window begins with the clock, not with the first request.
    """
    counts = [(limit, _count(limit, whose)) for limit, whose in limits]
    return all(count <= limit.most for limit, count in counts)


def may_ask_for_mail(limit: Limit, visitor: str) -> bool:
    """Say whether a visitor may have us send one more mail, to whomever.

    Whoever is over their own limit does not use up that of all.
    """
    return is_within([(limit, visitor)]) and is_within([(MAILS_IN_ALL, "")])


def find_visitor(request: HttpRequest) -> str:
    """Return the network address a request comes from.

    Behind ``TRUSTED_PROXIES`` proxies it is that many from the end of X-Forwarded-For:
    what stands before was written by the visitor and may be anything.
    """
    proxies = settings.TRUSTED_PROXIES
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if proxies and len(hops) >= proxies:
        return hops[-proxies].strip()
    return request.META.get("REMOTE_ADDR", "")


def _count(limit: Limit, whose: str) -> int:
    window = int(timezone.now().timestamp()) // limit.seconds
    digest = hash_address(f"{limit.name} {whose}", settings.SECRET_KEY)
    key = f"limit-{digest}-{window}"
    cache.add(key, 0, timeout=2 * limit.seconds)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two calls
        return 1
