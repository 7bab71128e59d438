"""Columns of a listing, drawn without a template for each of their cells.

Fifty rows have hundreds of cells and fifty menus: a template for each of them is most of
what a page of a listing takes. What comes out is the HTML of Wagtail's own columns.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import quote
from django.contrib.humanize.templatetags.humanize import intcomma
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.functional import cached_property
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from wagtail.admin.templatetags.wagtailadmin_tags import timesince_simple
from wagtail.admin.ui import tables

# Stand in a drawn cell for what differs from row to row; no escaping changes them. No
# row has that key.
KEY = "987654321000001"
URL, TITLE, NAME = "THE-ROWS-URL", "THE-ROWS-TITLE", "THE-ROWS-NAME"


class Column(tables.Column):
    """Text of a row; writes its cells itself."""

    def render_cell_html(self, instance: Any, parent_context: Any) -> SafeString:
        """Return the cell of a row."""
        return format_html("<td{}>{}</td>", self._attributes, self.write(instance))

    def write(self, instance: Any) -> Any:
        """Return what stands in the cell of a row: HTML, or text to be escaped."""
        value = self.get_value(instance)
        if value is None:
            return ""
        # Numbers stay plain, as in Wagtail's cells; NumberColumn groups them.
        text = str(value) if isinstance(value, int) else localize(value)
        return text if str(text).strip() else self.empty_value_display

    @cached_property
    def _attributes(self) -> SafeString:
        return flatatt({"class": self.classname})


class NumberColumn(Column):
    """A number, grouped as the language does."""

    def write(self, instance: Any) -> str:
        """Return the number."""
        return intcomma(self.get_value(instance))


class DayColumn(Column):
    """A date, as it stands in the calendar."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, classname="register-table__day", **kwargs)

    def write(self, instance: Any) -> str:
        """Return the date; "" for none."""
        day = timezone.template_localtime(self.get_value(instance))
        return date_format(day, "SHORT_DATE_FORMAT") if day else ""


class MomentColumn(Column):
    """How long ago something was; when exactly is told by a tooltip."""

    def write(self, instance: Any) -> SafeString | str:
        """Return what Wagtail's ``human_readable_date`` makes of the moment."""
        value = self.get_value(instance)
        if not value:
            return ""
        moment = timezone.localtime(value)
        return format_html(
            '<button type="button" class="w-human-readable-date"'
            ' data-controller="w-tooltip" data-w-tooltip-content-value="{}"'
            ' data-w-tooltip-placement-value="top"><time'
            ' class="w-human-readable-date__date" datetime="{}">{}</time></button>',
            date_format(moment, "DATETIME_FORMAT"),
            moment.isoformat(),
            capfirst(timesince_simple(moment)),
        )


class StatusTagColumn(Column):
    """A word in a frame, a strong one where ``primary`` says so of a row."""

    def __init__(
        self, *args: Any, primary: Callable[[Any], bool], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.primary = primary

    def write(self, instance: Any) -> SafeString:
        """Return the word, framed."""
        strong = " w-status--primary" if self.primary(instance) else ""
        word = super().write(instance)
        return format_html('<span class="w-status{}">{}</span>', strong, word)


class BooleanColumn(tables.BooleanColumn):
    """A tick or a cross; each is drawn once by Wagtail."""

    @cached_property
    def _drawn(self) -> dict[bool | None, SafeString]:
        return {}

    def render_cell_html(self, instance: Any, parent_context: Any) -> SafeString:
        """Return the cell of a row."""
        value = self.get_value(instance)
        if value not in self._drawn:
            self._drawn[value] = super().render_cell_html(instance, parent_context)
        return self._drawn[value]


class TitleColumn(tables.ButtonsColumnMixin, tables.TitleColumn):
    """What a row is called, with the menu of what can be done to it.

    Wagtail draws the cell once, for a row that is all marks; each row then puts its own
    in their place. So what the menu offers may not depend on the row, only on who looks.
    """

    def __init__(
        self, *args: Any, list_buttons: Callable[[Any], list[Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._list_buttons = list_buttons
        self._drawn: dict[bool, str] = {}

    def render_cell_html(self, instance: Any, parent_context: Any) -> SafeString:
        """Return the cell of a row."""
        url = self.get_link_url(instance, parent_context)
        has_url = url is not None
        if has_url not in self._drawn:
            row = _Marks(has_url)
            self._drawn[has_url] = super().render_cell_html(row, parent_context)
        cell = self._drawn[has_url]
        for mark, text in (
            (KEY, quote(instance.pk)),
            (URL, url),
            (TITLE, self.get_value(instance) or self.empty_value_display),
            (NAME, instance),
        ):
            cell = cell.replace(mark, conditional_escape(text))
        return mark_safe(cell)  # noqa: S308 -- drawn by a template, filled in escaped

    def get_buttons(self, instance: Any, parent_context: Any) -> list[Any]:
        """Return the menu of a row."""
        return self._list_buttons(instance)

    def get_value(self, instance: Any) -> Any:
        """Return what a row is called."""
        return TITLE if isinstance(instance, _Marks) else super().get_value(instance)

    def get_link_url(self, instance: Any, parent_context: Any) -> str | None:
        """Return where the name leads; None for nowhere."""
        if isinstance(instance, _Marks):
            return URL if instance.has_url else None
        return super().get_link_url(instance, parent_context)


class _Marks:
    """A row in whose place others are put."""

    pk = KEY

    def __init__(self, has_url: bool) -> None:
        self.has_url = has_url

    def __str__(self) -> str:
        return NAME
