"""Recipients: which segments an item goes to, and how many people that is today."""

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from crm.viewsets.base import (
    RegisterIndexView,
    RegisterInspectView,
    RegisterViewSet,
)
from crm.viewsets.columns import Column
from newsletter.delivery.audience import count_audience, select_members
from newsletter.forms import RecipientsForm
from newsletter.models import Newsletter, Recipients
from newsletter.status import name_reasons
from newsletter.viewsets.choosers import list_excluded, list_included

# More than one newsletter is rare, more than a handful unheard of; each costs a count.
MOST_NEWSLETTERS_COUNTED = 5


class RecipientsIndexView(RegisterIndexView):
    empty_message = _("No recipients yet. Add some: they are segments put together.")
    opens_overview = True

    def get_base_queryset(self):
        return super().get_base_queryset().prefetch_related("include", "exclude")

    @cached_property
    def columns(self):
        return [
            # Wagtail Newsletter's own field has no name that can be translated.
            self.make_title_column(_("Name"), accessor="name", sort_key="name"),
            Column("include", label=_("Goes to"), accessor=list_included),
            Column("exclude", label=_("But not to"), accessor=list_excluded),
        ]


class RecipientsInspectView(RegisterInspectView):
    template_name = "cms/newsletter/recipients.html"

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        newsletters = Newsletter.objects.select_related("purpose")
        counts = [
            (newsletter, count_audience(self.object, newsletter, on=today))
            for newsletter in newsletters[:MOST_NEWSLETTERS_COUNTED]
        ]
        return super().get_context_data(
            recipients=self.object,
            members=select_members(self.object, today).count(),
            counts=[
                (newsletter, count, name_reasons(count.left_out))
                for newsletter, count in counts
            ],
            **kwargs,
        )


class RecipientsViewSet(RegisterViewSet):
    model = Recipients
    name = "newsletter_recipients"
    url_prefix = "recipients"
    icon = "group"
    menu_label = _("Recipients")
    index_view_class = RecipientsIndexView
    inspect_view_class = RecipientsInspectView
    inspect_template_name = "cms/newsletter/recipients.html"
    inspect_view_fields = ["name"]
    search_fields = ["name"]

    def get_form_class(self, for_update=False):
        return RecipientsForm


recipients = RecipientsViewSet()
