"""Addresses as they must stand in a mail: whole, on our own site or in plain sight."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from newsletter.tokens import make_picture_key

SCHEMES = {"http", "https", "mailto", "tel"}


def make_absolute(url: str | None) -> str:
    """Return ``url`` with this site's address in front where it had none.

    "" for nothing, for a place within a page, and for a scheme that has no business in
    a letter (javascript:, data:).
    """
    if not url or url.startswith("#"):
        return ""
    whole = urljoin(f"{settings.SITE_URL}/", url.strip())
    return whole if urlsplit(whole).scheme in SCHEMES else ""


def point_at_picture(rendition: Any) -> str:
    """Return the address of a picture for a letter, with the key that shows it there."""
    return make_absolute(f"{rendition.url}?k={make_picture_key(rendition.file.name)}")


def strip_scheme(url: str) -> str:
    """Return a web address as people write it: without https:// and a last slash."""
    return url.partition("://")[2].rstrip("/") if "://" in url else url
