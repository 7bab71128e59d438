"""Rules about invitations: what somebody must know who thinks of coming."""

from collections.abc import Iterator
from typing import TypedDict

from django.utils.translation import gettext as _

from newsletter.choices import NewsKind, Severity
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter


class Place(TypedDict, total=False):
    """Where in the letter the event stands, as a finding says it."""

    block_id: str
    place: str


def find_missing_terms(letter: Letter) -> Iterator[Finding]:
    """An invitation that does not say until when to answer, or how many there is room for."""
    if letter.page.kind != NewsKind.INVITATION:
        return
    event, place = letter.page.event, _find_event_facts(letter)
    if event is None:
        yield Finding(
            "no_event",
            Severity.WARNING,
            _("The invitation has no event"),
            _(
                "Choose the event under Content: then date, place and calendar entry "
                "come from the register."
            ),
        )
    if event is None or event.deadline is None:
        yield Finding(
            "no_deadline",
            Severity.WARNING,
            _("Nobody learns until when to sign up"),
            _("Write the last day with the event in the register, or let it stand."),
            **place,
        )
    if event is None or event.capacity is None:
        yield Finding(
            "no_capacity",
            Severity.NOTE,
            _("There is no limit to how many may come"),
            _("If the room is small, write its size with the event in the register."),
            **place,
        )


def _find_event_facts(letter: Letter) -> Place:
    """Return the block that says when and where; nothing where there is none."""
    for block in letter.find("event_facts"):
        return {"block_id": block.id, "place": block.place}
    return {}
