"""Where a letter that cannot be delivered returns to: an address that names the delivery.

Variable envelope return paths: each letter leaves with a MAIL FROM of its own, so that
whatever a foreign server writes into its report, the address it writes to says whom it
is about. The token is signed: a forged one names nobody.
"""

import re

from django.conf import settings
from django.core.signing import BadSignature

from newsletter.tokens import make_delivery_token, read_delivery_token

# Anywhere in the local part: what rewrites senders (SRS, BATV) puts words before ours.
TOKEN = re.compile(r"\+([0-9a-z]{1,13}-[a-z2-7]{16})(?=[@=]|$)", re.IGNORECASE)
MOST_CHARACTERS = 4000


def return_path(delivery_id: int, sender_email: str) -> str:
    """Return the MAIL FROM of a delivery: studs+<token>@example.org.

    Without NEWSLETTER_BOUNCE_ADDRESS it is ``sender_email``, and what comes back is
    found by what it quotes.
    """
    local, at, domain = settings.NEWSLETTER_BOUNCE_ADDRESS.partition("@")
    if not at:
        return sender_email
    return f"{local}+{make_delivery_token(delivery_id)}@{domain}"


def has_token(text: str) -> bool:
    """Say whether something in it looks like a return path of ours, signed or not."""
    return bool(TOKEN.search(text[:MOST_CHARACTERS]))


def read_return_path(text: str) -> int | None:
    """Return the id of the delivery that an address (or a header with one) names.

    None for all that we did not make.
    """
    for token in TOKEN.findall(text[:MOST_CHARACTERS]):
        try:
            return read_delivery_token(token)
        except BadSignature:
            continue
    return None
