"""What a network's page says of it beside its items."""

from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlsplit

from django import template
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from crm.choices import MembershipRole
from crm.dates import format_range
from crm.models import Network, Organisation
from crm.names import make_sort_key
from home.directory.listing import current_memberships
from home.directory.roles import head_role

register = template.Library()


class RoleHead(NamedTuple):
    """The heading over the members of one role, and what it is called in addresses."""

    slug: str
    label: str


@register.filter
def period(network: Network) -> str:
    """Return from when to when a network is or was, in words; "" when it is not known."""
    if network.starts_on and network.ends_on:
        return f"{network.starts_on.year}–{network.ends_on.year}"
    if network.starts_on:
        return _("since %(day)s") % {"day": format_range(network.starts_on, None)}
    return format_range(None, network.ends_on)


@register.filter
def members_by_role(network: Network) -> list[tuple[RoleHead, list[Organisation]]]:
    """Return today's members under each role, in the order of names in this language.

    Those that the public directory shows: an organisation may wish to be named nowhere.
    """
    current = current_memberships(localdate()).filter(
        network=network, organisation__is_published=True
    )
    order = list(MembershipRole.values)
    rows = sorted(
        current.select_related("organisation"),
        key=lambda m: (order.index(m.role), make_sort_key(m.organisation.local_name)),
    )
    groups = [
        (role, [membership.organisation for membership in group])
        for role, group in groupby(rows, key=lambda m: m.role)
    ]
    return [
        (RoleHead(role, head_role(role, len(members))), members)
        for role, members in groups
    ]


@register.filter
def bare_address(url: str) -> str:
    """Return a web address as people write it: without scheme and last slash."""
    parts = urlsplit(url)
    return f"{parts.netloc.removeprefix('www.')}{parts.path}".rstrip("/")
