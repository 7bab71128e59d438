"""Who uses a field of the administrator's own: what deleting it would break.

The register looks through its segments; what it cannot know, apps above register.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from crm.models import CustomField, ImportSource, Segment

# Returns sentences such as "The item “Spring letter” names it".
Finder = Callable[[CustomField], list[str]]
_finders: list[Finder] = []


def register_finder(find: Finder) -> None:
    """Let ``find`` say, too, what uses a field."""
    _finders.append(find)


def find_field_uses(field: CustomField) -> list[str]:
    """Return in sentences what uses the field beside contacts."""
    return [sentence for find in _finders for sentence in find(field)]


def find_segments(field: CustomField) -> list[str]:
    """Return the segments with a rule about the field."""
    return [
        _("The segment “%(name)s” asks for it.") % {"name": segment.name}
        for segment in Segment.objects.only("name", "rules")
        if any(field.pk in asked for asked in _asked_fields(segment.rules))
    ]


def find_sources(field: CustomField) -> list[str]:
    """Return the sources of imports that fill the field."""
    column = f"custom_{field.slug}"
    return [
        _("Imports from “%(name)s” fill it.") % {"name": source.name}
        for source in ImportSource.objects.all()
        if column in source.mapping.values()
    ]


def _asked_fields(tree: Any) -> Iterator[list[int]]:
    """Yield the field of every rule about such a one, however deep it stands."""
    if isinstance(tree, dict):
        if tree.get("kind") == "custom":
            yield tree.get("field") or []
        for part in tree.values():
            yield from _asked_fields(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _asked_fields(part)


_finders += [find_segments, find_sources]
