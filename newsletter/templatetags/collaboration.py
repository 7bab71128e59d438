"""The form of a call to take part, where the call stands."""

from django import template

from newsletter.public_forms import CollaborationForm

register = template.Library()


@register.simple_tag
def collaboration_form() -> CollaborationForm:
    """Return an empty form, shown now."""
    return CollaborationForm()
