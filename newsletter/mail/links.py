"""Links of a letter that lead over this site, which counts them.

The address in the letter names the send and the link's number, never a person: what it
leads to is looked up here and nowhere else, so that nobody can make it lead elsewhere.
Only for readers who agreed to it, a signed mark stands at its end (requirement P1).
"""

import re
from collections.abc import Iterable
from html import unescape

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36

MARK_SALT = "newsletter.link"
MARK_FIELD = "[[link_mark]]"
# Addresses for leaving are merge fields still, and so are no web addresses yet.
WEB_LINK = re.compile(
    r"""(?P<before><a\s[^>]*?\bhref=)(?P<quote>["'])(?P<url>https?://(?:(?!\[\[).)*?)(?P=quote)""",
    re.IGNORECASE | re.DOTALL,
)


def rewrite_links(
    html: str, campaign_id: int, urls: Iterable[str] = (), *, with_marks: bool = False
) -> tuple[str, list[str]]:
    """Return the HTML with its web links led over this site, and where they lead.

    ``urls`` are those of what was rewritten before; a link's number is its place among
    them, from 0, and the same address has one number in all languages and variants.
    Left alone: mailto, tel, places on the page, and whatever holds a merge field.
    ``with_marks`` leaves room for a reader's mark.
    """
    numbers = {url: number for number, url in enumerate(urls)}

    def lead_over(link: re.Match[str]) -> str:
        url = unescape(link["url"])
        number = numbers.setdefault(url, len(numbers))
        address = link_url(campaign_id, number) + (MARK_FIELD if with_marks else "")
        return f"{link['before']}{link['quote']}{address}{link['quote']}"

    return WEB_LINK.sub(lead_over, html), list(numbers)


def link_url(campaign_id: int, number: int) -> str:
    """Return the address on this site that leads to a link of a send."""
    return settings.SITE_URL + reverse("follow_link", args=[campaign_id, number])


def link_mark(delivery_id: int) -> str:
    """Return what to put in ``[[link_mark]]`` for a reader who agreed to be counted."""
    return _signer().sign(int_to_base36(delivery_id))


def read_link_mark(mark: str) -> int | None:
    """Return the delivery's id; None for anything we did not sign."""
    try:
        return base36_to_int(_signer().unsign(mark))
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    # Made per call: it reads the keys when it is made.
    return Signer(salt=MARK_SALT, sep=".")
