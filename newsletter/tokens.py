"""Tokens in mailed addresses: signed, for one purpose each, short.

They outlive a rotation of SECRET_KEY through SECRET_KEY_FALLBACKS and do not expire:
who finds an old letter can still leave.
"""

from base64 import b32encode
from functools import lru_cache
from hmac import HMAC

from django.conf import settings
from django.core.signing import BadSignature, Signer, b64_encode
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.encoding import force_bytes, force_str
from django.utils.http import base36_to_int, int_to_base36

type Key = str | bytes

# What stands before a token in its address. Letters are written where the site's views
# are not loaded, so it is not asked of these.
UNSUBSCRIBE_PATH = "u/"
PREFERENCES_PATH = "choices/"
UNSUBSCRIBE_SALT = "newsletter.unsubscribe"
DELIVERY_SALT = "newsletter.delivery"
PREFERENCES_SALT = "newsletter.preferences"
PICTURE_SALT = "newsletter.picture"
# 80 bits in 16 letters: short enough for a local part of 64 octets (RFC 5321
# §4.5.3.1.1), far too many to guess over SMTP.
SIGNATURE_BYTES = 10
SEPARATOR = "-"
# Under what name a mail provider carries the token and gives it back in its webhooks.
METADATA_KEY = "delivery"


def make_unsubscribe_token(delivery_id: int) -> str:
    """Return the token that lets the reader of that delivery leave, and nothing else."""
    return _signer().sign(int_to_base36(delivery_id))


def read_unsubscribe_token(token: str) -> int:
    """Return the delivery's id. Raises BadSignature for anything we did not sign."""
    try:
        return base36_to_int(_signer().unsign(token))
    except ValueError as error:
        raise BadSignature("Not a delivery.") from error


def make_preferences_token(
    *, delivery_id: int | None = None, contact_id: int = 0
) -> str:
    """Return the token that opens somebody's choices, by a delivery or by a contact.

    It shows and changes what is sent, and shows no more of the person; it is of no use
    for leaving in one click, nor the other way round.
    """
    number = f"d{int_to_base36(delivery_id)}" if delivery_id is not None else ""
    return _signer(PREFERENCES_SALT).sign(number or f"c{int_to_base36(contact_id)}")


def read_preferences_token(token: str) -> tuple[str, int]:
    """Return ("delivery" or "contact", its id). Raises BadSignature for what is not ours."""
    kinds = {"d": "delivery", "c": "contact"}
    value = _signer(PREFERENCES_SALT).unsign(token)
    try:
        return kinds[value[:1]], base36_to_int(value[1:])
    except (KeyError, ValueError) as error:
        raise BadSignature("Neither delivery nor contact.") from error


def make_picture_key(name: str) -> str:
    """Return what lets a letter show the picture stored under that name.

    Mail programmes have no session: whoever has the letter sees its pictures, also when
    the item is for partners only.
    """
    return _signer(PICTURE_SALT).signature(name)


def is_picture_key(name: str, key: str) -> bool:
    """Say whether ``key`` was made for the picture stored under that name."""
    try:
        _signer(PICTURE_SALT).unsign(f"{name}.{key}")
    except BadSignature:
        return False
    return True


def make_delivery_token(delivery_id: int) -> str:
    """Return what names a delivery in a return path or at a provider, signed.

    Letters and digits of one case and a hyphen: mail servers lower-case addresses.
    """
    number = int_to_base36(delivery_id)
    return f"{number}{SEPARATOR}{_sign_delivery(number, settings.SECRET_KEY)}"


def read_delivery_token(token: str) -> int:
    """Return the delivery's id, whatever the token's case became on its way.

    Raises BadSignature for anything we did not sign.
    """
    number, _hyphen, signature = token.lower().partition(SEPARATOR)
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if constant_time_compare(signature, _sign_delivery(number, key)):
            return base36_to_int(number)
    raise BadSignature("Not a delivery.")


def _sign_delivery(number: str, key: Key) -> str:
    digest = _digest(DELIVERY_SALT, key, number)
    return b32encode(digest[:SIGNATURE_BYTES]).decode().lower()


class _SwiftSigner(Signer):
    """Django's own, which derives its key anew for each signature: a letter needs three."""

    def signature(self, value: str | bytes, key: Key | None = None) -> str:
        digest = _digest(force_str(self.salt) + "signer", key or self.key, value)
        return b64_encode(digest).decode()


def _signer(salt: str = UNSUBSCRIBE_SALT) -> Signer:
    older = tuple(settings.SECRET_KEY_FALLBACKS)
    return _make_signer(salt, settings.SECRET_KEY, older)


@lru_cache(maxsize=16)
def _make_signer(salt: str, key: Key, older: tuple[Key, ...]) -> Signer:
    return _SwiftSigner(key=key, sep=".", salt=salt, fallback_keys=list(older))


def _digest(salt: str, key: Key, value: str | bytes) -> bytes:
    """Return Django's ``salted_hmac`` of a value, as bytes."""
    begun = _begin_digest(salt, key).copy()
    begun.update(force_bytes(value))
    return begun.digest()


@lru_cache(maxsize=16)
def _begin_digest(salt: str, key: Key) -> HMAC:
    return salted_hmac(salt, "", secret=key, algorithm="sha256")
