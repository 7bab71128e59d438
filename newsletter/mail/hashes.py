"""What proves that a frozen send has not been changed since. Pure."""

import hashlib
from collections.abc import Iterable


def hash_content(subject: str, html: str, text: str) -> str:
    """Return the hex SHA-256 of a variant, its merge fields still in it."""
    return hashlib.sha256("\0".join((subject, html, text)).encode()).hexdigest()


def hash_send(variants: Iterable[tuple[str, int, str]]) -> str:
    """Return the hex SHA-256 of a send: (locale, shown, content hash) of each variant.

    They must come in the order of locale and shown.
    """
    total = hashlib.sha256()
    for locale, shown, content_hash in variants:
        total.update(f"{locale} {shown} {content_hash}\n".encode())
    return total.hexdigest()
