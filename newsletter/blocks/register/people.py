"""Lists of people: experts, speakers, whoever sits in certain seats."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from crm.publishing import PublicCard, picked_cards, seated_cards
from newsletter.blocks.register.base import RegisterListBlock
from newsletter.blocks.register.choosing import (
    ContactChooserBlock,
    NetworkChooserBlock,
    OrganisationChooserBlock,
    RoleBlock,
    role_choices,
)


@dataclass(frozen=True)
class PeopleGroup:
    """People under a heading of their own; "" for none."""

    heading: str
    cards: list[PublicCard]


class PersonBlock(blocks.StructBlock):
    contact = ContactChooserBlock(label=_("Contact"))
    described_as = blocks.CharBlock(
        label=_("Described as"),
        max_length=160,
        required=False,
        help_text=_("Instead of the role that the register gives."),
    )

    class Meta:
        icon = "user"
        label_format = "{contact} {described_as}"


class PeopleGroupBlock(blocks.StructBlock):
    heading = blocks.CharBlock(
        label=_("Heading of the group"),
        max_length=120,
        required=False,
        help_text=_("Only where there is more than one group."),
    )
    people = blocks.ListBlock(
        PersonBlock(label=_("Person")),
        label=_("People, in this order"),
        default=[],
        required=False,
    )
    network = NetworkChooserBlock(
        label=_("or those with a seat in the network"), required=False
    )
    role = RoleBlock(choices=role_choices, required=False, label=_("in the role"))
    organisation = OrganisationChooserBlock(
        label=_("at the organisation"), required=False
    )

    def clean(self, value):
        cleaned = super().clean(value)
        names = ("network", "role", "organisation")
        if not cleaned["people"] and not any(cleaned[name] for name in names):
            message = ValidationError(
                _(
                    "Choose people, or say by network, role or organisation who is meant."
                )
            )
            raise StructBlockValidationError({"people": message})
        return cleaned

    class Meta:
        icon = "group"
        label_format = "{heading}"


class PeopleListBlock(RegisterListBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    groups = blocks.ListBlock(
        PeopleGroupBlock(label=_("Group")), label=_("Who"), min_num=1
    )
    shows_details = blocks.BooleanBlock(
        label=_("With photo, biography and addresses"),
        required=False,
        help_text=_("Of those who have agreed to it; their contact says so."),
    )

    def read_register(self, value, page):
        today = timezone.localdate()
        groups = (_read_group(group, page, today) for group in value["groups"])
        return [group for group in groups if group.cards]

    def shorten(self, content):
        return content[:1]

    class Meta:
        label = _("List of people")
        icon = "group"
        template = "web/blocks/people_list.html"
        group = _("From the register")
        help_text = _(
            "Name, role and organisation come from the register. Whoever leaves a seat "
            "leaves the web page too; a mail keeps what it said when it was sent."
        )
        label_format = "{heading}"


def _read_group(group, page, today):
    picks = [
        (person["contact"], person["described_as"] or "")
        for person in group["people"]
        if person["contact"]
    ]
    network = group["network"]
    cards = picked_cards(picks, today, network or getattr(page, "network", None))
    if not group["people"]:
        cards = seated_cards(
            today,
            network=network,
            role=group["role"],
            organisation=group["organisation"],
        )
    return PeopleGroup(group["heading"] or "", cards)
