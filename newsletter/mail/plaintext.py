"""An item as plain text: 68 columns, each address alone on its line.

Written from the blocks, not from the HTML, so that a table stays a table. One function
per kind of block; what they return stands between blank lines.
"""

from typing import Any

from django.utils.translation import gettext as _

from crm.models import Membership
from newsletter.mail.blocks import MailBlock
from newsletter.mail.lines import (
    HEAVY,
    LIGHT,
    hang,
    join_parts,
    shout,
    table_rows,
    wrap,
    write_rich,
)
from newsletter.mail.urls import make_absolute


def write_head(letter: dict[str, Any]) -> str:
    """Return the masthead, the greeting and the headline."""
    kind, *rest = letter["above_title"]
    page = letter["page"]
    return join_parts(
        "\n".join([shout(letter["newsletter"].name), _dateline(letter), HEAVY]),
        f"{_('Read it on the web')}:\n{letter['web_url']}" if letter["web_url"] else "",
        "",
        _("Hello [[given_name|colleague]],"),
        "\n".join(part for part in (shout(kind), wrap(" · ".join(rest))) if part),
        f"{wrap(page.title)}\n{LIGHT}\n",
    )


def write_block(block: MailBlock, letter: dict[str, Any]) -> str:
    """Return the block as text, with a blank line in front."""
    text = WRITERS[block.kind](block)
    if block.is_opening and letter["web_url"]:
        text = join_parts(
            text, f"{_('Read the rest on the web')}:\n{letter['web_url']}"
        )
    return f"\n{text}\n" if text else ""


def write_foot(letter: dict[str, Any]) -> str:
    """Return who sent it and why, and how to leave."""
    newsletter = letter["newsletter"]
    parts = [
        HEAVY,
        _("Why you get this"),
        wrap(newsletter.reason, "  "),
        "",
        _("Who sends it"),
        wrap(f"{newsletter.sender_name}, {newsletter.postal_address}", "  "),
        "",
        _("Leave this list"),
        "  [[unsubscribe_url]]",
    ]
    for other in letter["translations"]:
        parts += ["", other["text"], f"  {other['url']}"]
    return "\n\n" + "\n".join(parts) + "\n"


def _dateline(letter: dict[str, Any]) -> str:
    return " · ".join(part for part in (_("Newsletter"), letter["date"]) if part)


def _write_lead(block: MailBlock) -> str:
    return wrap(block.value["text"])


def _write_heading(block: MailBlock) -> str:
    return f"\n{shout(block.value['text'])}\n{LIGHT}"


def _write_text(block: MailBlock) -> str:
    return write_rich(block.value["text"])


def _write_quote(block: MailBlock) -> str:
    value = block.value
    return join_parts(
        wrap(value.quoted, "  "), wrap(f"– {value.speaker}", "  ", "    ")
    )


def _write_image(block: MailBlock) -> str:
    image, value = block.value["image"], block.value
    shown = "" if image.decorative else image.contextual_alt_text
    credit = _("Photo: %(name)s") % {"name": value["credit"]} if value["credit"] else ""
    lines = (f"[{shown}]" if shown else "", value["caption"], credit)
    return "\n".join(wrap(line) for line in lines if line)


def _write_ordered_list(block: MailBlock) -> str:
    return join_parts(
        *(
            hang(number, write_rich(item["text"], width=64, title=item["title"]))
            for number, item in enumerate(block.value["items"], start=1)
        )
    )


def _write_steps(block: MailBlock) -> str:
    return join_parts(
        *(
            hang(number, _write_step(step))
            for number, step in enumerate(block.value["steps"], start=1)
        )
    )


def _write_step(step: Any) -> str:
    # On a line of its own the text begins like one, whatever it goes on from in HTML.
    text = write_rich(step["text"], 64)
    lines = (wrap(step["label"], width=64), step.period, text[:1].upper() + text[1:])
    return "\n".join(line for line in lines if line)


def _write_indicator_table(block: MailBlock) -> str:
    value = block.value
    rows = [(value["first_heading"], value["second_heading"])]
    for row in value["rows"]:
        note = f" ({row['note']})" if row["note"] else ""
        rows.append((row["header"] + note, row["text"]))
    return table_rows(rows)


def _write_facts(block: MailBlock) -> str:
    value = block.value
    figures = [f"{figure['number']} {figure['label']}" for figure in value["figures"]]
    return join_parts(
        f"\n{shout(value['heading'])}\n{LIGHT}",
        "\n".join(wrap(figure, "  ", "    ") for figure in figures),
        write_rich(value["text"]),
    )


def _write_resource_link(block: MailBlock) -> str:
    value = block.value
    title = value["title"] + language_note(value["target_language"])
    return join_parts(
        wrap(value["description"] or ""), f"{wrap(title + ':')}\n{value['url']}"
    )


def _write_button(block: MailBlock) -> str:
    href = make_absolute(block.value.href)
    return f"{wrap(block.value['text'] + ':')}\n{href}" if href else ""


def _write_contact(block: MailBlock) -> str:
    value = block.value
    names = ("name", "role", "organisation", "website", "email")
    return "\n".join(wrap(value[name]) for name in names if value[name])


def _write_partner_logos(block: MailBlock) -> str:
    partners = block.context["partners"]
    if not partners:
        return ""
    lines = [
        wrap(f"{partner.organisation}, {describe_partner(partner)}", "  ", "    ")
        for partner in partners
    ]
    return join_parts(f"\n{shout(block.value['heading'])}\n{LIGHT}", "\n".join(lines))


def _write_funding_notice(block: MailBlock) -> str:
    grant = block.context["grant"]
    if not grant:
        return ""
    return f"{LIGHT}\n{wrap(f'{grant.statement_en} {grant.disclaimer_en}'.strip())}"


def describe_partner(partner: Membership) -> str:
    """Return what an organisation is in the network, and where: "Pilot city, Sweden"."""
    country = partner.organisation.get_country_display()
    return f"{partner.get_role_display()}, {country}"


def language_note(language: str) -> str:
    """Return " (in English)" for a link that leads to another language."""
    notes = {"sv": _("in Swedish"), "en": _("in English")}
    return f" ({notes[language]})" if language else ""


WRITERS = {
    "lead": _write_lead,
    "text": _write_text,
    "heading": _write_heading,
    "quote": _write_quote,
    "image": _write_image,
    "ordered_list": _write_ordered_list,
    "steps": _write_steps,
    "indicator_table": _write_indicator_table,
    "facts": _write_facts,
    "resource_link": _write_resource_link,
    "button": _write_button,
    "contact": _write_contact,
    "partner_logos": _write_partner_logos,
    "funding_notice": _write_funding_notice,
}
