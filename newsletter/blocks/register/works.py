"""Publications and appearances in the media."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from crm.models import MediaItem, Publication
from newsletter.blocks.register.base import RegisterListBlock
from newsletter.blocks.register.choosing import (
    MediaItemChooserBlock,
    NetworkChooserBlock,
    OrganisationChooserBlock,
    PublicationChooserBlock,
)


class WorksBlock(RegisterListBlock):
    """A list of works: those picked, or all of a network or an organisation."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)

    def read_register(self, value: Any, page: Any) -> list[Any]:
        picked = [work for work in value["works"] if work]
        if value["works"]:
            return self.arrange(picked, value)
        asked = {"network": value["network"], "publisher": value["organisation"]}
        wanted = {name: thing for name, thing in asked.items() if thing}
        if not wanted and getattr(page, "network", None):
            wanted = {"network": page.network}
        return self.arrange(self.find(wanted), value) if wanted else []

    def find(self, wanted: dict[str, Any]) -> list[Any]:
        """Return all works of that network or organisation, in their usual order."""
        raise NotImplementedError

    def arrange(self, works: list[Any], value: Any) -> list[Any]:
        """Return the works in the order in which they are to stand."""
        return works


class PublicationsBlock(WorksBlock):
    works = blocks.ListBlock(
        PublicationChooserBlock(),
        label=_("Publications, in this order"),
        default=[],
        required=False,
        help_text=_("Without any, all of the network or organisation below."),
    )
    network = NetworkChooserBlock(
        label=_("or all of the network"),
        required=False,
        help_text=_("Without any, those of the item's own network."),
    )
    organisation = OrganisationChooserBlock(
        label=_("published by the organisation"), required=False
    )
    shows_descriptions = blocks.BooleanBlock(
        label=_("With what they are about"), required=False, default=True
    )

    def find(self, wanted):
        return list(Publication.objects.filter(**wanted).select_related("publisher"))

    class Meta:
        label = _("Publications")
        icon = "doc-full"
        template = "web/blocks/publications.html"
        group = _("From the register")
        label_format = "{heading}"


class MediaListBlock(WorksBlock):
    works = blocks.ListBlock(
        MediaItemChooserBlock(),
        label=_("Articles and broadcasts"),
        default=[],
        required=False,
        help_text=_("Without any, all of the network or organisation below."),
    )
    network = NetworkChooserBlock(
        label=_("or all of the network"),
        required=False,
        help_text=_("Without any, those of the item's own network."),
    )
    organisation = OrganisationChooserBlock(
        label=_("that concern the organisation"), required=False
    )
    newest_first = blocks.BooleanBlock(label=_("The newest first"), required=False)

    def find(self, wanted):
        return list(MediaItem.objects.filter(**wanted).select_related("outlet"))

    def arrange(self, works, value):
        return sorted(
            works,
            key=lambda work: (work.appeared_on, work.title),
            reverse=bool(value["newest_first"]),
        )

    class Meta:
        label = _("In the media")
        icon = "openquote"
        template = "web/blocks/media_list.html"
        group = _("From the register")
        help_text = _("Each is said in one sentence, by date.")
        label_format = "{heading}"
