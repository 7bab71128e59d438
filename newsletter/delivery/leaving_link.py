"""Whether the address for leaving in a letter leads anywhere: asked of this site itself.

Only SITE_URL is ever asked, redirects are not followed, and nobody is made to leave: the
one-click POST is looked for by asking which methods are allowed.
"""

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from django.conf import settings

from newsletter.mail.message import unsubscribe_url
from newsletter.models import Delivery, Newsletter

TIMEOUT_SECONDS = 5
REDIRECTS = range(300, 400)
# No delivery has it: the page for a link that is broken answers.
NO_DELIVERY = 0

# Method, address → status, headers. Raises OSError when nobody answers.
Fetch = Callable[[str, str], tuple[int, Mapping[str, str]]]


class _StayHere(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Follow nowhere: mail services do not either (RFC 8058 §3.1)."""


def fetch_own(method: str, url: str) -> tuple[int, Mapping[str, str]]:
    """Ask this site over the network; raises OSError when nobody answers in time."""
    if not url.startswith(f"{settings.SITE_URL}/"):
        raise ValueError(url)
    opener = build_opener(_StayHere, ProxyHandler({}))
    request = Request(url, method=method)  # noqa: S310 -- our own address only
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as response:
            return response.status, dict(response.headers)
    except HTTPError as answer:
        with answer:
            return answer.code, dict(answer.headers)


def check_leaving_link(
    newsletter: Newsletter, fetch: Fetch | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what is wrong with the address for leaving: code and values of a finding."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    if is_loopback(host):
        yield "url_untried", {}
        return
    if not settings.SITE_URL.startswith("https://"):
        yield "url_insecure", {}
    if fetch is None:
        return
    try:
        yield from _try_link(newsletter, fetch)
    except (URLError, OSError):
        yield "url_unreachable", {"host": host}


def is_loopback(host: str) -> bool:
    """Say whether a host, by name or address, is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _try_link(
    newsletter: Newsletter, fetch: Fetch
) -> Iterator[tuple[str, dict[str, Any]]]:
    delivery = _find_delivery(newsletter)
    url = unsubscribe_url(delivery.pk if delivery else NO_DELIVERY)
    status, headers = fetch("GET", url)
    if status in REDIRECTS:
        yield "url_redirects", {}
    elif status != (200 if delivery else 404) or not _is_ours(headers):
        yield "url_wrong", {"status": status}
    elif delivery:
        status, headers = fetch("OPTIONS", url)
        if "POST" not in _header(headers, "Allow"):
            yield "url_no_post", {}


def _find_delivery(newsletter: Newsletter) -> Delivery | None:
    campaign = newsletter.campaigns.filter(frozen_at__isnull=False).first()
    return campaign.deliveries.order_by("pk").first() if campaign else None


def _is_ours(headers: Mapping[str, str]) -> bool:
    """Whether the answer comes from our view, which alone says so of personal pages."""
    return "noindex" in _header(headers, "X-Robots-Tag")


def _header(headers: Mapping[str, str], name: str) -> str:
    lowered = {key.lower(): value for key, value in headers.items()}
    return lowered.get(name.lower(), "")
