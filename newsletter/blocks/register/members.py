"""Who belongs to a network, as names in a line or in columns."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from crm.choices import MembershipRole
from crm.models import Network, Organisation
from newsletter.blocks.register.base import RegisterListBlock
from newsletter.blocks.register.choosing import membership_choices
from newsletter.blocks.register.partners import (
    list_partners,
    make_network_block,
    network_of,
)


def list_members(network: Network | None, role: str = "") -> list[Organisation]:
    """Return the organisations of a network today, each once, in the language's order."""
    rows = list_partners(network, role)
    return list({row.organisation_id: row.organisation for row in rows}.values())


def count_members(network: Network | None) -> int:
    """Return how many organisations a network has: its members, else all it knows.

    Founders and research partners are not counted beside members.
    """
    members = list_members(network, MembershipRole.MEMBER)
    return len(members or list_members(network))


class MemberListBlock(RegisterListBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    network = make_network_block()
    role = blocks.ChoiceBlock(
        choices=membership_choices,
        default=MembershipRole.MEMBER,
        required=False,
        label=_("Who"),
        search_index=False,
    )
    layout = blocks.ChoiceBlock(
        choices=[
            ("line", _("One after another, with commas")),
            ("columns", _("In columns, with country")),
        ],
        default="line",
        label=_("How"),
        search_index=False,
    )
    shows_count = blocks.BooleanBlock(label=_("Say how many they are"), required=False)

    def read_register(self, value, page):
        return list_members(network_of(value, page), value["role"] or "")

    class Meta:
        label = _("List of members")
        icon = "site"
        template = "web/blocks/member_list.html"
        group = _("From the register")
        help_text = _(
            "The organisations that belong to the network today, by the names and in "
            "the order of the page's language."
        )
        label_format = "{heading}"
