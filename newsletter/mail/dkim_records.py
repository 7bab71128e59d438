"""The public half of a DKIM key in the DNS, beside the private half that signs here."""

import base64
import binascii

from newsletter.mail.signing import LEAST_BITS, SigningKey
from newsletter.mail.spf import Directory


def find_key_fault(domain: str, key: SigningKey, directory: Directory) -> str:
    """Return what is wrong with the DNS record of a key that signs for ``domain``.

    "" for nothing; "absent", "many", "revoked" (an empty key, RFC 6376 §3.6.1),
    "broken", "short" (RSA under 2048 bits), "other" (another key than the one that
    signs), or "testing" (t=y: receivers may ignore the signature).
    """
    records = [
        tags
        for text in directory.txt(f"{key.selector}._domainkey.{domain}")
        if "p" in (tags := _read_tags(text))
    ]
    if len(records) != 1:
        return "many" if records else "absent"
    tags = records[0]
    if not tags["p"]:
        return "revoked"
    fault = _compare(tags, key)
    if not fault and "y" in tags.get("t", "").lower().split(":"):
        return "testing"
    return fault


def _compare(tags: dict[str, str], key: SigningKey) -> str:
    try:
        public = base64.b64decode(tags["p"], validate=True)
    except (binascii.Error, ValueError):
        return "broken"
    if tags.get("k", "rsa").lower() != ("rsa" if key.is_rsa else "ed25519"):
        return "other"
    return _compare_rsa(public, key) if key.is_rsa else _compare_ed25519(public, key)


def _compare_ed25519(public: bytes, key: SigningKey) -> str:
    from nacl.signing import (  # noqa: PLC0415 -- for those who sign here
        SigningKey as Ed25519Key,
    )

    secret = Ed25519Key(base64.b64decode(key.secret))
    return "" if bytes(secret.verify_key) == public else "other"


def _compare_rsa(public: bytes, key: SigningKey) -> str:
    from dkim.crypto import (  # noqa: PLC0415 -- for those who sign here
        UnparsableKeyError,
        parse_pem_private_key,
        parse_public_key,
    )

    try:
        numbers = parse_public_key(public)
    except (UnparsableKeyError, LookupError, ValueError, TypeError):
        # Its reader of ASN.1 stumbles over what is none.
        return "broken"
    ours = parse_pem_private_key(key.secret)
    if any(numbers[n] != ours[n] for n in ("modulus", "publicExponent")):
        return "short" if numbers["modulus"].bit_length() < LEAST_BITS else "other"
    return ""


def _read_tags(text: str) -> dict[str, str]:
    """Return the tags of a record; white space within a value is folding."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip(): "".join(value.split()) for name, _equals, value in pairs}
