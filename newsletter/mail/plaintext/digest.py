"""An item of a digest as plain text."""

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from newsletter.choices import DigestExtent
from newsletter.mail.blocks import MailBlock
from newsletter.mail.lines import LIGHT, join_parts, wrap


def write_digest_item(block: MailBlock) -> str:
    """Return the headline with kind and date, then as much as the digest shows."""
    item, extent = block.context["item"], block.value.extent
    day = format_date(item.published_on, "j F Y") if item.published_on else ""
    head = f"{LIGHT}\n{wrap(item.title)}\n" + wrap(
        " · ".join(part for part in (str(item.get_kind_display()), day) if part)
    )
    address = f"{_('Read on')}:\n{block.context['web_url']}"
    if extent == DigestExtent.FULL:
        return head
    if extent == DigestExtent.TEASER:
        return join_parts(head, wrap(item.summary), address)
    return f"{head}\n{block.context['web_url']}"
