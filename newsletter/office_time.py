"""Times of sends: by the office's clock, whatever clock the editor's account goes by."""

from datetime import UTC, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.admin.widgets import AdminDateTimeInput


def name_zone() -> str:
    """Return whose clock it is, such as “Swedish time (Europe/Stockholm)”."""
    zone = timezone.get_default_timezone_name()
    if zone == "Europe/Stockholm":
        return _("Swedish time (%(zone)s)") % {"zone": zone}
    return zone


def say_time(moment: datetime) -> str:
    """Return a moment by the office's clock, with the clock said."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return _("%(time)s, %(zone)s") % {
        "time": date_format(local, "DATETIME_FORMAT"),
        "zone": name_zone(),
    }


def read_local(naive: datetime) -> datetime:
    """Return what the office's clock shows as a moment in UTC.

    Raises ValidationError for a time that the clock skips or shows twice on that day.
    """
    zone = timezone.get_default_timezone()
    first, second = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    moment = first.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != naive:
        raise ValidationError(
            _(
                "There is no such time on that day: the clock is put forward. Choose an "
                "hour later."
            )
        )
    if first.utcoffset() != second.utcoffset():
        raise ValidationError(
            _(
                "The clock shows this time twice on that day, for it is put back. Choose "
                "an hour earlier or later."
            )
        )
    return moment


class OfficeTimeField(forms.DateTimeField):
    """A day and a time by the office's clock; the value is a moment in UTC."""

    widget = AdminDateTimeInput

    def prepare_value(self, value):
        if isinstance(value, datetime) and timezone.is_aware(value):
            return timezone.make_naive(value, timezone.get_default_timezone())
        return super().prepare_value(value)

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if isinstance(value, str):
            # Past DateTimeField's own, which goes by the clock of the account.
            value = super(forms.DateTimeField, self).to_python(value)
        return value if timezone.is_aware(value) else read_local(value)
