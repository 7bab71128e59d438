"""ICLD, Fores, HSSL Norrbotten and CLIP's publications, as the owner's documents have them.

Organisations, people and titles are real and public in those documents
(``fixtures/demo/seeds``); the people's addresses are invented and end in ``.example``.
What a document does not say, such as the number of a grant or a report's year, is not
made up here either: a grant is told by its project's name.
"""

from typing import Any

from crm.models import (
    Contact,
    Event,
    EventSeries,
    Grant,
    MediaItem,
    Membership,
    Network,
    Organisation,
    Place,
    Publication,
    Role,
    Seat,
)
from crm.seats import fill_seat
from home.demo.files import read_json

FILE = "programmes.json"


def load_programmes() -> int:
    """Make the programmes with their people, events and works; return how many works."""
    data = read_json("demo", FILE)
    for entry in data["organisations"]:
        Organisation.objects.create(**entry)
    _make_networks(data)
    for person in data["people"]:
        _seat_person(**person)
    _make_events(data)
    _make_works(data)
    return len(data["publications"]) + len(data["media"])


def _make_networks(data: dict[str, Any]) -> None:
    grants = {
        entry["agreement_number"]: Grant.objects.create(**entry)
        for entry in data["grants"]
    }
    for entry in data["networks"]:
        Network.objects.create(**{**entry, "grant": grants.get(entry.get("grant"))})
    for slug, number in data["existing_grants"].items():
        Network.objects.filter(slug=slug).update(grant=grants[number])
    for slug, roles in data["memberships"].items():
        for role, names in roles.items():
            Membership.objects.bulk_create(
                Membership(network=_network(slug), organisation=_place(name), role=role)
                for name in names
            )


def _seat_person(
    *, organisation: str, role: str, network: str, title: str, **fields: Any
) -> None:
    seat = Seat.objects.create(
        organisation=_place(organisation),
        role=Role.objects.get(slug=role),
        network=_network(network),
        title=title,
    )
    fill_seat(seat, Contact.objects.create(**fields))


def _make_events(data: dict[str, Any]) -> None:
    for entry in data["places"]:
        Place.objects.create(**entry)
    for entry in data["series"]:
        EventSeries.objects.create(
            **{**entry, "network": _network(entry["network"])},
        )
    for entry in data["events"]:
        _make_event(**entry)


def _make_event(
    *,
    organiser: str,
    series: str = "",
    network: str = "",
    place: str = "",
    speakers: tuple[str, ...] = (),
    **fields: Any,
) -> None:
    belongs = EventSeries.objects.filter(name_sv=series).first()
    event = Event.objects.create(
        organiser=_place(organiser),
        series=belongs,
        network=belongs.network if belongs else _network(network),
        place=Place.objects.filter(name=place).first(),
        **fields,
    )
    event.speakers.set(Contact.objects.filter(email__in=speakers))


def _make_works(data: dict[str, Any]) -> None:
    for entry in data["publications"]:
        network = entry.pop("network", "")
        Publication.objects.create(
            **{**entry, "publisher": _place(entry["publisher"])},
            network=_network(network) if network else None,
        )
    for entry in data["media"]:
        MediaItem.objects.create(
            **{**entry, "outlet": _place(entry["outlet"])},
            publisher=_place(data["concerns"]),
        )


def _network(slug: str) -> Network:
    return Network.objects.get(slug=slug)


def _place(name: str) -> Organisation:
    return Organisation.objects.get(name=name)
