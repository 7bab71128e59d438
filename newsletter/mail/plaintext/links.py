"""Resources, buttons and people to ask as plain text."""

from django.utils.translation import gettext as _

from newsletter.mail.blocks import MailBlock
from newsletter.mail.lines import join_parts, wrap
from newsletter.mail.merge import disarm_fields
from newsletter.mail.urls import make_absolute


def write_resource_link(block: MailBlock) -> str:
    value = block.value
    title = value["title"] + language_note(value["target_language"])
    return join_parts(
        wrap(value["description"] or ""), f"{wrap(title + ':')}\n{value['url']}"
    )


def write_button(block: MailBlock) -> str:
    href = make_absolute(block.value.href)
    return f"{wrap(block.value['text'] + ':')}\n{href}" if href else ""


def write_contact(block: MailBlock) -> str:
    card = block.context["content"]
    lines = (card.name, card.role, card.place, card.website, card.email, card.phone)
    return "\n".join(wrap(disarm_fields(line)) for line in lines if line)


def language_note(language: str) -> str:
    """Return " (in English)" for a link that leads to another language."""
    notes = {"sv": _("in Swedish"), "en": _("in English")}
    return f" ({notes[language]})" if language else ""
