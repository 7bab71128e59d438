"""Running text, quotes and pictures as plain text."""

from django.utils.translation import gettext as _

from newsletter.mail.blocks import MailBlock
from newsletter.mail.lines import LIGHT, join_parts, shout, wrap, write_rich


def write_lead(block: MailBlock) -> str:
    return wrap(block.value["text"])


def write_heading(block: MailBlock) -> str:
    return f"\n{shout(block.value['text'])}\n{LIGHT}"


def write_text(block: MailBlock) -> str:
    return write_rich(block.value["text"])


def write_quote(block: MailBlock) -> str:
    value = block.value
    return join_parts(
        wrap(value.quoted, "  "), wrap(f"– {value.speaker}", "  ", "    ")
    )


def write_image(block: MailBlock) -> str:
    image, value = block.value["image"], block.value
    shown = "" if image.decorative else image.contextual_alt_text
    credit = _("Photo: %(name)s") % {"name": value["credit"]} if value["credit"] else ""
    lines = (f"[{shown}]" if shown else "", value["caption"], credit)
    return "\n".join(wrap(line) for line in lines if line)
