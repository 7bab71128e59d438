"""What happened with a contact, at an organisation or on a seat, newest first.

Each kind of event comes from a source. The register's own are at the end of this module;
what newer layers know they register themselves (``newsletter.timeline``)::

    register_source(read_letters, kinds={"letter": _("Letter sent")})

A page asks every source once, whatever it shows, so the number of queries is constant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import chain
from typing import Any, Protocol

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.choices import InteractionKind, RequestKind
from crm.models import (
    Affiliation,
    ConsentEntry,
    Contact,
    DataRequest,
    Interaction,
    Organisation,
    Seat,
    SeatTask,
)

PER_PAGE = 20


@dataclass(frozen=True)
class Entry:
    """One thing that happened. ``title`` is a line, ``text`` more of it, both plain.

    ``contact`` is whom it was with, for pages about more than one person; ``who`` wrote
    or did it; ``url`` leads to more. ``edit_url`` is where ``owner_id``, or anybody once
    the owner is gone, may change it. ``label`` is what its kind is called; set on reading.
    """

    at: datetime
    kind: str
    title: str
    text: str = ""
    contact: Contact | None = None
    who: str = ""
    url: str = ""
    edit_url: str = ""
    owner_id: int | None = None
    # A day is known, but no time of day.
    is_whole_day: bool = False
    label: str = ""


@dataclass(frozen=True)
class TimelinePage:
    """A page of entries; ``number`` counts from 1."""

    entries: list[Entry]
    number: int
    has_more: bool


class Source(Protocol):
    """Reads its entries of ``kinds`` about one of the three, the newest ``limit``.

    Returns [] for what it has nothing to say about.
    """

    def __call__(
        self,
        *,
        contact: Contact | None = None,
        organisation: Organisation | None = None,
        seat: Seat | None = None,
        kinds: frozenset[str],
        limit: int = 50,
    ) -> list[Entry]: ...


_sources: list[tuple[Source, dict[str, Any]]] = []


def register_source(source: Source, *, kinds: Mapping[str, Any]) -> None:
    """Let a source tell of its kinds, each with its label.

    Raises ValueError when a kind has a source already.
    """
    if taken := kinds.keys() & list_kinds().keys():
        raise ValueError(f"The timeline has {sorted(taken)} already.")
    _sources.append((source, dict(kinds)))


def list_kinds() -> dict[str, Any]:
    """Return the label of every kind of entry there can be."""
    return dict(chain.from_iterable(kinds.items() for _source, kinds in _sources))


def read_timeline(
    *,
    contact: Contact | None = None,
    organisation: Organisation | None = None,
    seat: Seat | None = None,
    kind: str = "",
    page: int = 1,
    per_page: int = PER_PAGE,
) -> TimelinePage:
    """Return a page of what happened with one of the three, the newest first.

    Only entries of ``kind`` if there is such a kind.
    """
    page = max(1, page)
    labels = list_kinds()
    wanted = frozenset({kind} if kind in labels else labels)
    found: list[Entry] = []
    for source, kinds in _sources:
        if asked := wanted & kinds.keys():
            found += source(
                contact=contact,
                organisation=organisation,
                seat=seat,
                kinds=asked,
                limit=page * per_page + 1,
            )
    found.sort(key=lambda entry: entry.at, reverse=True)
    shown = found[(page - 1) * per_page : page * per_page]
    return TimelinePage(
        entries=[replace(entry, label=str(labels[entry.kind])) for entry in shown],
        number=page,
        has_more=len(found) > page * per_page,
    )


def start_of_day(day: date) -> datetime:
    """Return the day's first moment here, to stand among moments."""
    return timezone.make_aware(datetime.combine(day, time.min))


# --- The register's own sources


def register_own_sources() -> None:
    """Register notes, seats, what people said and tasks; called once, at start."""
    register_source(read_notes, kinds=dict(InteractionKind.choices))
    register_source(read_seats, kinds={"seat": gettext_lazy("Seat")})
    register_source(read_said, kinds={"said": gettext_lazy("About mail")})
    register_source(read_tasks, kinds={"task": gettext_lazy("To look at")})
    register_source(read_requests, kinds={"request": gettext_lazy("About own data")})


def read_notes(
    *,
    contact: Contact | None = None,
    organisation: Organisation | None = None,
    seat: Seat | None = None,
    kinds: Iterable[str],
    limit: int = 50,
) -> list[Entry]:
    """Return what was written down by hand.

    At an organisation also what was said with those who held a seat there that day.
    """
    rows = Interaction.objects.filter(kind__in=kinds).select_related("contact", "by")
    if contact is not None:
        found = list(rows.filter(contact=contact)[:limit])
    elif organisation is not None:
        # Asked apart: with OR between them neither would use its index.
        found = list(rows.filter(organisation=organisation)[:limit])
        known = {row.pk for row in found}
        others = _notes_with_people_of(organisation, rows)[:limit]
        found += [row for row in others if row.pk not in known]
    else:
        return []
    return [
        Entry(
            at=row.at,
            kind=row.kind,
            title=row.text,
            contact=row.contact,
            who=_name(row.by),
            edit_url=reverse("crm_note_edit", args=[row.pk]),
            owner_id=row.by_id,
        )
        for row in found
    ]


