"""The form of a call to take part, where the call stands."""

from django import template

from newsletter.collaboration import call_url
from newsletter.public_forms import CollaborationForm

register = template.Library()


@register.simple_tag
def collaboration_form() -> CollaborationForm:
    """Return an empty form, shown now."""
    return CollaborationForm()


@register.simple_tag
def collaboration_url(page, block_id) -> str:
    """Return where the form is sent; "" while item or block are not saved."""
    return call_url(getattr(page, "pk", None), block_id)
