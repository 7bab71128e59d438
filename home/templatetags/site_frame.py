"""The frame of a public page, for templates."""

from django import template

from home.frame import Frame, build_frame

register = template.Library()


@register.simple_tag(takes_context=True)
def get_frame(context) -> Frame:
    """Return what stands round the page that is being shown."""
    return build_frame(context["request"], context.get("page"))


@register.filter
def holds(way_in, page) -> bool:
    """Whether the page is, or lies under, one of the menu's pages."""
    return bool(page and page.path.startswith(way_in.path))
