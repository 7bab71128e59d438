"""Rich text for the templates of blocks, in mail and on the web."""

from django import template
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import RichText

from newsletter.mail.markup import follow_title, mail_styles, write_inline
from newsletter.mail.merge import disarm_fields
from newsletter.mail.plaintext import language_note
from newsletter.mail.richtext import keep_safe, read_rich_text, write_markup
from newsletter.mail.urls import make_absolute, point_at_picture, strip_scheme

register = template.Library()
register.filter("absolute", make_absolute)
register.filter("picture_address", point_at_picture)
register.filter("without_scheme", strip_scheme)
register.filter("language_note", language_note)
register.filter("plain", disarm_fields)


@register.filter
def mail_text(value: RichText, accent: str) -> SafeString:
    """Return rich text as markup for mail: whole links, styles on the tags."""
    return _safe(write_markup(read_rich_text(value), mail_styles(accent)))


@register.filter
def mail_after(value: RichText, accent: str) -> SafeString:
    """Return rich text to stand right after a bold title, in mail."""
    return _safe(follow_title(read_rich_text(value), mail_styles(accent)))


@register.filter
def mail_inline(value: RichText, accent: str) -> SafeString:
    """Return rich text whose first paragraph goes on where the line is, in mail."""
    return _safe(write_inline(read_rich_text(value), mail_styles(accent)))


@register.filter
def web_after(value: RichText) -> SafeString:
    """Return rich text to stand right after a bold title, on the web."""
    return _safe(follow_title(read_rich_text(value, keep_safe), {}))


@register.filter
def web_inline(value: RichText) -> SafeString:
    """Return rich text whose first paragraph goes on where the line is, on the web."""
    return _safe(write_inline(read_rich_text(value, keep_safe), {}))


@register.filter
def shown_size(picture, width: int) -> dict[str, int]:
    """Return width and height of a rendition in a mail, at most ``width`` wide.

    Mail programmes want both said; half the pixels, for the fine screens of phones.
    """
    shown = min(width, picture.width)
    return {
        "width": shown,
        "height": max(1, round(picture.height * shown / picture.width)),
    }


def _safe(markup: str) -> SafeString:
    return mark_safe(markup)  # noqa: S308 -- written by write_markup, tag by tag
