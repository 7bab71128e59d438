"""An item as one person gets it: on paper of any width, in light and dark. Reads only."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from crm.models import Contact
from newsletter.delivery.reaching import explain_reach
from newsletter.delivery.samples import find_sample_readers
from newsletter.exceptions import NewsletterError
from newsletter.forms import PreviewForm, SendTestForm
from newsletter.mail.preview import (
    Cut,
    Hidden,
    Reader,
    find_version,
    preview_letter,
)
from newsletter.models import NewsPage
from newsletter.models.previewing import (
    TEXT,
    mail_response,
    say_problem,
    text_response,
)
from newsletter.naming import explain_hiding
from newsletter.panels import (
    OPEN_FOR_SENDING,
    POST_KEY,
    TEST_PREFIX,
)
from newsletter.status import find_current_send

WEB = "web"


class PreviewView(WagtailAdminTemplateMixin, TemplateView):
    """The frame with its controls, and what the reader is not shown."""

    template_name = "cms/newsletter/preview.html"
    header_icon = "view"

    @cached_property
    def item(self) -> NewsPage:
        return find_item(self.request, self.kwargs["page_id"])

    @cached_property
    def form(self) -> PreviewForm:
        return make_form(self.request)

    def get_page_title(self):
        return _("Preview of “%(title)s”") % {"title": self.item.title}

    def get_breadcrumbs_items(self):
        edit = reverse("wagtailadmin_pages:edit", args=[self.item.pk])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("newsletter_items:index"), "label": _("News items")},
            {"url": edit, "label": self.item.title},
            {"url": "", "label": _("Preview")},
        ]

    def get_context_data(self, **kwargs):
        reader = find_reader(self.form)
        chosen = {key: self.form.data.get(key) for key in self.form.fields}
        query = urlencode({key: value for key, value in chosen.items() if value})
        frame = reverse("newsletter_sends:preview_frame", args=[self.item.pk])
        return super().get_context_data(
            page=self.item,
            form=self.form,
            choices=[self.form[name] for name in ("shape", "width", "scheme")],
            media=self.form.media,
            frame_url=f"{frame}?{query}",
            samples=self._find_samples(),
            **describe_reader(self.item, reader),
            **self._describe_test(reader),
            **kwargs,
        )

    def _find_samples(self) -> list[Contact]:
        return find_sample_readers(self.item) if self.form.may_see_people else []

    def _describe_test(self, reader: Reader) -> dict[str, Any]:
        """Return the form of a test of just this, where one can be sent."""
        user = self.request.user
        send = find_current_send(self.item)
        is_open = (send.state if send else None) in OPEN_FOR_SENDING
        if not is_open or not self.item.has_newsletter_permission(
            user, "send_test_email"
        ):
            return {"test_form": None}
        initial: dict[str, Any] = {"addresses": user.email}
        if isinstance(reader, Contact):
            initial["as_contact"] = reader.pk
        elif reader:
            initial["variant"] = write_cut(reader)
        form = SendTestForm(
            prefix=TEST_PREFIX, initial=initial, may_see_people=self.form.may_see_people
        )
        return {"test_form": form, "post_key": POST_KEY}


@require_safe
@xframe_options_sameorigin
def preview_frame(request: HttpRequest, page_id: int) -> HttpResponse:
    """Return the letter alone, or the web page, as what is chosen says."""
    item = find_item(request, page_id)
    form = make_form(request)
    reader, shape = find_reader(form), form.choice("shape")
    if shape == WEB:
        return find_version(item, reader).make_preview_request(request, "")
    try:
        preview = preview_letter(item, reader)
    except NewsletterError as error:
        return say_problem(error)
    if shape == TEXT:
        return text_response(preview.text)
    return mail_response(preview.html)


def find_item(request: HttpRequest, page_id: int) -> NewsPage:
    """Return the newest version of an item that the user may edit, or refuse."""
    page = get_object_or_404(NewsPage, pk=page_id).specific
    if not page.has_newsletter_permission(request.user, "save_campaign"):
        raise PermissionDenied
    return page.get_latest_revision_as_object()


def make_form(request: HttpRequest) -> PreviewForm:
    """Return what is chosen. Raises PermissionDenied for a person one may not see."""
    may_see = request.user.has_perm("crm.view_contact")
    if "contact" in request.GET and not may_see:
        raise PermissionDenied
    return PreviewForm(request.GET, may_see_people=may_see)


def find_reader(form: PreviewForm) -> Reader:
    """Return the chosen contact or variant; None for neither. Raises Http404."""
    if not form.is_valid():
        raise Http404
    return form.cleaned_data.get("contact") or form.cleaned_data["variant"]


def describe_reader(item: NewsPage, reader: Reader) -> dict[str, Any]:
    """Return what is said beside the frame: language, subject, hidden blocks, problem."""
    contact = reader if isinstance(reader, Contact) else None
    said = {
        "contact": contact,
        "variant": reader if isinstance(reader, Cut) else None,
        "not_reached": explain_reach(item, contact, timezone.localdate())
        if contact
        else "",
    }
    try:
        preview = preview_letter(item, reader)
    except NewsletterError as error:
        return {**said, "problem": str(error)}
    return {**said, "preview": preview, "hidden": explain_hidden(preview.hidden)}


def explain_hidden(hidden: tuple[Hidden, ...]) -> list[dict[str, str]]:
    """Return each block that is not shown, with the reason in words."""
    words = explain_hiding(c for block in hidden for c in block.unmet)
    lines, used = [], 0
    for block in hidden:
        reasons = words[used : used + len(block.unmet)]
        used += len(block.unmet)
        lines.append(
            {
                "place": block.place,
                "reason": " · ".join(reasons) or _("stands only on the web"),
            }
        )
    return lines


def write_cut(cut: Cut) -> str:
    """Return a variant as an address carries it; ``PreviewForm`` reads it."""
    return f"{cut.locale}-{cut.shown}"
