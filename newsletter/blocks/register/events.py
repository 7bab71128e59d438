"""When and where an event is, as far as it is decided."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from crm.models import Event
from crm.publishing import PublicCard, picked_cards
from newsletter.blocks.register.base import RegisterBlock, RegisterValue
from newsletter.blocks.register.choosing import EventChooserBlock


@dataclass(frozen=True)
class EventFacts:
    """An event with its speakers, and the others of its series ([] when it is alone)."""

    event: Event
    speakers: list[PublicCard]
    series: list[Event]


class EventFactsValue(RegisterValue):
    @property
    def section_title(self) -> str:
        return self["heading"] or gettext("Time and place")


class EventFactsBlock(RegisterBlock):
    heading = blocks.CharBlock(
        label=_("Heading"),
        max_length=120,
        required=False,
        help_text=_("“Time and place”, unless you write another."),
    )
    event = EventChooserBlock(
        label=_("Event"),
        required=False,
        help_text=_("Only if it is not the item's own."),
    )
    shows_speakers = blocks.BooleanBlock(
        label=_("Name the speakers"), required=False, default=True
    )
    shows_series = blocks.BooleanBlock(
        label=_("List the other events of the series"), required=False, default=True
    )

    def read_register(self, value: Any, page: Any) -> EventFacts | None:
        event = value["event"] or getattr(page, "event", None)
        if event is None:
            return None
        picks = [(contact, "") for contact in _speakers_of(event, value)]
        return EventFacts(
            event=event,
            speakers=picked_cards(picks, timezone.localdate(), event.network),
            series=_series_of(event, value),
        )

    class Meta:
        label = _("Time and place of an event")
        icon = "date"
        template = "web/blocks/event_facts.html"
        group = _("From the register")
        help_text = _(
            "Day, time, place, deadline and speakers come from the register. What is "
            "not decided yet is said in words."
        )
        label_format = "{heading} {event}"
        value_class = EventFactsValue


def _speakers_of(event, value):
    return event.speakers.all() if value["shows_speakers"] else []


def _series_of(event, value):
    if not (value["shows_series"] and event.series_id):
        return []
    events = list(event.series.events.select_related("place").order_by("pk"))
    return events if len(events) > 1 else []
