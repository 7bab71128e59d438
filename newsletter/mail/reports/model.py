"""What one report says about one letter."""

from dataclasses import dataclass, field

from newsletter.choices import BounceClass, EventType


@dataclass(frozen=True)
class Report:
    """One statement about one recipient of one letter, as far as the mail tells.

    ``recipients`` are the addresses it names, the nearest to what we wrote to first;
    ``traces`` are all texts that may hold a signed token of ours (addresses the report
    was sent to, headers of the returned letter); ``message_id`` is the returned
    letter's. ``detail`` is in the server's words, without addresses. ``key`` is 64 hex
    digits, the same however often and by whatever road the same mail comes.
    """

    type: EventType
    bounce_class: BounceClass | None = None
    recipients: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()
    message_id: str = ""
    detail: str = ""
    has_left: bool = False
    key: str = ""


@dataclass(frozen=True)
class Quoted:
    """What a report quotes of the letter it is about."""

    message_id: str = ""
    traces: tuple[str, ...] = ()
    recipients: tuple[str, ...] = field(default=())
