"""What a public page tells machines of itself, for templates."""

from django import template
from django.utils.text import capfirst

from home.metadata import Metadata, describe_page

register = template.Library()


@register.simple_tag(takes_context=True)
def get_metadata(context) -> Metadata:
    """Return the metadata of the page that is being shown; needs ``frame`` and ``page``.

    ``topic`` or ``network`` is what a page within the archive is about.
    """
    about = context.get("topic") or context.get("network")
    return describe_page(
        context["request"],
        context["page"],
        context["frame"].home,
        about=capfirst(str(about)) if about else "",
    )
