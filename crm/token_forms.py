"""The form that makes a key for a program."""

from datetime import datetime, time, timedelta

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from crm.choices import ApiScope

YEAR = timedelta(days=365)


class TokenForm(forms.Form):
    """What for, on whose behalf, what it may, until when."""

    name = forms.CharField(
        label=gettext_lazy("For what"),
        max_length=120,
        help_text=gettext_lazy("Which program uses it."),
    )
    user = forms.ModelChoiceField(
        get_user_model().objects.filter(is_active=True),
        label=gettext_lazy("On behalf of"),
        help_text=gettext_lazy("It may never do more than this person."),
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("Allowed to"),
        choices=ApiScope.choices,
        initial=ApiScope.READ,
        widget=forms.RadioSelect,
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=AdminDateInput,
        help_text=gettext_lazy("Left empty it holds until somebody revokes it."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].initial = user
        self.fields["ends_on"].initial = timezone.localdate() + YEAR

    def clean_ends_on(self):
        """Refuse a day that has passed."""
        day = self.cleaned_data["ends_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("That day has passed."))
        return day

    def read_end(self) -> datetime | None:
        """Return the moment after the last day, in the site's time."""
        day = self.cleaned_data["ends_on"]
        if day is None:
            return None
        after = datetime.combine(day + timedelta(days=1), time.min)
        return timezone.make_aware(after)
