"""Who would notice if a segment were gone.

Other segments that ask about it are found here; layers above add their own finders, for
instance for the recipients of a newsletter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.models import Segment
from crm.segments.circles import asked_segments_of
from crm.segments.fields import point_at
from crm.segments.rules import walk_rules
from crm.segments.words import parse_leniently


@dataclass(frozen=True)
class Use:
    """One user of a segment in words, with where it is edited (or "")."""

    label: str
    url: str = ""


UseFinder = Callable[[Segment, Any], list[Use]]
_finders: list[UseFinder] = []


def register_use_finder(finder: UseFinder) -> None:
    """Add a function that returns a segment's uses as a given user may see them."""
    if finder not in _finders:
        _finders.append(finder)


def find_uses(segment: Segment, user: Any) -> list[Use]:
    """Return everything that uses the segment, other segments first."""
    uses = _find_asking_segments(segment, user)
    for finder in _finders:
        uses += finder(segment, user)
    return uses


def find_asking(thing: Model, user: Any) -> list[Use]:
    """Return the segments with a rule about a role, a network … : lost, it breaks them."""
    asked = (type(thing), thing.pk)
    trees = [(other, parse_leniently(other)) for other in Segment.objects.all()]
    return [
        _use_of(other, user)
        for other, tree in trees
        if tree and any(asked in point_at(rule) for rule in walk_rules(tree))
    ]


def _find_asking_segments(segment: Segment, user: Any) -> list[Use]:
    return [
        _use_of(other, user)
        for other in Segment.objects.exclude(pk=segment.pk)
        if segment.pk in asked_segments_of(other.rules)
    ]


def _use_of(segment: Segment, user: Any) -> Use:
    may_edit = user.has_perm("crm.change_segment")
    url = reverse("wagtailsnippets_crm_segment:edit", args=[segment.pk])
    label = _("Segment “%(name)s”") % {"name": segment.name}
    return Use(label, url if may_edit else "")
