"""A network, project or programme in short."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from crm.choices import MembershipRole
from crm.models import Network, Organisation
from crm.projects import describe_status
from newsletter.blocks.register.base import RegisterBlock, RegisterValue
from newsletter.blocks.register.choosing import NetworkChooserBlock
from newsletter.blocks.register.members import list_members
from newsletter.blocks.text import FEATURES


@dataclass(frozen=True)
class ProjectCard:
    """What is said of a project; "" and [] for what the register does not know."""

    network: Network
    title: str
    status: str
    partners: list[Organisation]
    link_text: str
    href: str


class ProjectValue(RegisterValue):
    @property
    def section_title(self) -> str:
        """The editor's title, else the project's name in the active language."""
        network = self["network"]
        return self["title"] or (network.local_name if network else "")


class ProjectBlock(RegisterBlock):
    network = NetworkChooserBlock(label=_("Network or project"))
    title = blocks.CharBlock(
        label=_("Title"),
        max_length=160,
        required=False,
        help_text=_("Only if it is not to be the name in the register."),
    )
    text = blocks.RichTextBlock(label=_("Text"), features=FEATURES, required=False)
    shows_partners = blocks.BooleanBlock(
        label=_("Name the partners"), required=False, default=True
    )
    link_text = blocks.CharBlock(
        label=_("Words of the link"), max_length=120, required=False
    )
    page = blocks.PageChooserBlock(
        label=_("leads to the page"),
        required=False,
        help_text=_("Without a page it leads to the project's website."),
    )

    def read_register(self, value: Any, page: Any) -> ProjectCard | None:
        network = value["network"]
        if network is None:
            return None
        target = value["page"]
        wants = value["shows_partners"]
        return ProjectCard(
            network=network,
            title=value.section_title,
            status=describe_status(network, timezone.localdate()),
            partners=list_members(network, MembershipRole.PARTNER) if wants else [],
            link_text=value["link_text"]
            or gettext("Read more about %(project)s")
            % {"project": value.section_title},
            href=(target.url if target else "") or network.website,
        )

    class Meta:
        label = _("Project")
        icon = "folder-open-inverse"
        template = "web/blocks/project_card.html"
        group = _("From the register")
        help_text = _(
            "Time, grant and partners come from the register; what it is about you "
            "write yourself."
        )
        label_format = "{title} {network}"
        value_class = ProjectValue
