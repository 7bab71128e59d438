"""The CLIP network of the owner's document: 28 members, five centres, six experts.

The Swedish names are those of ``fixtures/demo/seeds/002_….txt``; the tests compare them.
The organisations and people are real and public in that document; their addresses are
invented, and end in ``.example`` like all others of the demo.
"""

from typing import Any

from crm.choices import MembershipRole
from crm.models import Contact, Membership, Network, Organisation, Role, Seat
from crm.seats import fill_seat
from home.demo.files import read_json

SLUG = "clip"
# Both a member and, with the two that founded it, a founder.
FOUNDING_CITY = "Stuttgart"


def load_clip() -> int:
    """Make the network, its members, its research and its people; return the members."""
    data = read_json("demo", "clip.json")
    clip, imisco = (Network.objects.create(**entry) for entry in data["networks"])
    members = _make_organisations(data["members"])
    founders = _make_organisations(data["founders"])
    _make_organisations(data["hosts"])
    centres = _make_organisations(data["centres"])
    founders.append(Organisation.objects.get(name=FOUNDING_CITY))
    _join(clip, MembershipRole.MEMBER, members)
    _join(clip, MembershipRole.FOUNDER, founders)
    _join(clip, MembershipRole.PARTNER, centres)
    _join(imisco, MembershipRole.MEMBER, centres)
    for person in data["people"]:
        _seat_person(clip, **person)
    return len(members)


def _make_organisations(entries: list[dict[str, Any]]) -> list[Organisation]:
    made = []
    for entry in entries:
        name = entry.pop("parent", "")
        parent = Organisation.objects.get(name=name) if name else None
        made.append(Organisation.objects.create(parent=parent, **entry))
    return made


def _join(network: Network, role: str, organisations: list[Organisation]) -> None:
    Membership.objects.bulk_create(
        Membership(
            network=network,
            organisation=organisation,
            role=role,
            starts_on=network.starts_on,
        )
        for organisation in organisations
    )


def _seat_person(
    network: Network, *, organisation: str, role: str, title: str, **fields: Any
) -> None:
    seat = Seat.objects.create(
        organisation=Organisation.objects.get(name=organisation),
        role=Role.objects.get(slug=role),
        network=network,
        title=title,
    )
    contact = Contact.objects.create(**fields)
    fill_seat(seat, contact, starts_on=network.starts_on)
