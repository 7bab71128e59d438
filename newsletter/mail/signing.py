"""DKIM (RFC 6376, RFC 8463): signing letters here, where no mail server does it.

Signing costs: RSA-2048 some 0.4 ms a letter, ten times what building it costs. Where
the mail server signs, leave it to that. The library is loaded when there is a key: with
what it brings along it takes six megabytes of every process.
"""

import base64
import binascii
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# RFC 8301 §3.2 allows 1024; large receivers ask for 2048.
LEAST_BITS = 2048
ED25519_BYTES = 32
# RFC 8058 §3.1: the one-click headers must be signed. From stands twice, so that a
# second one added on the way breaks the signature (RFC 6376 §8.15).
SIGNED_HEADERS = [
    b"From",
    b"From",
    b"To",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"Reply-To",
    b"MIME-Version",
    b"Content-Type",
    b"Content-Language",
    b"List-Id",
    b"List-Unsubscribe",
    b"List-Unsubscribe-Post",
]


@dataclass(frozen=True)
class SigningKey:
    """A private key and the selector under which its public half is in the DNS."""

    selector: str
    secret: bytes
    algorithm: bytes

    @property
    def is_rsa(self) -> bool:
        return self.algorithm == b"rsa-sha256"


@dataclass(frozen=True)
class LetterSigner:
    """Signs for one domain with every key there is: receivers take what they know."""

    domain: str
    keys: tuple[SigningKey, ...]

    def sign(self, message: bytes) -> bytes:
        """Return the DKIM-Signature headers for the message, each ending in CRLF.

        Relaxed for headers and body, so that a hop that re-folds or trims white space
        does no harm (RFC 6376 §3.4).
        """
        import dkim  # noqa: PLC0415 -- for those who sign here

        return b"".join(
            dkim.sign(
                message,
                key.selector.encode(),
                self.domain.encode(),
                key.secret,
                canonicalize=(b"relaxed", b"relaxed"),
                signature_algorithm=key.algorithm,
                include_headers=SIGNED_HEADERS,
            )
            for key in self.keys
        )


def find_signer(sender_domain: str) -> LetterSigner | None:
    """Return what signs letters of that sender's domain; None when nothing is set.

    Raises ImproperlyConfigured for a key that cannot be used.
    """
    keys = load_keys(tuple(settings.NEWSLETTER_DKIM_KEYS))
    if not keys:
        return None
    return LetterSigner(settings.NEWSLETTER_DKIM_DOMAIN or sender_domain, keys)


@lru_cache(maxsize=4)
def load_keys(places: tuple[str, ...]) -> tuple[SigningKey, ...]:
    """Return the keys of ``selector:file`` entries; read once a process.

    RSA as PEM with at least 2048 bits, Ed25519 as the base64 of its 32 bytes. Raises
    ImproperlyConfigured naming the selector, never the key.
    """
    return tuple(_load_key(*place.partition(":")[::2]) for place in places)


def _load_key(selector: str, path: str) -> SigningKey:
    try:
        secret = Path(path).read_bytes().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The DKIM key of the selector {selector!r} cannot be read: "
            f"{error.strerror}. NEWSLETTER_DKIM_KEYS is a list of selector:file."
        ) from error
    if secret.startswith(b"-----"):
        _check_rsa(selector, secret)
        return SigningKey(selector, secret, b"rsa-sha256")
    _check_ed25519(selector, secret)
    return SigningKey(selector, secret, b"ed25519-sha256")


def _check_rsa(selector: str, secret: bytes) -> None:
    from dkim.crypto import (  # noqa: PLC0415 -- for those who sign here
        UnparsableKeyError,
        parse_pem_private_key,
    )

    try:
        bits = parse_pem_private_key(secret)["modulus"].bit_length()
    except UnparsableKeyError as error:
        raise ImproperlyConfigured(
            f"The DKIM key of the selector {selector!r} is no RSA key in PEM."
        ) from error
    if bits < LEAST_BITS:
        raise ImproperlyConfigured(
            f"The DKIM key of the selector {selector!r} has {bits} bits; "
            f"{LEAST_BITS} is the least."
        )


def _check_ed25519(selector: str, secret: bytes) -> None:
    try:
        size = len(base64.b64decode(secret, validate=True))
    except binascii.Error:
        size = 0
    if size != ED25519_BYTES:
        raise ImproperlyConfigured(
            f"The DKIM key of the selector {selector!r} is neither RSA in PEM nor "
            "Ed25519 as the base64 of 32 bytes."
        )
