"""Why somebody is in a segment, or not: choose a contact, read the verdict."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from crm.addresses import display_address
from crm.mailability import explain_mailability
from crm.models import Contact, Segment
from crm.segments.explaining import explain_segment
from crm.segments.picks import CONTACTS, SearchSource
from crm.viewsets.base import may_see_contacts

MAY_READ = [f"crm.{verb}_segment" for verb in ("add", "change", "delete", "view")]


class ChosenContactMixin(WagtailAdminTemplateMixin):
    """A page about one contact, who is found by name or address on the page itself.

    ``?contact=`` names the contact, ``?q=`` searches. Reads only.
    """

    def dispatch(self, request, *args, **kwargs):
        if not may_see_contacts(request.user) or not self.may_read(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def may_read(self, user) -> bool:
        """Say whether somebody may read what the page explains."""
        return any(user.has_perm(name) for name in MAY_READ)

    @cached_property
    def contact(self) -> Contact | None:
        """The contact the page is about; None while one is chosen."""
        pk = self.request.GET.get("contact", "")
        if not pk.isdecimal():
            return None
        return get_object_or_404(Contact, pk=int(pk))

    def get_context_data(self, **kwargs):
        words = self.request.GET.get("q", "").strip()
        return super().get_context_data(
            contact=self.contact,
            address=display_address(self.contact.email) if self.contact else "",
            query=words,
            found=find_people(words) if words and not self.contact else [],
            **kwargs,
        )


class WhyView(ChosenContactMixin, TemplateView):
    """Why a contact is in a segment or not, each rule with a tick or a cross."""

    template_name = "cms/crm/why.html"
    header_icon = "list-ul"

    @cached_property
    def segment(self) -> Segment:
        return get_object_or_404(Segment, pk=self.kwargs["pk"])

    def get_page_title(self):
        return _("Why in “%(segment)s”, why not") % {"segment": self.segment}

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {
                "url": reverse("wagtailsnippets_crm_segment:list"),
                "label": _("Segments"),
            },
            {
                "url": reverse(
                    "wagtailsnippets_crm_segment:inspect", args=[self.segment.pk]
                ),
                "label": str(self.segment),
            },
            {"url": "", "label": _("Why, why not")},
        ]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(segment=self.segment, **kwargs)
        if self.contact:
            today = timezone.localdate()
            context["explanation"] = explain_segment(self.segment, self.contact, today)
            context["mailability"] = explain_mailability(self.contact, today)
        return context


def find_people(words: str) -> list[dict[str, Any]]:
    """Return the first contacts in whose name or address every word is found."""
    source: SearchSource = CONTACTS
    return [{"pk": int(pk), "label": label} for pk, label in source.search(words)]