def read_seats(
    *,
    contact: Contact | None = None,
    organisation: Organisation | None = None,
    seat: Seat | None = None,
    kinds: Iterable[str],
    limit: int = 50,
) -> list[Entry]:
    """Return who took a seat and who left one, as far as the days are known."""
    rows = Affiliation.objects.filter(
        **_about(contact, organisation, seat, contact="contact", seat="seat")
    ).select_related("contact", "seat__role", "seat__organisation", "seat__network")
    today = timezone.localdate()
    taken = rows.filter(starts_on__lte=today).order_by("-starts_on")[:limit]
    left = rows.filter(ends_on__lt=today).order_by("-ends_on")[:limit]
    if seat is not None:
        # On the seat's own page its name says nothing.
        took, gave = _("Took the seat"), _("Left the seat")
    else:
        took, gave = _("Took the seat %(seat)s"), _("Left the seat %(seat)s")
    return [
        *(_say_seat(row, row.starts_on, took) for row in taken),
        *(_say_seat(row, row.ends_on, gave) for row in left),
    ]


def read_said(
    *,
    contact: Contact | None = None,
    organisation: Organisation | None = None,
    seat: Seat | None = None,
    kinds: Iterable[str],
    limit: int = 50,
) -> list[Entry]:
    """Return what a contact said about mail: the ledger. It is nobody else's."""
    if contact is None:
        return []
    rows = ConsentEntry.objects.filter(contact=contact).select_related("purpose", "by")
    return [
        Entry(
            at=row.at,
            kind="said",
            title=str(row),
            text=row.source_label,
            who=_name(row.by),
        )
        for row in rows[:limit]
    ]


def read_tasks(
    *,
    contact: Contact | None = None,
    organisation: Organisation | None = None,
    seat: Seat | None = None,
    kinds: Iterable[str],
    limit: int = 50,
) -> list[Entry]:
    """Return why somebody was to look at a seat, and whether it is done."""
    rows = SeatTask.objects.filter(
        **_about(contact, organisation, seat, contact="contact", seat="seat")
    ).select_related("contact", "closed_by")
    return [
        Entry(
            at=row.opened_at,
            kind="task",
            title=row.get_reason_display(),
            text="\n".join(filter(None, [row.detail, _say_done(row)])),
            contact=row.contact,
            who=_name(row.closed_by),
            url=reverse("crm_seat:inspect", args=[row.seat_id]),
        )
        for row in rows.order_by(F("opened_at").desc(), "-pk")[:limit]
    ]


def read_requests(
    *,
    contact: Contact | None = None,
    organisation: Organisation | None = None,
    seat: Seat | None = None,
    kinds: Iterable[str],
    limit: int = 50,
) -> list[Entry]:
    """Return what a contact asked about their own data; copies they took among it."""
    if contact is None:
        return []
    rows = DataRequest.objects.filter(contact=contact).select_related("closed_by")
    return [
        Entry(
            at=row.asked_at,
            kind="request",
            title=_say_request(row),
            text="\n".join(filter(None, [row.text, row.answer])),
            who=_name(row.closed_by),
            url="" if row.kind == RequestKind.COPY else reverse("crm_requests"),
        )
        for row in rows.order_by("-asked_at", "-pk")[:limit]
    ]


def _say_request(row: DataRequest) -> str:
    if row.kind == RequestKind.COPY:
        return _("Took a copy of their own data")
    if row.closed_at:
        return _("Asked, and was answered: %(kind)s") % {
            "kind": row.get_kind_display().lower()
        }
    return _("Asks: %(kind)s. To be answered by %(day)s.") % {
        "kind": row.get_kind_display().lower(),
        "day": date_format(row.due_on, "SHORT_DATE_FORMAT"),
    }


def _notes_with_people_of(organisation: Organisation, rows: Any) -> Any:
    people = Affiliation.objects.filter(organisation=organisation)
    day = OuterRef("day")
    there = people.filter(
        Q(starts_on__isnull=True) | Q(starts_on__lte=day),
        Q(ends_on__isnull=True) | Q(ends_on__gte=day),
        contact=OuterRef("contact"),
    )
    met = rows.filter(contact__in=people.values("contact"))
    return met.annotate(day=TruncDate("at")).filter(Exists(there))


def _about(
    contact_is: Contact | None,
    organisation_is: Organisation | None,
    seat_is: Seat | None,
    *,
    contact: str,
    seat: str,
) -> dict[str, Any]:
    """Return the filter for rows about the one of the three that there is."""
    if contact_is is not None:
        return {contact: contact_is}
    if organisation_is is not None:
        return {f"{seat}__organisation": organisation_is}
    return {seat: seat_is}


def _say_seat(row: Affiliation, day: date | None, text: str) -> Entry:
    assert day is not None  # noqa: S101 -- the query asked for it
    return Entry(
        at=start_of_day(day),
        kind="seat",
        title=text % {"seat": row.seat},
        contact=row.contact,
        url=reverse("crm_seat:inspect", args=[row.seat_id]),
        is_whole_day=True,
    )


def _name(user: Any) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def _say_done(task: SeatTask) -> str:
    if task.closed_at is None:
        return _("Not done yet.")
    day = timezone.localtime(task.closed_at)
    return _("Done on %(day)s.") % {"day": date_format(day, "SHORT_DATE_FORMAT")}
