"""The page of a newsletter's sender: what the last check found, and a new check."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.log_actions import log

from newsletter.delivery.senders import check_sender, describe_check, find_check
from newsletter.log_actions import SENDER_CHECKED
from newsletter.models import Newsletter
from newsletter.preflight.findings import Finding


class SenderView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Reading changes nothing; the button asks the DNS and this site's own address."""

    model = Newsletter
    any_permission_required = ["add", "change", "delete", "view"]
    template_name = "cms/newsletter/sender.html"
    page_title = gettext_lazy("The sender")
    header_icon = "mail"
    index_url_name = None
    inspect_url_name = None
    _show_breadcrumbs = True

    @cached_property
    def newsletter(self):
        return get_object_or_404(Newsletter, pk=self.kwargs["pk"])

    @property
    def may_check(self):
        user = self.request.user
        return user.has_perm("newsletter.send_campaign") or user.has_perm(
            "newsletter.change_newsletter"
        )

    def post(self, request, pk):
        if not self.may_check:
            raise PermissionDenied
        findings = check_sender(self.newsletter)
        log(self.newsletter, SENDER_CHECKED, data={"errors": count_errors(findings)})
        self.tell(findings)
        return redirect(request.path)

    def tell(self, findings):
        errors = count_errors(findings)
        if errors:
            messages.error(
                self.request,
                ngettext(
                    "The check found %(count)s error.",
                    "The check found %(count)s errors.",
                    errors,
                )
                % {"count": errors},
            )
        else:
            messages.success(self.request, _("Checked. Nothing stands in the way."))

    def get_page_subtitle(self):
        return self.newsletter.name

    def get_breadcrumbs_items(self):
        pk = self.newsletter.pk
        return [
            *self.breadcrumbs_items,
            {
                "url": reverse(self.index_url_name),
                "label": capfirst(Newsletter._meta.verbose_name_plural),
            },
            {
                "url": reverse(self.inspect_url_name, args=(pk,)),
                "label": self.newsletter.name,
            },
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        check = find_check(self.newsletter)
        return super().get_context_data(
            newsletter=self.newsletter,
            check=check,
            findings=describe_check(check) if check else [],
            may_check=self.may_check,
            **kwargs,
        )


def count_errors(findings: list[Finding]) -> int:
    return sum(finding.is_error for finding in findings)
