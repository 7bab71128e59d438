"""The register's own sections, in the order in which they are read."""

from django.utils.translation import gettext_lazy as _

from crm.models import Contact, Event, Segment
from crm.own_data import mail_records, records
from crm.own_data.sections import register_section


def register_own_sections() -> None:
    """Register what the register itself holds; called once, at start."""
    register_section("person", _("Who you are"), records.find_person, order=100)
    register_section(
        "own_fields", _("More about you"), records.find_own_fields, order=110
    )
    register_section(
        "seats",
        _("Your posts"),
        records.find_seats,
        covers=["crm.Affiliation.contact", "crm.Seat.address_hash"],
        order=120,
    )
    register_section(
        "topics",
        _("What you care for"),
        records.find_topics,
        covers=[_links(Contact, "topics")],
        order=130,
    )
    register_section(
        "purposes",
        _("What we may send you"),
        mail_records.find_purposes,
        covers=["crm.ConsentState.contact"],
        order=200,
    )
    register_section(
        "said",
        _("What you said about mail"),
        mail_records.find_said,
        covers=["crm.ConsentEntry.contact"],
        order=210,
    )
    register_section(
        "stops",
        _("Addresses to which nothing is sent"),
        mail_records.find_stops,
        covers=["crm.Suppression.address_hash"],
        order=220,
    )
    register_section(
        "notes",
        _("Notes, calls, meetings and offers to take part"),
        records.find_notes,
        covers=["crm.Interaction.contact"],
        order=400,
    )
    register_section(
        "tasks",
        _("What the office was to look at"),
        records.find_tasks,
        covers=["crm.SeatTask.contact"],
        order=410,
    )
    register_section(
        "events",
        _("Events at which you speak"),
        records.find_events,
        covers=[_links(Event, "speakers")],
        order=420,
    )
    register_section(
        "groups",
        _("Groups that you were put into or left out of by hand"),
        records.find_groups,
        covers=[_links(Segment, "added"), _links(Segment, "excluded")],
        order=430,
    )
    register_section(
        "origins", _("Imports that wrote you"), records.find_origins, order=600
    )
    register_section(
        "merges",
        _("Entries about you that became one"),
        records.find_merges,
        covers=["crm.Merge.kept"],
        order=610,
    )
    register_section(
        "distinctions",
        _("Whom you were told apart from"),
        records.find_distinctions,
        covers=["crm.DistinctPair.first", "crm.DistinctPair.second"],
        order=620,
    )
    register_section(
        "requests",
        _("What you asked about your data"),
        records.find_requests,
        covers=["crm.DataRequest.contact"],
        order=630,
    )
    register_section(
        "history", _("Changes to your entry"), mail_records.find_history, order=640
    )
    register_section(
        "receivers", _("Who else gets the data"), records.find_receivers, order=700
    )


def _links(model: type, name: str) -> str:
    """Return the column of a many-to-many table that refers to contacts."""
    return f"{getattr(model, name).through._meta.label}.contact"
