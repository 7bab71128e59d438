"""What the register's own forms have in common, those that are no form over one row."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from crm.exceptions import CrmError


class RegisterFormView(WagtailAdminTemplateMixin, FormView):
    """A form about one thing of the register, whose page it comes from and goes back to.

    ``find_subject`` returns the thing; ``carry_out`` does what the form says and returns
    the sentence to show. What the register refuses becomes an error of the form.
    """

    permissions: tuple[str, ...] = ()
    template_name = "cms/crm/form.html"
    submit_label = gettext_lazy("Save")
    _show_breadcrumbs = True

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perms(self.permissions):
            raise PermissionDenied
        self.subject = self.find_subject()
        return super().dispatch(request, *args, **kwargs)

    def find_subject(self) -> Any:
        raise NotImplementedError

    def carry_out(self, form) -> str:
        raise NotImplementedError

    def form_valid(self, form):
        try:
            message = self.carry_out(form)
        except CrmError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, message)
        return super().form_valid(form)

    def get_success_url(self):
        return find_overview(self.subject)

    def get_page_subtitle(self):
        return str(self.subject)

    def get_breadcrumbs_items(self):
        meta = self.subject._meta
        return [
            *self.breadcrumbs_items,
            {
                "url": reverse(f"crm_{meta.model_name}:index"),
                "label": capfirst(meta.verbose_name_plural),
            },
            {"url": find_overview(self.subject), "label": str(self.subject)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(
            subject=self.subject,
            submit_label=self.submit_label,
            back_url=find_overview(self.subject),
            **kwargs,
        )
        return {**context, "media": context["form"].media}


def find_overview(thing: Any) -> str:
    """Return the address of the page about a thing of the register."""
    return reverse(f"crm_{thing._meta.model_name}:inspect", args=[thing.pk])
