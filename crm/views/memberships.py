"""An organisation joins a network or project, and leaves it."""

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from crm.choices import MembershipRole
from crm.history import MEMBERS_CHANGED
from crm.models import Membership, Network, Organisation
from crm.seat_forms import EndMembershipForm, MembershipForm
from crm.views.base import RegisterFormView

PERMISSIONS = ("crm.change_network",)


class JoinView(RegisterFormView):
    """Adding a membership, from the page of either side."""

    permissions = PERMISSIONS
    form_class = MembershipForm
    template_name = "cms/crm/membership.html"
    submit_label = gettext_lazy("Add")
    header_icon = "site"
    model: type[Network] | type[Organisation] = Network

    def find_subject(self):
        return get_object_or_404(self.model, pk=self.kwargs["pk"])

    def get_page_title(self):
        return _("Add a member") if self.model is Network else _("Add to a network")

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        # One side is known: whose page it was asked on.
        form.fields[self.model._meta.model_name].disabled = True
        return form

    def get_initial(self):
        return {
            self.model._meta.model_name: self.subject,
            "role": MembershipRole.MEMBER,
            "starts_on": timezone.localdate(),
        }

    @transaction.atomic
    def carry_out(self, form):
        membership = form.save()
        log(membership.network, MEMBERS_CHANGED, user=self.request.user)
        return _("%(organisation)s belongs to %(network)s now.") % {
            "organisation": membership.organisation,
            "network": membership.network,
        }

    def get_success_url(self):
        if "another" in self.request.POST:
            return self.request.path
        return f"{super().get_success_url()}#members"


class LeaveView(RegisterFormView):
    """Ending a membership on a day; it stays in the history."""

    permissions = PERMISSIONS
    form_class = EndMembershipForm
    page_title = gettext_lazy("End the membership")
    submit_label = gettext_lazy("End it")
    header_icon = "site"

    def find_subject(self):
        memberships = Membership.objects.select_related("organisation", "network")
        self.membership = get_object_or_404(memberships, pk=self.kwargs["pk"])
        return self.membership.network

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "membership": self.membership}

    @transaction.atomic
    def carry_out(self, form):
        self.membership.ends_on = form.cleaned_data["ends_on"]
        self.membership.save(update_fields=["ends_on"])
        log(self.subject, MEMBERS_CHANGED, user=self.request.user)
        return _("%(organisation)s leaves %(network)s.") % {
            "organisation": self.membership.organisation,
            "network": self.subject,
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            intro=_("%(organisation)s, %(role)s. It stays in the history.")
            % {
                "organisation": self.membership.organisation,
                "role": self.membership.get_role_display().lower(),
            },
            **kwargs,
        )

    def get_success_url(self):
        return f"{super().get_success_url()}#members"


membership_urls = [
    path(
        "register/networks/<int:pk>/join/",
        JoinView.as_view(model=Network),
        name="crm_network_join",
    ),
    path(
        "register/organisations/<int:pk>/join/",
        JoinView.as_view(model=Organisation),
        name="crm_organisation_join",
    ),
    path(
        "register/memberships/<int:pk>/end/",
        LeaveView.as_view(),
        name="crm_membership_end",
    ),
]
