"""Where a network or project stands in time, in words."""

from datetime import date

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from crm.models import Network


def has_ended(network: Network, on: date) -> bool:
    """Whether the network's last day has passed on that day."""
    return network.ends_on is not None and network.ends_on < on


def describe_status(network: Network, on: date) -> str:
    """Return "Runs until December 2022" or what of it is known; "" for no dates.

    To the month: grants are counted in months, and their last day tells nobody more.
    """
    if has_ended(network, on):
        return _("Ended in %(month)s") % {"month": _month(network.ends_on)}
    if network.starts_on and network.starts_on > on:
        return _("Begins in %(month)s") % {"month": _month(network.starts_on)}
    if network.ends_on:
        return _("Runs until %(month)s") % {"month": _month(network.ends_on)}
    if network.starts_on:
        return _("Runs since %(month)s") % {"month": _month(network.starts_on)}
    return ""


def _month(day: date | None) -> str:
    return format_date(day, "F Y") if day else ""
