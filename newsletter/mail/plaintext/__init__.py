"""An item as plain text: 68 columns, each address alone on its line.

Written from the blocks, not from the HTML, so that a table stays a table. One function
per kind of block; what they return stands between blank lines. ``frame`` writes what
stands round the blocks, the other modules one family of blocks each.
"""

from typing import Any

from django.utils.translation import gettext as _

from newsletter.mail.blocks import MailBlock
from newsletter.mail.lines import join_parts
from newsletter.mail.plaintext import (
    boxes,
    digest,
    links,
    register,
    structures,
    text,
    works,
)
from newsletter.mail.plaintext.frame import write_foot, write_head
from newsletter.mail.plaintext.links import language_note

__all__ = ["WRITERS", "language_note", "write_block", "write_foot", "write_head"]

WRITERS = {
    "lead": text.write_lead,
    "text": text.write_text,
    "heading": text.write_heading,
    "quote": text.write_quote,
    "dash_quote": boxes.write_dash_quote,
    "highlight": boxes.write_highlight,
    "image": text.write_image,
    "bullet_list": boxes.write_bullet_list,
    "ordered_list": structures.write_ordered_list,
    "steps": structures.write_steps,
    "indicator_table": structures.write_indicator_table,
    "facts": structures.write_facts,
    "audience": boxes.write_audience,
    "status": boxes.write_status,
    "good_practice": boxes.write_good_practice,
    "files": boxes.write_files,
    "resource_link": links.write_resource_link,
    "button": links.write_button,
    "contact": links.write_contact,
    "people_list": register.write_people_list,
    "member_list": register.write_member_list,
    "project_card": works.write_project_card,
    "event_facts": works.write_event_facts,
    "publications": works.write_publications,
    "media_list": works.write_media_list,
    "collaborate": works.write_collaborate,
    "partner_logos": register.write_partner_logos,
    "funding_notice": register.write_funding_notice,
    "digest_item": digest.write_digest_item,
}


def write_block(block: MailBlock, letter: dict[str, Any]) -> str:
    """Return the block as text, with a blank line in front."""
    # A block of an item in a digest knows where the rest of that item is.
    web_url = block.context.get("web_url", letter["web_url"])
    if block.is_empty:
        return ""
    written = WRITERS[block.kind](block)
    if block.is_opening and web_url:
        written = join_parts(written, f"{_('Read the rest on the web')}:\n{web_url}")
    return f"\n{written}\n" if written else ""
