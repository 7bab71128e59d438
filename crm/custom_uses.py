"""Who uses a field of the administrator's own: what deleting it would break.

The register looks through its sources of imports; what it cannot know, apps above
register. Segments that ask for something are found for everything alike
(``crm.segments.uses.find_asking``).
"""

from collections.abc import Callable

from django.utils.translation import gettext as _

from crm.models import CustomField, ImportSource

# Returns sentences such as "The item “Spring letter” names it".
Finder = Callable[[CustomField], list[str]]
_finders: list[Finder] = []


def register_finder(find: Finder) -> None:
    """Let ``find`` say, too, what uses a field."""
    _finders.append(find)


def find_field_uses(field: CustomField) -> list[str]:
    """Return in sentences what uses the field beside contacts."""
    return [sentence for find in _finders for sentence in find(field)]


def find_sources(field: CustomField) -> list[str]:
    """Return the sources of imports that fill the field."""
    column = f"custom_{field.slug}"
    return [
        _("Imports from “%(name)s” fill it.") % {"name": source.name}
        for source in ImportSource.objects.all()
        if column in source.mapping.values()
    ]


_finders.append(find_sources)
