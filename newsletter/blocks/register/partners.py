"""The partners of a network."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from crm.models import Membership, Network
from crm.names import make_sort_key
from newsletter.blocks.register.base import RegisterBlock
from newsletter.blocks.register.choosing import NetworkChooserBlock, membership_choices


def list_partners(network: Network | None, role: str = "") -> list[Membership]:
    """Return a network's memberships of today, in the order of the language's names.

    ``role`` keeps those of one kind. One query.
    """
    if network is None:
        return []
    today = timezone.localdate()
    members = network.memberships.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        Q(starts_on__isnull=True) | Q(starts_on__lte=today),
    )
    if role:
        members = members.filter(role=role)
    found = members.select_related("organisation__logo")
    return sorted(found, key=lambda row: make_sort_key(row.organisation.local_name))


def network_of(value: Any, page: Any) -> Network | None:
    """Return the network a block is about: its own, else that of the item."""
    return value["network"] or getattr(page, "network", None)


def make_network_block() -> NetworkChooserBlock:
    """Return the choice of a network other than the item's."""
    return NetworkChooserBlock(
        label=_("Network or project"),
        required=False,
        help_text=_("Only if it is not the item's own."),
    )


class PartnerLogosBlock(RegisterBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=80)
    network = make_network_block()
    role = blocks.ChoiceBlock(
        choices=membership_choices,
        required=False,
        label=_("Who"),
        search_index=False,
    )

    def read_register(self, value, page):
        return list_partners(network_of(value, page), value["role"] or "")

    class Meta:
        label = _("Partners of the project")
        icon = "group"
        template = "web/blocks/partner_logos.html"
        group = _("From the register")
        help_text = _(
            "Names and logos come from the register: the members of the item's "
            "network or project. The web page follows the register; a mail keeps "
            "what it said when it was sent."
        )
        label_format = "{heading}"
