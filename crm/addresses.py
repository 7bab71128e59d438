"""E-mail addresses: one spelling each, and the keyed hash that stands in for them.

Pure but for the language of its one sentence: knows neither models nor settings.
"""

import hmac
import re

import idna
from django.utils.translation import gettext as _
from email_validator import (
    SPECIAL_USE_DOMAIN_NAMES,
    EmailNotValidError,
    validate_email,
)

from crm.exceptions import AddressError

# Addresses about which there is nothing to ask: most there are. The validator, which
# knows every rule, takes twenty times as long; a test holds the two together.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN = re.compile(
    rf"(?=[^@]{{1,64}}@)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:{_LABEL}\.)+[a-z]{{2,63}}",
    re.IGNORECASE | re.ASCII,
)
_LAST_LABELS = tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES)


def normalise_address(text: str) -> str:
    """Return the one spelling of an e-mail address: lower case, domain as A-label.

    The local part is lower-cased too: RFC 5321 §2.4 lets a host tell cases apart, but
    no host of this century does, and two cases of one address are one person.
    Raises AddressError when it is not an address somebody outside could be mailed at.
    Does not ask the network whether it exists.
    """
    text = text.strip()
    if _is_plain(text):
        return text.lower()
    try:
        address = validate_email(
            text, check_deliverability=False, test_environment=True
        )
    except EmailNotValidError as error:
        # The validator's own reason is English, and may repeat the address.
        raise AddressError(_("Write it like name@example.org.")) from error
    return f"{address.local_part}@{address.ascii_domain}".lower()


def _is_plain(text: str) -> bool:
    return (
        len(text) <= 254
        # Such a label may be IDNA.
        and "--" not in text
        and _PLAIN.fullmatch(text) is not None
        and not text.lower().endswith(_LAST_LABELS)
    )


def display_address(address: str) -> str:
    """Return the address with its domain as people read it (U-label)."""
    local, _at, domain = address.rpartition("@")
    try:
        return f"{local}@{idna.decode(domain)}"
    except idna.IDNAError:
        return address


def encode_domain(address: str) -> str:
    """Return the address with its domain as mail servers read it (A-label, RFC 5890).

    What is no domain stays as it is: a check names it, the server refuses it.
    """
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError:
        return address


def needs_smtputf8(address: str) -> bool:
    """Say whether the local part has letters outside ASCII (RFC 6531)."""
    return not address.isascii()


def hash_address(address: str, key: str) -> str:
    """Return 32 hex digits that stand for a normalised address (HMAC-SHA-256, cut).

    Keyed, so that a list of hashes cannot be turned back by hashing known addresses.
    """
    return hmac.digest(key.encode(), address.encode(), "sha256").hex()[:32]
