"""Blocks whose content is kept in the register: the partners, and who pays."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from crm.models import Grant, Membership, Network
from newsletter.blocks.base import ContentBlock


def list_partners(network: Network | None) -> list[Membership]:
    """Return a network's memberships that have not ended, in order of name."""
    if network is None:
        return []
    members = network.memberships.filter(ends_on__isnull=True)
    return list(members.select_related("organisation__logo"))


def find_grant(page: Any) -> Grant | None:
    """Return the grant behind an item: that of its network."""
    network = getattr(page, "network", None)
    return network.grant if network else None


class PartnerLogosBlock(ContentBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=80)

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


class FundingNoticeBlock(blocks.StaticBlock):
    """What the grant obliges the item to say. Nobody can limit, cut or reword it."""

    class Meta:
        label = _("Funding notice")
        icon = "lock"
        template = "web/blocks/funding_notice.html"
        group = _("From the register")
        admin_text = _(
            "The statement that the grant of the item's network asks for. It is kept "
            "with the grant in the register and cannot be changed here."
        )
