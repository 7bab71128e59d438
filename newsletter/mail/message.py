"""A frozen variant and a person become the bytes of a message. Opens no connection."""

from collections.abc import Mapping
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings
from django.urls import reverse

from newsletter.mail.merge import fill_html, fill_line, fill_text
from newsletter.models import Campaign, Variant
from newsletter.tokens import make_unsubscribe_token

# 7-bit on the wire whatever the next hop offers: a hop that has to re-encode 8-bit
# text breaks DKIM signatures (measured: trust.md §0 no. 6).
WIRE = policy.SMTP.clone(cte_type="7bit")
WIRE_UTF8 = policy.SMTPUTF8.clone(cte_type="7bit")


class MessageBuilder:
    """Builds the messages of one variant of one send."""

    def __init__(self, campaign: Campaign, variant: Variant) -> None:
        self.campaign = campaign
        self.variant = variant
        self.domain = campaign.sender_email.rpartition("@")[2]

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
        sees it twice can tell. Raises MergeFieldError or ValueError for content that
        cannot be a message.
        """
        link = unsubscribe_url(delivery_id)
        filled = {**values, "unsubscribe_url": link}
        message = EmailMessage(policy=WIRE if address.isascii() else WIRE_UTF8)
        message["From"] = _name_address(
            self.campaign.sender_name, self.campaign.sender_email
        )
        message["To"] = _name_address("", address)
        message["Subject"] = fill_line(self.variant.subject, filled)
        message["Date"] = format_datetime(at)
        message["Message-ID"] = self._message_id(delivery_id)
        if self.campaign.reply_to:
            message["Reply-To"] = _name_address("", self.campaign.reply_to)
        message["Precedence"] = "bulk"
        message.set_content(
            fill_text(self.variant.text, filled), cte="quoted-printable"
        )
        message.add_alternative(
            fill_html(self.variant.html, filled),
            subtype="html",
            cte="quoted-printable",
        )
        # Last: adding the alternative moves Content-… headers into the text part.
        message["Content-Language"] = self.variant.locale
        return self._list_headers(link) + message.as_bytes()

    def _message_id(self, delivery_id: int) -> str:
        # Set before the first message is built, for tests too.
        frozen = int(self.campaign.frozen_at.timestamp())  # type: ignore[union-attr]
        return f"<{delivery_id}.{self.campaign.pk}.{frozen}@{self.domain}>"

    def _list_headers(self, link: str) -> bytes:
        # Written as they are: the standard library would fold or encode a long address,
        # and receivers then find none (RFC 8058 §3.1, RFC 2047 §5).
        lines = [
            f"List-Unsubscribe: <{link}>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            f"List-Id: <{self.campaign.list_id}>",
        ]
        return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def unsubscribe_url(delivery_id: int) -> str:
    """Return the address at which the reader of a delivery leaves."""
    token = make_unsubscribe_token(delivery_id)
    return settings.SITE_URL + reverse("unsubscribe", args=[token])


def _name_address(name: str, address: str) -> Address:
    # In parts: an address given whole is refused when its local part is not ASCII.
    local, _at, domain = address.rpartition("@")
    return Address(display_name=name, username=local, domain=domain)
