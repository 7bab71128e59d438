"""What was published and sent under a grant, on one page and as a file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from crm.exports.text_files import CSV_TYPE
from crm.exports.workbooks import XLSX_TYPE
from crm.models import Grant
from newsletter.statistics.funding import describe_sums, list_funded, make_table
from newsletter.statistics.tables import write_csv, write_xlsx

WRITERS = {"csv": (write_csv, CSV_TYPE), "xlsx": (write_xlsx, XLSX_TYPE)}


class GrantMixin(PermissionCheckedMixin):
    """For those who may read grants; sends only for those who may look at sends."""

    model = Grant
    any_permission_required = ["add", "change", "delete", "view"]

    @cached_property
    def grant(self):
        return get_object_or_404(Grant, pk=self.kwargs["pk"])

    @cached_property
    def may_see_sends(self):
        return self.request.user.has_perm("newsletter.view_campaign")

    @cached_property
    def items(self):
        return list_funded(self.grant, with_sends=self.may_see_sends)


class GrantItemsView(GrantMixin, WagtailAdminTemplateMixin, TemplateView):
    """The list that the final report asks for."""

    template_name = "cms/newsletter/grant.html"
    header_icon = "doc-full"
    _show_breadcrumbs = True

    def get_page_title(self):
        return _("Published under %(grant)s") % {"grant": self.grant}

    def get_breadcrumbs_items(self):
        plural = capfirst(Grant._meta.verbose_name_plural)
        return [
            *self.breadcrumbs_items,
            {"url": reverse("crm_grant:index"), "label": plural},
            {
                "url": reverse("crm_grant:inspect", args=[self.grant.pk]),
                "label": str(self.grant),
            },
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            grant=self.grant,
            items=self.items,
            sums=describe_sums(self.items),
            may_see_sends=self.may_see_sends,
            **kwargs,
        )


class GrantItemsFileView(GrantMixin, TemplateView):
    """The same list as a file; there are no persons in it."""

    def get(self, request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
        if file_format not in WRITERS:
            raise Http404
        write, content_type = WRITERS[file_format]
        response = HttpResponse(
            write([make_table(self.items)]), content_type=content_type
        )
        name = f"{slugify(str(self.grant))}.{file_format}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
