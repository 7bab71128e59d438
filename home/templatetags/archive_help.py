"""What helps a reader on whom nothing in the archive fits, for templates."""

from django import template

from home.partners.sessions import is_partner
from home.widening import WayOut, list_ways_out

register = template.Library()


@register.simple_tag(takes_context=True)
def find_ways_out(context) -> list[WayOut]:
    """Return the choices without which something fits, for the reader of the archive."""
    for_partners = is_partner(context["request"])
    return list_ways_out(context["page"], context["listing"], for_partners=for_partners)
