"""Why a letter did not arrive, by the server's code and words. Pure."""

import re

from newsletter.choices import BounceClass

# RFC 3463 §2: class.subject.detail.
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")


def classify_reply(code: int, text: str) -> BounceClass:
    """Return why a server refused, from its SMTP code and words.

    ``code`` 0 is a failure before any server answered. Never decides by 5xx alone:
    what is not understood is UNKNOWN (5xx) or SOFT (4xx).
    """
    found = STATUS.search(text)
    if found and found[1] == "5" and (found[2], found[3]) in {("1", "1"), ("1", "10")}:
        return BounceClass.HARD
    if found and found[2] == "7":
        return BounceClass.BLOCK
    return BounceClass.SOFT if 400 <= code <= 499 else BounceClass.UNKNOWN
