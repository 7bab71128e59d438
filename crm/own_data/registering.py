"""The register's own sections, in the order in which they are read."""

from django.utils.translation import gettext_lazy as _

from crm.models import Contact, Event, Segment
from crm.own_data import mail_records, records
from crm.own_data.sections import register_section


def register_own_sections() -> None:
    """Register what the register itself holds; called once, at start."""
    register_section("person", _("Who you are"), records.find_person)
    register_section("own_fields", _("More about you"), records.find_own_fields)
    register_section(
        "seats",
        _("Your posts"),
        records.find_seats,
        covers=["crm.Affiliation.contact", "crm.Seat.address_hash"],
    )
    register_section(
        "topics",
        _("What you care for"),
        records.find_topics,
        covers=[_links(Contact, "topics")],
    )
    register_section(
        "purposes",
        _("What we may send you"),
        mail_records.find_purposes,
        covers=["crm.ConsentState.contact"],
    )
    register_section(
        "said",
        _("What you said about mail"),
        mail_records.find_said,
        covers=["crm.ConsentEntry.contact"],
    )
    register_section(
        "stops",
        _("Addresses to which nothing is sent"),
        mail_records.find_stops,
        covers=["crm.Suppression.address_hash"],
    )
    register_section(
        "notes",
        _("Notes, calls, meetings and offers to take part"),
        records.find_notes,
        covers=["crm.Interaction.contact"],
    )
    register_section(
        "tasks",
        _("What the office was to look at"),
        records.find_tasks,
        covers=["crm.SeatTask.contact"],
    )
    register_section(
        "events",
        _("Events at which you speak"),
        records.find_events,
        covers=[_links(Event, "speakers")],
    )
    register_section(
        "groups",
        _("Groups that you were put into or left out of by hand"),
        records.find_groups,
        covers=[_links(Segment, "added"), _links(Segment, "excluded")],
    )
    register_section("origins", _("Imports that wrote you"), records.find_origins)
    register_section(
        "merges",
        _("Entries about you that became one"),
        records.find_merges,
        covers=["crm.Merge.kept"],
    )
    register_section(
        "distinctions",
        _("Whom you were told apart from"),
        records.find_distinctions,
        covers=["crm.DistinctPair.first", "crm.DistinctPair.second"],
    )
    register_section(
        "requests",
        _("What you asked about your data"),
        records.find_requests,
        covers=["crm.DataRequest.contact"],
    )
    register_section("history", _("Changes to your entry"), mail_records.find_history)
    register_section("receivers", _("Who else gets the data"), records.find_receivers)


def _links(model: type, name: str) -> str:
    """Return the column of a many-to-many table that refers to contacts."""
    return f"{getattr(model, name).through._meta.label}.contact"
