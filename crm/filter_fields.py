"""Filters that several listings share, or that show more than Django's would."""

import django_filters
from django import forms
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from crm.countries import country_choices


class Select(forms.Select):
    """Hundreds of options, drawn without a template for each.

    Called as Django's: the class by which Wagtail shows a field is made of the name.
    """

    def render(self, name, value, attrs=None, renderer=None):
        attrs = self.build_attrs({**self.attrs, "name": name}, attrs)
        chosen = self.format_value(value)
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (code, " selected" if code in chosen else "", label)
                for code, label in self.choices
            ),
        )
        return format_html("<select{}>{}</select>", flatatt(attrs), options)


class CountryFilter(django_filters.ChoiceFilter):
    """Narrows a listing down to one country."""

    def __init__(self, **kwargs):
        super().__init__(
            label=_("Country"),
            choices=country_choices,
            widget=Select,
            **kwargs,
        )


class ImportChoice(django_filters.fields.ModelChoiceField):
    """Files that were imported, with the day: files of one name come every month."""

    def label_from_instance(self, batch):
        day = timezone.localdate(batch.applied_at or batch.created_at)
        return f"{batch} ({date_format(day, 'SHORT_DATE_FORMAT')})"


class ImportFilter(django_filters.ModelChoiceFilter):
    """Narrows contacts down to those that a file brought in or changed."""

    field_class = ImportChoice
