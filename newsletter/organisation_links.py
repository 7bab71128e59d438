"""Links in running text to organisations of the register: ``<a linktype="organisation">``.

The number is stored; where it leads is asked when it is shown, so that the link follows
the organisation. A letter keeps where it led when it was frozen.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from draftjs_exporter import DOM
from wagtail.admin.rich_text.converters.html_to_contentstate import LinkElementHandler
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.rich_text import LinkHandler

from crm.models import Organisation
from newsletter.mail.richtext import UNLINKED

FEATURE = "organisation-link"
ENTITY = "ORGANISATION"
# Returns, by id, the path of the public page that shows an organisation.
FindPages = Callable[[Sequence[Organisation]], dict[int, str]]
_finders: list[FindPages] = []


def register_organisation_pages(find: FindPages) -> None:
    """Let ``find`` say which organisations have a page of their own on the site, and where.

    Asked in the language of the text; it leaves out those that the public may not see.
    """
    _finders.append(find)


def find_addresses(organisations: Sequence[Organisation]) -> dict[int, str]:
    """Return where a link to each leads: its page, else its website, else ""."""
    pages: dict[int, str] = {}
    for find in _finders:
        pages |= find(organisations)
    return {o.pk: pages.get(o.pk) or o.website for o in organisations}


class OrganisationLinkHandler(LinkHandler):
    """Writes the link for the reader; one that leads nowhere is its words."""

    identifier = "organisation"

    @staticmethod
    def get_model():
        return Organisation

    @classmethod
    def expand_db_attributes(cls, attrs: dict) -> str:
        return cls.expand_db_attributes_many([attrs])[0]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        found = cls.get_many(attrs_list)
        addresses = find_addresses(
            [organisation for organisation in found if organisation]
        )
        return [_write_tag(addresses.get(o.pk, "") if o else "") for o in found]

    @classmethod
    def extract_references(cls, attrs):
        yield Organisation, attrs["id"], "", ""


class OrganisationElementHandler(LinkElementHandler):
    """What the editor knows of such a link: the number and the name."""

    def get_attribute_data(self, attrs: dict) -> dict[str, Any]:
        number = attrs.get("id", "")
        found = number.isdecimal() and Organisation.objects.filter(pk=number).first()
        return {"id": number, "name": str(found) if found else ""}


def register_organisation_links(features: Any) -> None:
    """Add the feature ``organisation-link`` to Wagtail's registry."""
    features.register_link_type(OrganisationLinkHandler)
    features.register_editor_plugin(
        "draftail",
        FEATURE,
        EntityFeature(
            {
                "type": ENTITY,
                "icon": "home",
                "description": _("Organisation of the register"),
                "chooserUrls": {
                    "chooser": reverse_lazy("crm_organisation_chooser:choose")
                },
            },
            js=[
                "wagtailadmin/js/chooser-modal.js",
                "newsletter/js/organisation_link.js",
            ],
        ),
    )
    features.register_converter_rule(
        "contentstate",
        FEATURE,
        {
            "from_database_format": {
                'a[linktype="organisation"]': OrganisationElementHandler(ENTITY)
            },
            "to_database_format": {"entity_decorators": {ENTITY: _write_entity}},
        },
    )


def _write_entity(props: dict[str, Any]) -> Any:
    attrs = {"linktype": "organisation", "id": props.get("id")}
    return DOM.create_element("a", attrs, props["children"])


def _write_tag(address: str) -> str:
    return format_html('<a href="{}">', address) if address else f"<a {UNLINKED}>"
