"""Tokens in mailed addresses: signed, for one purpose each, short.

They outlive a rotation of SECRET_KEY through SECRET_KEY_FALLBACKS and do not expire:
who finds an old letter can still leave.
"""

from django.core.signing import BadSignature, Signer
from django.utils.http import base36_to_int, int_to_base36

UNSUBSCRIBE_SALT = "newsletter.unsubscribe"


def make_unsubscribe_token(delivery_id: int) -> str:
    """Return the token that lets the reader of that delivery leave, and nothing else."""
    return _signer().sign(int_to_base36(delivery_id))


def read_unsubscribe_token(token: str) -> int:
    """Return the delivery's id. Raises BadSignature for anything we did not sign."""
    try:
        return base36_to_int(_signer().unsign(token))
    except ValueError as error:
        raise BadSignature("Not a delivery.") from error


def _signer() -> Signer:
    # Made per call: it reads the keys when it is made.
    return Signer(salt=UNSUBSCRIBE_SALT, sep=".")
