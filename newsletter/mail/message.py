"""A frozen variant and a person become the bytes of a message. Opens no connection."""

import re
from collections.abc import Mapping
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

from newsletter.mail.merge import fill_line, split_fields, write_html, write_text
from newsletter.mail.quoted import QuotedPart
from newsletter.mail.signing import find_signer
from newsletter.models import Campaign, Variant
from newsletter.tokens import (
    PREFERENCES_PATH,
    UNSUBSCRIBE_PATH,
    make_preferences_token,
    make_unsubscribe_token,
)

# 7-bit on the wire whatever the next hop offers: a hop that has to re-encode 8-bit
# text breaks DKIM signatures (measured: trust.md §0 no. 6).
WIRE = policy.SMTP.clone(cte_type="7bit")
WIRE_UTF8 = policy.SMTPUTF8.clone(cte_type="7bit")
# An address that stands in a header as it is (RFC 5322 §3.4.1, dot-atom).
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9.-]+")
LINE = 76


class MessageBuilder:
    """Builds the messages of one variant of one send."""

    def __init__(
        self, campaign: Campaign, variant: Variant, *, is_signed: bool = True
    ) -> None:
        """Encode what is the same for everybody; sign where keys are set.

        Raises MergeFieldError or ValueError for content that cannot be a message.
        """
        self.campaign = campaign
        self.subject = variant.subject
        domain = campaign.sender_email.rpartition("@")[2]
        # Set before the first message is built, for tests too.
        frozen = int(campaign.frozen_at.timestamp())  # type: ignore[union-attr]
        self._message_id = f"{campaign.pk}.{frozen}@{domain}"
        self._signer = find_signer(domain) if is_signed else None
        self._text = QuotedPart(split_fields(variant.text), write_text)
        self._html = QuotedPart(split_fields(variant.html), write_html)
        # "=_" stands in no quoted-printable text (RFC 2045 §6.7).
        boundary = f"=_{campaign.pk}.{frozen}.{variant.locale}.{variant.shown:x}"
        self._head = self._write_head(boundary, variant.locale)
        self._before_text = _open_part(boundary, "plain")
        self._before_html = b"\r\n" + _open_part(boundary, "html")
        self._end = f"\r\n--{boundary}--\r\n".encode()

    def build(
        self,
        *,
        delivery_id: int,
        address: str,
        values: Mapping[str, str],
        at: datetime,
    ) -> bytes:
        """Return the message for one delivery: RFC 5322 bytes with CRLF, 7-bit.

        ``values`` are the person's merge values. ``at`` (aware) becomes the Date; all
        else is the same on every attempt, Message-ID too, so that a mail server that
        sees it twice can tell. No line begins with a dot. Raises ValueError for values
        that cannot be written.
        """
        filled = {**values, **own_values(delivery_id)}
        link = filled["unsubscribe_url"]
        # Written as they are: the standard library would fold or encode a long address,
        # and receivers then find none (RFC 8058 §3.1, RFC 2047 §5).
        own = (
            f"List-Unsubscribe: <{link}>\r\n"
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
            f"Date: {_write_date(int(at.timestamp()), at.tzinfo)}\r\n"
            f"Message-ID: <{delivery_id}.{self._message_id}>\r\n"
        )
        message = b"".join(
            (
                own.encode("ascii"),
                _write_to(address),
                _write_subject(fill_line(self.subject, filled)),
                self._head,
                self._before_text,
                *self._text.fill(filled),
                self._before_html,
                *self._html.fill(filled),
                self._end,
            )
        )
        return self._signer.sign(message) + message if self._signer else message

    def _write_head(self, boundary: str, locale: str) -> bytes:
        campaign = self.campaign
        sender = _name_address(campaign.sender_name, campaign.sender_email)
        lines = [_fold("From", sender)]
        if campaign.reply_to:
            lines.append(_fold("Reply-To", _name_address("", campaign.reply_to)))
        plain = (
            f"List-Id: <{campaign.list_id}>\r\n"
            "Precedence: bulk\r\n"
            "MIME-Version: 1.0\r\n"
            f"Content-Language: {locale}\r\n"
            f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'
        )
        return b"".join([*lines, plain.encode("ascii")])


def own_values(delivery_id: int) -> dict[str, str]:
    """Return the reader's own addresses, for the fields that the product fills in."""
    return {
        "unsubscribe_url": unsubscribe_url(delivery_id),
        "preferences_url": preferences_url(delivery_id),
    }


def unsubscribe_url(delivery_id: int) -> str:
    """Return the address at which the reader of a delivery leaves."""
    token = make_unsubscribe_token(delivery_id)
    return f"{settings.SITE_URL}/{UNSUBSCRIBE_PATH}{token}/"


def preferences_url(delivery_id: int) -> str:
    """Return the address at which the reader of a delivery chooses what they get."""
    token = make_preferences_token(delivery_id=delivery_id)
    return f"{settings.SITE_URL}/{PREFERENCES_PATH}{token}/"


def _open_part(boundary: str, subtype: str) -> bytes:
    return (
        f"--{boundary}\r\n"
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode("ascii")


@lru_cache(maxsize=8)
def _write_date(second: int, zone: Any) -> str:
    return format_datetime(datetime.fromtimestamp(second, zone))


@lru_cache(maxsize=256)
def _write_subject(subject: str) -> bytes:
    return _fold("Subject", subject)


def _write_to(address: str) -> bytes:
    if len(address) < LINE - len("To: ") and PLAIN_ADDRESS.fullmatch(address):
        return f"To: {address}\r\n".encode("ascii")
    wire = WIRE if address.isascii() else WIRE_UTF8
    return _fold("To", _name_address("", address), wire)


def _fold(name: str, value: str | Address, wire: Any = WIRE) -> bytes:
    """Return a header as the standard library writes it, folded and encoded."""
    return wire.fold_binary(*wire.header_store_parse(name, value))


def _name_address(name: str, address: str) -> Address:
    # In parts: an address given whole is refused when its local part is not ASCII.
    local, _at, domain = address.rpartition("@")
    return Address(display_name=name, username=local, domain=domain)
