"""The form of each kind of rule, as StreamField blocks made when a page asks for them.

Made at request time, so that no block of a segment ever ends up in a migration.
"""

from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from crm.choices import Language, OrganisationKind
from crm.countries import country_choices
from crm.models import Network, Organisation, Role, Segment, Topic
from crm.segments.pickers import PickBlock
from crm.segments.picks import ORGANISATIONS, ChoiceSource, RowSource


class DayBlock(blocks.DateBlock):
    """A day, stored as ISO text: a rule is plain JSON."""

    def get_prep_value(self, value: Any) -> Any:
        """Return "2026-03-01", or None."""
        return value.isoformat() if isinstance(value, date) else value or None


class OneRowBlock(blocks.ChoiceBlock):
    """One row of a model with few of them; stored as a list of one id.

    A list, as every other reference of a rule is.
    """

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        super().__init__(choices=self._list_rows, **kwargs)
        self.model = model

    def to_python(self, value: Any) -> str:
        """Return the id as the select box holds it."""
        return str(value[0]) if isinstance(value, list) and value else str(value or "")

    def get_prep_value(self, value: Any) -> list[int]:
        """Return the id in a list; an empty list for none."""
        return [int(value)] if str(value or "").isdecimal() else []

    def _list_rows(self) -> list[tuple[str, str]]:
        return [(str(row.pk), str(row)) for row in self.model._default_manager.all()]


def make_seat_block() -> blocks.StructBlock:
    """Return the block of a seat rule; its values are those of ``Rule.values``."""
    return blocks.StructBlock(
        [
            (
                "when",
                blocks.ChoiceBlock(
                    choices=[
                        ("now", _("Holds a seat now")),
                        ("before", _("Has left a seat")),
                        ("ever", _("Holds or has held a seat")),
                    ],
                    default="now",
                    label=_("When"),
                ),
            ),
            ("roles", PickBlock(RowSource(Role), label=_("Role"))),
            (
                "countries",
                PickBlock(ChoiceSource(country_choices), label=_("Country")),
            ),
            (
                "regions",
                PickBlock(ChoiceSource(region_choices), label=_("Region or county")),
            ),
            (
                "kinds",
                PickBlock(
                    ChoiceSource(lambda: OrganisationKind.choices),
                    label=_("Kind of organisation"),
                ),
            ),
            ("networks", PickBlock(RowSource(Network), label=_("Network or project"))),
            ("organisations", PickBlock(ORGANISATIONS, label=_("Organisation"))),
        ],
        label=_("Seat"),
        icon="group",
        form_classname="rule rule--seat",
        # A fixed text: the title line would otherwise repeat the first value's code.
        label_format=_("All of it holds for one and the same seat"),
    )


def make_language_block() -> blocks.StructBlock:
    """Return the block of a language rule."""
    return blocks.StructBlock(
        [
            (
                "languages",
                PickBlock(
                    ChoiceSource(lambda: Language.choices),
                    label=_("Is written to in"),
                    required=True,
                ),
            )
        ],
        label=_("Language"),
        icon="globe",
        form_classname="rule",
        label_format=" ",
    )


def make_topic_block() -> blocks.StructBlock:
    """Return the block of a topic rule."""
    return blocks.StructBlock(
        [
            (
                "match",
                blocks.ChoiceBlock(
                    choices=[
                        ("any", _("Follows any of these")),
                        ("all", _("Follows all of these")),
                    ],
                    default="any",
                    label=_("Match"),
                ),
            ),
            ("topics", PickBlock(RowSource(Topic), label=_("Topic"), required=True)),
        ],
        label=_("Topic"),
        icon="tag",
        form_classname="rule",
        label_format=" ",
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
            (
                "segments",
                PickBlock(RowSource(Segment), label=_("Segment"), required=True),
            ),
        ],
        label=_("Other segment"),
        icon="list-ul",
        form_classname="rule",
        label_format=" ",
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
