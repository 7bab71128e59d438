"""The form of each kind of rule, as StreamField blocks made when a page asks for them.

Made at request time, so that no block of a segment ever ends up in a migration.
"""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from crm.choices import Language, OrganisationKind
from crm.countries import country_choices
from crm.models import Network, Organisation, Role, Segment, Topic


def make_seat_block() -> blocks.StructBlock:
    """Return the block of a seat rule; its values are those of ``Rule.values``."""
    return blocks.StructBlock(
        [
            ("roles", _pick_many(Role, _("Role"))),
            ("networks", _pick_many(Network, _("Network or project"))),
            ("organisations", _pick_many(Organisation, _("Organisation"))),
            ("kinds", _choose_many(OrganisationKind.choices, _("Kind of organisation"))),
            ("countries", _choose_many(country_choices, _("Country"))),
            ("regions", _choose_many(region_choices, _("Region or county"))),
            (
                "when",
                blocks.ChoiceBlock(
                    choices=[
                        ("now", _("Holds it now")),
                        ("before", _("Has left it")),
                        ("ever", _("Now or before")),
                    ],
                    default="now",
                    label=_("When"),
                ),
            ),
        ],
        label=_("Seat"),
        icon="group",
        form_classname="rule rule--seat",
    )


def make_language_block() -> blocks.StructBlock:
    """Return the block of a language rule."""
    return blocks.StructBlock(
        [("languages", _choose_many(Language.choices, _("Language"), required=True))],
        label=_("Language"),
        icon="globe",
        form_classname="rule",
    )


def make_topic_block() -> blocks.StructBlock:
    """Return the block of a topic rule."""
    return blocks.StructBlock(
        [
            ("topics", _pick_many(Topic, _("Topic"), required=True)),
            (
                "match",
                blocks.ChoiceBlock(
                    choices=[("any", _("Any of them")), ("all", _("All of them"))],
                    default="any",
                    label=_("Match"),
                ),
            ),
        ],
        label=_("Topic"),
        icon="tag",
        form_classname="rule",
    )


def make_segment_block() -> blocks.StructBlock:
    """Return the block of a rule about another segment."""
    return blocks.StructBlock(
        [
            (
                "member",
                blocks.ChoiceBlock(
                    choices=[("in", _("Is in")), ("not_in", _("Is not in"))],
                    default="in",
                    label=_("Membership"),
                ),
            ),
            ("segments", _pick_many(Segment, _("Segment"), required=True)),
        ],
        label=_("Other segment"),
        icon="list-ul",
        form_classname="rule",
    )


def region_choices() -> list[tuple[str, str]]:
    """Return the regions that organisations of the register lie in."""
    regions = (
        Organisation.objects.exclude(region="")
        .order_by("region")
        .values_list("region", flat=True)
        .distinct()
    )
    return [(region, region) for region in regions]


def _pick_many(model, label, *, required: bool = False):
    def choices():
        return [(str(obj.pk), str(obj)) for obj in model._default_manager.all()]

    return _choose_many(choices, label, required=required)


def _choose_many(choices, label, *, required: bool = False):
    return blocks.MultipleChoiceBlock(
        choices=choices,
        label=label,
        required=required,
        widget=forms.SelectMultiple(attrs={"size": 5}),
    )
