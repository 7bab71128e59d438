"""What may be said of people in public: the one place that decides it.

Name, role and organisation of people whom an editor lists, or who sit in a seat that a
page lists. Photo, e-mail, telephone and biography only where the contact has agreed to
that very field (``Contact.publishes_…``). A seat's own address belongs to the post, not
to the person, and is public wherever the seat is shown.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import get_language

from crm.models import Affiliation, Contact, Network, Organisation, Seat
from crm.names import make_sort_key


@dataclass(frozen=True)
class PublicCard:
    """A person as the public may see them, in the active language; "" where nothing."""

    name: str
    role: str = ""
    organisation: str = ""
    # What the organisation is part of: the university of a research centre.
    parent: str = ""
    email: str = ""
    phone: str = ""
    biography: str = ""
    photo: Any = None
    website: str = ""
    contact_id: int | None = None
    organisation_id: int | None = None

    def __bool__(self) -> bool:
        """Whether it says anything at all."""
        told = (self.name, self.role, self.organisation, self.email, self.website)
        return any(told)

    @property
    def place(self) -> str:
        """The organisation and what it is part of."""
        return ", ".join(part for part in (self.organisation, self.parent) if part)

    @property
    def post(self) -> str:
        """Role and organisation, for a line below the name."""
        return ", ".join(part for part in (self.role, self.place) if part)


def public_card(contact: Contact, on: date) -> PublicCard:
    """Return what may be said of a contact, in the seat held longest that day, if any."""
    [*found] = _find_held([contact], on, None).values()
    return _make_card(contact, found[0].seat if found else None)


def seat_card(seat: Seat, on: date) -> PublicCard:
    """Return what may be said of a seat: its holder of that day, or the post alone."""
    held = _held(on).filter(seat=seat).first()
    if held:
        return _make_card(held.contact, held.seat)
    return PublicCard(
        name="",
        role=name_post(seat),
        organisation=str(seat.organisation),
        parent=str(seat.organisation.parent or ""),
        email=seat.email,
        website=seat.organisation.website,
        organisation_id=seat.organisation.pk,
    )


def picked_cards(
    picks: Iterable[tuple[Contact, str]], on: date, network: Network | None = None
) -> list[PublicCard]:
    """Return cards of (contact, described as), in their order; three queries at most.

    A seat in ``network`` goes before a contact's other seats. Somebody without a name is
    left out: all that could be shown is the address.
    """
    listed = [pick for pick in picks if pick[0].full_name]
    contacts = [contact for contact, _words in listed]
    held = _find_held(contacts, on, network)
    prefetch_related_objects(contacts, "photo")
    return [
        _make_card(
            contact, held[contact.pk].seat if contact.pk in held else None, words
        )
        for contact, words in listed
    ]


def seated_cards(
    on: date,
    *,
    network: Network | None = None,
    role: int | str | None = None,
    organisation: Organisation | None = None,
) -> list[PublicCard]:
    """Return cards of who sits in such seats that day, by name; one query.

    Everything asked holds of one and the same seat. [] when nothing is asked: the whole
    register is never meant.
    """
    asked = {"network": network, "role_id": role or None, "organisation": organisation}
    wanted = {name: value for name, value in asked.items() if value is not None}
    if not wanted:
        return []
    rows = _held(on).filter(**wanted).order_by("contact__sort_key", "pk")
    # Somebody with two such seats is listed once, in the first.
    first = {row.contact_id: row for row in reversed(rows)}
    return [
        _make_card(row.contact, row.seat)
        for row in rows
        if first[row.contact_id] is row and row.contact.full_name
    ]


@dataclass(frozen=True)
class Post:
    """A post of an organisation in the public directory, and who holds it, if told."""

    name: str
    network: Network | None = None
    holder: PublicCard | None = None
    email: str = ""
    # How many posts of that name there are, of which no more is told.
    count: int = 1


def list_experts(
    on: date, roles: Collection[int], network: Network | None = None
) -> list[PublicCard]:
    """Return who holds a post in such a role that day and agreed to be named, by name.

    Only in published organisations (and in ``network``); each person once. One query.
    """
    if not roles:
        return []
    rows = _held(on).filter(
        role__in=roles,
        organisation__is_published=True,
        contact__publishes_name=True,
    )
    if network:
        rows = rows.filter(network=network)
    first: dict[int, Affiliation] = {}
    for row in rows.order_by("contact__sort_key", "pk"):
        if row.contact.full_name:
            first.setdefault(row.contact_id, row)
    return [_make_directory_card(row) for row in first.values()]


def list_posts(organisation: Organisation, on: date) -> list[Post]:
    """Return the posts of a published organisation; two queries. [] for others.

    Those with a holder who agreed to be named come first, by name; posts of which nothing
    but their name is told are counted together.
    """
    if not organisation.is_published:
        return []
    rows = _held(on).filter(organisation=organisation, contact__publishes_name=True)
    holders = {
        row.seat_id: _make_directory_card(row)
        for row in rows.order_by("contact__sort_key", "pk")
        if row.contact.full_name
    }
    ranks = {seat: rank for rank, seat in enumerate(holders)}
    seats = sorted(
        organisation.seats.select_related("role", "network"),
        key=lambda seat: (
            ranks.get(seat.pk, len(ranks)),
            make_sort_key(name_post(seat)),
        ),
    )
    told, rest = [], Counter[tuple[str, Network | None]]()
    for seat in seats:
        holder, name = holders.get(seat.pk), name_post(seat)
        if holder or seat.email:
            told.append(Post(name, seat.network, holder, seat.email))
        else:
            rest[name, seat.network] += 1
    return told + [
        Post(name, network, count=count) for (name, network), count in rest.items()
    ]


def name_post(seat: Seat) -> str:
    """Return what a post is called in the active language.

    Its title is in the office's own language, Swedish; elsewhere its role's name stands.
    """
    if get_language() == "sv" and seat.title:
        return seat.title
    return str(seat.role)


def _make_card(
    contact: Contact, seat: Seat | None, described_as: str = ""
) -> PublicCard:
    place = seat.organisation if seat else None
    address = contact.email if contact.publishes_email else ""
    return PublicCard(
        name=contact.full_name,
        role=described_as or (name_post(seat) if seat else ""),
        organisation=str(place or ""),
        parent=str((place and place.parent) or ""),
        email=(seat.email if seat else "") or address,
        phone=contact.phone if contact.publishes_phone else "",
        biography=contact.biography if contact.publishes_biography else "",
        photo=contact.photo if contact.publishes_photo else None,
        website=place.website if place else "",
        contact_id=contact.pk,
        organisation_id=place.pk if place else None,
    )


def _make_directory_card(row: Affiliation) -> PublicCard:
    """Return the card of who agreed to be named, without organisations not published."""
    card = _make_card(row.contact, row.seat)
    parent = row.seat.organisation.parent
    return card if not parent or parent.is_published else replace(card, parent="")


def _held(on: date) -> Any:
    return Affiliation.objects.held(on).select_related(
        "contact__photo", "seat__role", "seat__organisation__parent"
    )


def _find_held(
    contacts: list[Contact], on: date, network: Network | None
) -> dict[int, Affiliation]:
    """Return by contact the seat each is shown in: of ``network``, else held longest."""
    rows = _held(on).filter(contact__in=[contact.pk for contact in contacts])
    preferred = network.pk if network else None
    found: dict[int, Affiliation] = {}
    for row in sorted(rows, key=lambda row: (row.network_id != preferred, row.pk)):
        found.setdefault(row.contact_id, row)
    return found
