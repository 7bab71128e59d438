"""Events, publications and media in the timelines of organisations and speakers."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from crm.dates import parse_partial
from crm.events import describe_shortly
from crm.media import say_media
from crm.models import MediaItem, Publication
from crm.timeline import Asked, Entry, register_source, start_of_day

EVENT, PUBLICATION, MEDIA = "event", "publication", "media"


def register_doings() -> None:
    """Register the sources; called once, at start."""
    register_source(read_events, kinds={EVENT: gettext_lazy("Event")})
    register_source(read_publications, kinds={PUBLICATION: gettext_lazy("Publication")})
    register_source(read_media, kinds={MEDIA: gettext_lazy("In the media")})


def read_events(asked: Asked) -> list[Entry]:
    """Return the events an organisation arranged, or a contact spoke at, so far."""
    if asked.contact is not None:
        events = asked.contact.speaks_at.all()
    elif asked.organisation is not None:
        events = asked.organisation.events.all()
    else:
        return []
    rows = _dated(events, "starts_on").select_related("place")[: asked.limit]
    return [
        Entry(
            at=_begin(row.starts_on),
            kind=EVENT,
            title=row.title,
            text=describe_shortly(row),
            url=reverse("crm_event:inspect", args=[row.pk]),
            is_whole_day=True,
        )
        for row in rows
    ]


def read_publications(asked: Asked) -> list[Entry]:
    """Return what an organisation published, as far as its date is known."""
    if asked.organisation is None:
        return []
    published = Publication.objects.filter(publisher=asked.organisation)
    rows = _dated(published, "appeared_on")
    return [
        Entry(
            at=_begin(row.appeared_on),
            kind=PUBLICATION,
            title=row.title,
            text=row.authors,
            url=reverse("crm_publication:inspect", args=[row.pk]),
            is_whole_day=True,
        )
        for row in rows[: asked.limit]
    ]


def read_media(asked: Asked) -> list[Entry]:
    """Return where an organisation was heard, or what stood in it if it is an outlet."""
    if asked.organisation is None:
        return []
    theirs = Q(publisher=asked.organisation) | Q(outlet=asked.organisation)
    rows = _dated(MediaItem.objects.filter(theirs), "appeared_on")
    return [
        Entry(
            at=_begin(row.appeared_on),
            kind=MEDIA,
            title=say_media(row).whole,
            url=reverse("crm_mediaitem:inspect", args=[row.pk]),
            is_whole_day=True,
        )
        for row in rows.select_related("outlet")[: asked.limit]
    ]


def _dated(rows: Any, field: str) -> Any:
    """Return the rows whose date is known and has come, the latest first."""
    today = timezone.localdate().isoformat()
    return rows.filter(**{f"{field}__gt": "", f"{field}__lte": today}).order_by(
        f"-{field}", "-pk"
    )


def _begin(text: str) -> datetime:
    return start_of_day(parse_partial(text)[0])
