"""Choosing recipients in the editor, or making them there and then."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.permissions import policy_registry

from crm.choosing import may_choose
from newsletter.forms import RecipientsForm
from newsletter.models import Recipients


class MayUseRecipientsMixin:
    """Refuse whoever has nothing to do with recipients; Wagtail's choosers ask nobody."""

    def dispatch(self, request, *args, **kwargs):
        if not may_choose(request.user, Recipients):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class RecipientsResultsMixin(MayUseRecipientsMixin):
    def get_object_list(self):
        return Recipients.objects.prefetch_related("include", "exclude")

    @property
    def columns(self):
        return [
            *super().columns,
            Column("include", label=_("Goes to"), accessor=list_included),
            Column("exclude", label=_("But not to"), accessor=list_excluded),
        ]


class ChooseRecipientsView(RecipientsResultsMixin, chooser.ChooseView):
    pass


class ChooseRecipientsResultsView(RecipientsResultsMixin, chooser.ChooseResultsView):
    pass


class RecipientsChosenView(MayUseRecipientsMixin, chooser.ChosenView):
    pass


class RecipientsChosenMultipleView(MayUseRecipientsMixin, chooser.ChosenMultipleView):
    pass


class CreateRecipientsView(MayUseRecipientsMixin, chooser.CreateView):
    def dispatch(self, request, *args, **kwargs):
        if not self.get_policy().user_has_permission(request.user, "add"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_policy(self):
        return policy_registry.get_by_type(Recipients)


class RecipientsChooserViewSet(ChooserViewSet):
    """Stands at the address of wagtail-newsletter's chooser, which asks nobody's leave.

    Our app comes first in INSTALLED_APPS, so these views answer there.
    """

    model = Recipients
    url_prefix = "recipients_chooser"
    icon = "group"
    choose_one_text = _("Choose recipients")
    choose_another_text = _("Choose other recipients")
    edit_item_text = _("Change these recipients")
    # Wagtail's own label is translated once, when the server starts.
    search_tab_label = _("Search")
    creation_tab_label = _("New recipients")
    create_action_label = _("Save and choose")
    creation_form_class = RecipientsForm
    choose_view_class = ChooseRecipientsView
    choose_results_view_class = ChooseRecipientsResultsView
    chosen_view_class = RecipientsChosenView
    chosen_multiple_view_class = RecipientsChosenMultipleView
    create_view_class = CreateRecipientsView


def list_included(recipients: Recipients) -> str:
    """Return the names of the segments it goes to, for a listing."""
    return ", ".join(str(segment) for segment in recipients.include.all())


def list_excluded(recipients: Recipients) -> str:
    """Return the names of the segments it does not go to, for a listing."""
    return ", ".join(str(segment) for segment in recipients.exclude.all())


recipients_chooser = RecipientsChooserViewSet("newsletter_recipients_chooser")
