"""Links to the public directory, for templates."""

from django import template

from crm.models import Organisation
from home.directory.finding import Directory, find_directory, find_named

register = template.Library()


@register.simple_tag
def get_directory() -> Directory:
    """Return the directory of the active language; two queries."""
    return find_directory()


@register.filter
def lead_to(directory: Directory, organisation: Organisation) -> str:
    """Return the address of an organisation's page; "" for one that has none."""
    return directory.lead_to(organisation)


@register.filter
def named(directory: Directory, text: str) -> list[Organisation]:
    """Return organisations of the directory by a part of their names; one query."""
    return find_named(text) if directory.url else []
