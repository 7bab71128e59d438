"""People who hold seats, for the tests of merging."""

from crm.models import Affiliation


def affiliate(seat, contact, starts_on, ends_on) -> None:
    """Let a contact hold a seat from one day to another, whoever holds it too."""
    copies = {
        "role": seat.role,
        "organisation": seat.organisation,
        "kind": seat.organisation.kind,
        "country": seat.organisation.country,
        "region": seat.organisation.region,
    }
    Affiliation.objects.create(
        seat=seat, contact=contact, starts_on=starts_on, ends_on=ends_on, **copies
    )
