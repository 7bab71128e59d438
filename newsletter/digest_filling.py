"""The button that fills a digest: read what was asked for, add the items, tell."""

from django import forms
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateInput

from crm.models import Network, Topic
from newsletter.choices import DigestExtent, NewsKind
from newsletter.models import DigestPage
from newsletter.picking import MOST_ITEMS, Picking, fill_digest

FILL_KEY = "rundbrev-fill"
FILL_PREFIX = "rundbrev-filling"


class FillForm(forms.Form):
    since_last = forms.BooleanField(
        label=gettext_lazy("Only what was published since the last digest was sent"),
        required=False,
    )
    topic = forms.ModelChoiceField(
        Topic.objects.all(),
        label=gettext_lazy("Topic"),
        empty_label=gettext_lazy("All topics"),
        required=False,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("All kinds")), *NewsKind.of_items()],
        required=False,
    )
    network = forms.ModelChoiceField(
        Network.objects.all(),
        label=gettext_lazy("Network or project"),
        empty_label=gettext_lazy("All networks"),
        required=False,
    )
    first_day = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=AdminDateInput
    )
    last_day = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=AdminDateInput
    )
    extent = forms.ChoiceField(
        label=gettext_lazy("Show each as"),
        choices=DigestExtent.choices,
        initial=DigestExtent.TEASER,
        required=False,
    )

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first."))
        return cleaned


def run_digest_filling(
    request: HttpRequest, page: object
) -> HttpResponseRedirect | None:
    """Fill the digest if that was pressed, after it has been saved; lead back to it.

    What is added makes a version of its own: the page's history takes it back.
    """
    if FILL_KEY not in request.POST or not isinstance(page, DigestPage):
        return None
    form = FillForm(request.POST, prefix=FILL_PREFIX)
    if not page.permissions_for_user(request.user).can_edit():
        messages.error(request, _("You do not have permission to do this."))
    elif form.is_valid():
        _fill(request, page, form.cleaned_data)
    else:
        wrong = [sentence for errors in form.errors.values() for sentence in errors]
        messages.error(request, " ".join(wrong))
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return redirect(f"{address}#panel-child-content-items-section")


def _fill(request: HttpRequest, page: DigestPage, asked: dict) -> None:
    extent = asked.pop("extent")
    version = page.get_latest_revision_as_object()
    found = fill_digest(version, Picking(**asked), extent)
    if not found:
        messages.warning(
            request,
            _("No more published items fit. Ask for less, or choose them one by one."),
        )
        return
    version.save_revision(user=request.user, log_action=True)
    told = ngettext(
        "%(count)s item was added at the end of the list.",
        "%(count)s items were added at the end of the list.",
        len(found),
    ) % {"count": len(found)}
    if len(version.items.all()) >= MOST_ITEMS:
        told += " " + _("A digest holds %(most)s at most.") % {"most": MOST_ITEMS}
    messages.success(request, told)
