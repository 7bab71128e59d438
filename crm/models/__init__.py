"""The register's tables. See docs/architecture.md for how they hang together."""

from crm.models.consent import ConsentEntry, ConsentState, Purpose
from crm.models.contact import Contact
from crm.models.network import Grant, Membership, Network
from crm.models.organisation import Organisation
from crm.models.seat import Affiliation, Seat
from crm.models.segment import Segment
from crm.models.suppression import Suppression
from crm.models.vocabulary import Role, Topic

__all__ = [
    "Affiliation",
    "ConsentEntry",
    "ConsentState",
    "Contact",
    "Grant",
    "Membership",
    "Network",
    "Organisation",
    "Purpose",
    "Role",
    "Seat",
    "Segment",
    "Suppression",
    "Topic",
]
