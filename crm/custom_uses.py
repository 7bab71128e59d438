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
        if any(field.slug in values for values in _custom_rules(segment.rules))
    ]


def find_sources(field: CustomField) -> list[str]:
    """Return the sources of imports that fill the field."""
    column = f"custom_{field.slug}"
    return [
        _("Imports from “%(name)s” fill it.") % {"name": source.name}
        for source in ImportSource.objects.all()
        if column in source.mapping.values()
    ]


def _custom_rules(tree: Any) -> Iterator[list[Any]]:
    """Yield the values of every rule about such a field, however deep it stands."""
    if isinstance(tree, dict):
        if tree.get("kind") == "custom":
            yield [value for value in tree.values() if isinstance(value, str)]
        for part in tree.values():
            yield from _custom_rules(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _custom_rules(part)


_finders += [find_segments, find_sources]
