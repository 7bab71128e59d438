"""What a public page tells machines of itself, for templates."""

from django import template

from home.metadata import Metadata, describe_page

register = template.Library()


@register.simple_tag(takes_context=True)
def get_metadata(context) -> Metadata:
    """Return the metadata of the page that is being shown; needs ``frame`` and ``page``."""
    return describe_page(context["request"], context["page"], context["frame"].home)
