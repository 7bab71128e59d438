"""What happened with a contact, at an organisation or on a seat, newest first.

Each kind of entry comes from a source. The register's own are in ``crm.happenings`` and
``crm.doings``; what newer layers know they register themselves (``newsletter.timeline``)::

    register_source(read_letters, kinds={"letter": _("Letter sent")})

A page asks every source once, whatever it shows, so the number of queries is constant.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import chain
from typing import Any

from django.utils import timezone

from crm.models import Contact, Organisation, Seat

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


@dataclass(frozen=True)
class Asked:
    """What a source is asked for: its newest ``limit`` entries of ``kinds``.

    They are about one of the three: a contact, an organisation or a seat.
    """

    kinds: frozenset[str]
    limit: int
    contact: Contact | None = None
    organisation: Organisation | None = None
    seat: Seat | None = None

    def where(
        self,
        *,
        contact: str = "contact",
        seat: str = "seat",
        organisation: str = "",
    ) -> dict[str, Any]:
        """Return the filter for rows about it; the names are the ways to them.

        To an organisation it goes by its seats, unless there is a shorter way.
        """
        if self.contact is not None:
            return {contact: self.contact}
        if self.organisation is not None:
            way = organisation or f"{seat}__organisation"
            return {way: self.organisation}
        return {seat: self.seat}


# Returns [] about what it has nothing to say of.
type Source = Callable[[Asked], list[Entry]]

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
        if its_kinds := frozenset(wanted & kinds.keys()):
            limit = page * per_page + 1
            found += source(Asked(its_kinds, limit, contact, organisation, seat))
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
