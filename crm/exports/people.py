"""Contacts as files show them, a lot at a time, however many there are.

Rows of plain values rather than models: of a million contacts with their seats and
topics, making the objects would take most of the time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from crm.models import Affiliation, Contact, Network, Role, Topic

# Contacts fetched at a time; what is related to them is fetched with each lot.
LOT = 1_000
COLUMNS = (
    *("given_name", "family_name", "email", "language", "phone"),
    *("paused_until", "custom"),
)


@dataclass(slots=True)
class Place:
    """A seat that somebody holds: what it is called, as the files name it."""

    organisation: str
    role: str
    network: str
    title: str
    email: str
    since: date | None


@dataclass(slots=True)
class Person:
    """A contact with the names of the topics and the seats held today."""

    pk: int
    given_name: str
    family_name: str
    email: str
    language: str
    phone: str
    paused_until: date | None
    custom: dict[str, Any]
    topics: list[str] = field(default_factory=list)
    seats: list[Place] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The whole name; the address of somebody without one."""
        return f"{self.given_name} {self.family_name}".strip() or self.email


def read_people(contacts: QuerySet[Contact]) -> Iterator[Person]:
    """Yield the contacts of a queryset in its order, their seats those of today.

    Names are in the language that is active while they are fetched. Six queries for
    each thousand contacts; no more of them are in memory.
    """
    rows = contacts.prefetch_related(None).values_list("pk", *COLUMNS)
    lot: list[Person] = []
    for row in rows.iterator(chunk_size=LOT):
        lot.append(Person(*row))
        if len(lot) == LOT:
            yield from _complete(lot)
            lot = []
    if lot:
        yield from _complete(lot)


def _complete(lot: list[Person]) -> list[Person]:
    """Return the people with their topics and seats filled in."""
    ids = [person.pk for person in lot]
    topics, seats = _read_topics(ids), _read_seats(ids)
    for person in lot:
        person.topics = topics[person.pk]
        person.seats = seats[person.pk]
    return lot


def _read_topics(ids: Iterable[int]) -> dict[int, list[str]]:
    links = Contact.topics.through._default_manager.filter(contact__in=ids)
    pairs = list(links.order_by().values_list("contact", "topic"))
    # Names come last: what was made meanwhile has one, what was deleted is left out.
    names = {topic.pk: topic.name for topic in Topic.objects.all()}
    order = {pk: place for place, pk in enumerate(names)}
    found: dict[int, list[str]] = defaultdict(list)
    known = (pair for pair in pairs if pair[1] in names)
    for contact, topic in sorted(known, key=lambda pair: order[pair[1]]):
        found[contact].append(names[topic])
    return found


def _read_seats(ids: Iterable[int]) -> dict[int, list[Place]]:
    held = Affiliation.objects.held(timezone.localdate()).filter(contact__in=ids)
    rows = list(
        held.order_by("pk").values_list(
            "contact",
            "seat__organisation__name",
            "seat__role",
            "seat__network",
            "seat__title",
            "seat__email",
            "starts_on",
        )
    )
    roles = {role.pk: role.name for role in Role.objects.all()}
    networks = {network.pk: network.name for network in Network.objects.all()}
    found: dict[int, list[Place]] = defaultdict(list)
    for contact, organisation, role, network, title, email, since in rows:
        called = (roles.get(role, ""), networks.get(network, ""))
        found[contact].append(Place(organisation, *called, title, email, since))
    return found
