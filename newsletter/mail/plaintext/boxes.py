"""Speech, points, boxes and files as plain text."""

from textwrap import indent
from typing import Any

from django.utils.translation import gettext as _

from newsletter.mail.blocks import MailBlock
from newsletter.mail.lines import LIGHT, join_parts, shout, wrap, write_rich
from newsletter.mail.plaintext.links import language_note
from newsletter.mail.urls import make_absolute


def write_dash_quote(block: MailBlock) -> str:
    value = block.value
    return wrap(f"– {value.spoken} {value.unnamed_speaker}".strip())


def write_bullet_list(block: MailBlock) -> str:
    return "\n".join(_write_point(item) for item in block.value["items"])


def _write_point(item: Any) -> str:
    text = indent(write_rich(item["text"], width=64), "    ")
    under = [wrap(f"- {point}", "      ", "        ") for point in item["points"]]
    return "\n".join([f"  - {text.lstrip()}", *under])


def write_audience(block: MailBlock) -> str:
    return write_rich(block.value["text"])


def write_status(block: MailBlock) -> str:
    value = block.value
    known = " · ".join(p for p in (value.as_of_words, value["state"]) if p)
    return join_parts(
        f"\n{shout(value['label'])}\n{LIGHT}", wrap(known), write_rich(value["text"])
    )


def write_good_practice(block: MailBlock) -> str:
    value = block.value
    return join_parts(
        f"\n{shout(value['heading'])}\n{LIGHT}",
        write_rich(value["text"]),
        f"{_('Place')}:\n{wrap(value['place'], '  ')}" if value["place"] else "",
        f"{_('Whose work')}:\n{wrap(value['owner'], '  ')}",
        *(_write_part(part) for part in value["parts"]),
    )


def _write_part(part: Any) -> str:
    return f"{part.label}:\n{indent(write_rich(part['text'], width=66), '  ')}"


def write_highlight(block: MailBlock) -> str:
    value = block.value
    label = f"{value['label']}: " if value["label"] else ""
    return f"{LIGHT}\n{wrap(label + value['text'])}\n{LIGHT}"


def write_files(block: MailBlock) -> str:
    files = [
        f"{wrap(f'{file.title}{language_note(file["file_language"])} ({file.kind}):')}"
        f"\n{make_absolute(file.url)}"
        for file in block.value.present
    ]
    return join_parts(wrap(block.value["heading"] or ""), *files)
