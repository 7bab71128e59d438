"""A compact picker of several values: a line to search in, what is picked beside it."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import blocks
from wagtail.admin.staticfiles import versioned_static

from crm.segments.picks import Option, Source


class PickWidget(forms.Widget):
    """Values in one hidden input, with commas; ``segment_editor.js`` does the rest."""

    template_name = "cms/crm/pick_widget.html"

    def __init__(self, source: Source, placeholder: Any = "") -> None:
        super().__init__()
        self.source = source
        self.placeholder = placeholder

    def format_value(self, value: Any) -> str:
        """Return the values as the hidden input holds them."""
        return ",".join(str(one) for one in value or [])

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return the values of the hidden input as texts."""
        return [one for one in data.get(name, "").split(",") if one]

    def id_for_label(self, id_: str) -> str:
        """Return the id of the search line: that is what a label is for."""
        return f"{id_}-search" if id_ else ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return what the template needs: the options, or where to search them."""
        context = super().get_context(name, value, attrs)
        search_name = self.source.search_name
        options = (
            self.source.find(map(str, value or [])) if search_name else self.options
        )
        context["widget"]["placeholder"] = self.placeholder
        context["widget"]["options"] = json.dumps(options, ensure_ascii=False)
        context["widget"]["url"] = (
            reverse("wagtailsnippets_crm_segment:options", args=[search_name])
            if search_name
            else ""
        )
        return context

    @cached_property
    def options(self) -> list[Option]:
        """Every option, read once: the same widget stands in every group of the form."""
        return self.source.options()

    @property
    def media(self) -> forms.Media:
        """Return the picker's script and style."""
        return forms.Media(
            js=[versioned_static("crm/segment_editor.js")],
            css={"all": [versioned_static("crm/segment_editor.css")]},
        )

    def _render(
        self, template_name: str, context: dict[str, Any], renderer: Any = None
    ) -> SafeString:
        # Form renderers look only into apps; our templates lie beside them.
        return render_to_string(template_name, context)


class PickField(forms.Field):
    """Several values of a source; cleans to a list of ids or texts."""

    widget: PickWidget

    def __init__(self, source: Source, *, placeholder: Any, **kwargs: Any) -> None:
        self.source = source
        super().__init__(widget=PickWidget(source, placeholder), **kwargs)

    def prepare_value(self, value: Any) -> list[Any]:
        """Return the values to show; rows are shown by their ids."""
        return [one.pk if isinstance(one, Model) else one for one in value or []]

    def to_python(self, value: Any) -> list[Any]:
        """Return the stored values. Raises ValidationError for what is not there."""
        wanted = list(dict.fromkeys(str(one) for one in value or []))
        there = [found for found, _label in self.source.find(wanted)]
        gone = len(wanted) - len(there)
        if gone:
            raise ValidationError(
                ngettext(
                    "%(count)s choice is no longer there. Take it away, or choose "
                    "another.",
                    "%(count)s choices are no longer there. Take them away, or choose "
                    "others.",
                    gone,
                ),
                code="gone",
                params={"count": gone},
            )
        return [self.source.read(one) for one in there]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether another set of values was sent."""
        before = {str(one) for one in self.prepare_value(initial)}
        return before != {str(one) for one in data or []}


class PickBlock(blocks.FieldBlock):
    """``PickField`` as a block of a rule."""

    def __init__(
        self,
        source: Source,
        *,
        required: bool = False,
        help_text: str = "",
        **kwargs: Any,
    ) -> None:
        # What is left open is no condition: say so where the choice would stand.
        self.field = PickField(
            source,
            placeholder=_("Choose") if required else _("Any"),
            required=required,
            help_text=help_text,
        )
        super().__init__(**kwargs)

    def get_default(self) -> list[Any]:
        """Return nothing picked."""
        return []

    def get_prep_value(self, value: Any) -> list[Any]:
        """Return the values as JSON keeps them."""
        return list(value or [])
