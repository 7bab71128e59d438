"""Keys for programs: which there are, making one, revoking one."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log

from crm.choices import ApiScope
from crm.models import ApiToken
from crm.token_forms import TokenForm
from crm.tokens import make_token
from crm.viewsets.base import RegisterDeleteView, RegisterIndexView, WrittenOnceViewSet
from crm.viewsets.columns import Column, DayColumn, MomentColumn


class TokenIndexView(RegisterIndexView):
    search_fields = ["name", "user__username"]
    select_related = ("user",)
    add_item_label = gettext_lazy("Make a token")
    empty_message = gettext_lazy(
        "No program has a token. Make one when a program shall read or change the "
        "register by itself."
    )

    @cached_property
    def columns(self):
        return [
            self.make_title_column(_("For what"), accessor="name", sort_key="name"),
            Column("user", label=_("On behalf of")),
            Column("get_scope_display", label=_("Allowed to")),
            MomentColumn("used_at", label=_("Last used"), sort_key="used_at"),
            DayColumn("expires_at", label=_("Ends"), sort_key="expires_at"),
        ]

    def get_title_url(self, instance):
        return self.get_delete_url(instance)

    @cached_property
    def header_buttons(self):
        return [
            *super().header_buttons,
            HeaderButton(
                _("How programs use it"),
                url=reverse("crm_api_page"),
                icon_name="help",
            ),
        ]


class MakeTokenView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Making a token; the answer to the POST shows its key, once."""

    model = ApiToken
    permission_required = "add"
    form_class = TokenForm
    template_name = "cms/crm/make_token.html"
    page_title = gettext_lazy("Make a token")
    header_icon = "key"
    index_url_name = None
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": _("Tokens for programs")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form):
        chosen = form.cleaned_data
        token, key = make_token(
            chosen["name"],
            chosen["user"],
            ApiScope(chosen["scope"]),
            expires_at=form.read_end(),
        )
        log(token, "wagtail.create", user=self.request.user)
        response = render(
            self.request,
            "cms/crm/token_made.html",
            self.get_context_data(
                form=form,
                token=token,
                key=key,
                index_url=reverse(self.index_url_name),
            ),
        )
        response["Cache-Control"] = "no-store"
        return response


class RevokeTokenView(RegisterDeleteView):
    """Revoking a token: whoever uses it is shut out at once."""

    template_name = "cms/crm/revoke_token.html"
    page_title = gettext_lazy("Revoke a token")
    header_icon = "key"

    def get_success_message(self):
        return _("The token does not open anything any more.")


class TokenViewSet(WrittenOnceViewSet):
    model = ApiToken
    path_name = "tokens"
    icon = "key"
    menu_label = gettext_lazy("Tokens for programs")
    index_view_class = TokenIndexView
    delete_view_class = RevokeTokenView
    make_view_class = MakeTokenView
