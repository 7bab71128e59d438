"""The archive's choices, for templates."""

from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def write_options(
    choices: Iterable[tuple[object, object]], chosen: object
) -> SafeString:
    """Return the options of a select by (value, label), the chosen value's selected.

    Written here, for the archive has some sixty: a template takes a tenth of its time.
    """
    written = (
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(label)}</option>"
        for value, label in choices
    )
    return mark_safe("".join(written))  # noqa: S308 -- values and labels are escaped
