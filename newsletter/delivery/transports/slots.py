"""A variant for providers that fill in letters themselves: text with slots.

A field gets a slot of its own for every place it stands in, since the place decides how
its value is written: escaped, percent-encoded or plain. What goes in is written by the
same functions as in our own letters, fallbacks included.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from crm.names import clean_line
from newsletter.mail.merge import Field, split_fields, write_html, write_text
from newsletter.mail.message import own_values
from newsletter.models import Variant

# How providers mark a place to fill in a text sent along, by Anymail's names for them
# (anymail.dev, "Batch sending/merge and ESP templates" of each). The others fill in only
# templates that are stored with them.
FORMATS = {
    "Mailgun": "%recipient.{}%",
    "SendGrid": "-{}-",
    # Three braces: two would escape what is escaped already.
    "SparkPost": "{{{{{{{}}}}}}}",
    "Mailjet": "[[var:{}]]",
}

Write = Callable[[Field, str], str]


@dataclass(frozen=True)
class SlottedVariant:
    """Subject, text and HTML with slots, and which value goes into each."""

    variant: Variant
    subject: str
    text: str
    html: str
    slots: dict[str, tuple[Field, Write]]
    esp_extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def cut(cls, variant: Variant, slot_format: str) -> Self | None:
        """Return the variant with slots; None when its text holds what looks like one."""
        opening = slot_format.format("slot").partition("slot")[0]
        # "-" alone stands in every text, and only the name after it makes it a slot.
        marker = opening if len(opening) > 1 else f"{opening}slot"
        slots: dict[str, tuple[Field, Write]] = {}
        texts = []
        for text, write in (
            (variant.subject, _write_line),
            (variant.text, write_text),
            (variant.html, write_html),
        ):
            parts = split_fields(text)
            if any(marker in part for part in parts if isinstance(part, str)):
                return None
            texts.append(_put_slots(parts, write, slots, slot_format))
        # Only SendGrid asks, and the others do not mind.
        extra = {"merge_field_format": slot_format} if slot_format == "-{}-" else {}
        subject, plain, html = texts
        return cls(variant, subject, plain, html, slots, extra)

    def fill(self, delivery_id: int, values: Mapping[str, str]) -> dict[str, str]:
        """Return what goes into each slot for one reader."""
        own = {**values, **own_values(delivery_id)}
        return {
            name: write(place, own[place.name])
            if own.get(place.name)
            else place.fallback
            for name, (place, write) in self.slots.items()
        }


def _put_slots(
    parts: tuple[str | Field, ...],
    write: Write,
    slots: dict[str, tuple[Field, Write]],
    slot_format: str,
) -> str:
    written = []
    for part in parts:
        if isinstance(part, str):
            written.append(part)
        else:
            name = f"slot{len(slots)}"
            slots[name] = (part, write)
            written.append(slot_format.format(name))
    return "".join(written)


def _write_line(place: Field, value: str) -> str:
    return clean_line(write_text(place, value))
