"""The form of an event, with errors that say what does not fit together."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from crm.dates import parse_partial


class EventForm(WagtailAdminModelForm):
    """Refuses a time without a day, and a deadline after the event."""

    def clean(self):
        cleaned = super().clean()
        starts_on = cleaned.get("starts_on")
        if not starts_on and "starts_on" not in self.errors:
            self._refuse_without_a_day(cleaned)
        elif starts_on:
            self._refuse_late_deadline(starts_on, cleaned)
        if cleaned.get("ends_at") and not cleaned.get("starts_at"):
            self.add_error("starts_at", _("Write when it begins too."))
        return cleaned

    def _refuse_without_a_day(self, cleaned):
        for name in ("ends_on", "starts_at"):
            if cleaned.get(name):
                self.add_error(
                    "starts_on",
                    _("Write the first day, or leave days and times empty."),
                )
                return

    def _refuse_late_deadline(self, starts_on, cleaned):
        try:
            last, known = parse_partial(cleaned.get("ends_on") or starts_on)
        except ValueError:
            return  # the field's own error comes with the model's check
        deadline = cleaned.get("deadline")
        if deadline and known == 3 and deadline > last:
            self.add_error("deadline", ValidationError(_("By then the event is over.")))
