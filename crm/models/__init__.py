"""The register's tables. See docs/architecture.md for how they hang together."""

from crm.models.any_of import AnyOf
from crm.models.api import ApiToken
from crm.models.consent import ConsentEntry, ConsentState, Purpose
from crm.models.contact import Contact
from crm.models.custom import CustomField
from crm.models.event import Event, EventSeries, Place
from crm.models.imports import ImportBatch, ImportChange, ImportSource
from crm.models.job import Job
from crm.models.merge import DistinctPair, Merge
from crm.models.network import Grant, Membership, Network
from crm.models.organisation import Organisation
from crm.models.publication import MediaItem, Publication
from crm.models.request import DataRequest
from crm.models.seat import Affiliation, Seat, SeatTask
from crm.models.segment import Segment, SegmentCount
from crm.models.suppression import Suppression
from crm.models.timeline import Interaction
from crm.models.vocabulary import Role, Topic

__all__ = [
    "Affiliation",
    "AnyOf",
    "ApiToken",
    "ConsentEntry",
    "ConsentState",
    "Contact",
    "CustomField",
    "DataRequest",
    "DistinctPair",
    "Event",
    "EventSeries",
    "Grant",
    "ImportBatch",
    "ImportChange",
    "ImportSource",
    "Interaction",
    "Job",
    "MediaItem",
    "Membership",
    "Merge",
    "Network",
    "Organisation",
    "Place",
    "Publication",
    "Purpose",
    "Role",
    "Seat",
    "SeatTask",
    "Segment",
    "SegmentCount",
    "Suppression",
    "Topic",
]
