"""The demo's organisations, networks, roles and topics."""

from crm.models import Grant, Membership, Network, Organisation, Role, Topic
from home.demo.files import read_json


def load_terms() -> int:
    """Make the roles and topics that are not there; return how many there are.

    These are good for a real network too: fixtures/reference/.
    """
    for model, file in ((Role, "roles.json"), (Topic, "topics.json")):
        for entry in read_json("reference", file):
            model.objects.get_or_create(slug=entry["slug"], defaults=entry)
    return Role.objects.count() + Topic.objects.count()


def load_organisations() -> int:
    """Make the organisations, parents before their parts; return how many there are."""
    made: dict[str, Organisation] = {}
    for entry in read_json("demo", "organisations.json"):
        parent = made.get(entry.pop("parent", ""))
        made[entry["name"]] = Organisation.objects.create(parent=parent, **entry)
    return len(made)


def load_networks() -> int:
    """Make grants, networks and who belongs to them; return how many networks."""
    data = read_json("demo", "networks.json")
    grants = {
        entry["agreement_number"]: Grant.objects.create(**entry)
        for entry in data["grants"]
    }
    for entry in data["networks"]:
        grant = grants.get(entry.pop("grant", ""))
        network = Network.objects.create(grant=grant, **entry)
        for role, names in data["memberships"][network.slug].items():
            _add_members(network, role, names)
    return len(data["networks"])


def _add_members(network: Network, role: str, names: list[str]) -> None:
    organisations = {
        organisation.name: organisation
        for organisation in Organisation.objects.filter(name__in=names)
    }
    Membership.objects.bulk_create(
        Membership(
            network=network,
            organisation=organisations[name],
            role=role,
            starts_on=network.starts_on,
        )
        for name in names
    )
