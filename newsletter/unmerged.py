"""Merge fields in what is shown to readers whom nobody knows. Pure.

``newsletter.mail.merge`` says what the fields mean, and fills them for those it knows.
"""

import re

FIELD = re.compile(r"\[\[\s*([a-z][a-z0-9_]*)\s*(?:\|([^\[\]<>]*))?\]\]")


def without_fields(text: str) -> str:
    """Return a text, or a page's HTML, with what each field says to who has nothing."""
    return FIELD.sub(lambda match: match[2] or "", text)
