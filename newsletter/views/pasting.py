"""Pasting a text into an item: paste, look over what became of it, put it in.

Nothing is stored in between: what was pasted goes along in the form and is read again.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from newsletter.blocks.funding import make_notices
from newsletter.choices import NewsKind
from newsletter.exceptions import PasteError
from newsletter.models import NewsPage
from newsletter.pasting.documents import read_document
from newsletter.pasting.placing import (
    AS_BLOCK,
    AS_TEXT,
    LEFT_OUT,
    Decision,
    default_choice,
    place_blocks,
)
from newsletter.pasting.proposals import Outcome, Proposal, Setting
from newsletter.pasting.proposing import propose
from newsletter.pasting.reading import read_pasted

# Drawn here as they stand on the web; of the others there is only their text to show.
SHOWN_AS_BLOCK = {
    "lead", "text", "heading", "quote", "dash_quote", "bullet_list", "ordered_list",
    "steps", "indicator_table", "facts", "audience", "status", "contact",
    "resource_link",
}  # fmt: skip


class PasteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("The text"),
        help_text=gettext_lazy(
            "Paste from Word, Google Docs, a mail or a web page. Lists, tables, "
            "headings and links are kept."
        ),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "data-rb-paste-target": "text"}),
    )
    html = forms.CharField(
        required=False,
        strip=False,
        widget=forms.HiddenInput(attrs={"data-rb-paste-target": "html"}),
    )
    document = forms.FileField(
        label=gettext_lazy("or a Word document"),
        help_text=gettext_lazy("A file that ends in .docx, of at most 10 MB."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".docx"}),
    )

    def clean(self):
        cleaned = super().clean()
        if document := cleaned.get("document"):
            try:
                cleaned["html"] = read_document(document, document.size)
            except PasteError as error:
                self.add_error("document", str(error))
        return cleaned


@dataclass(frozen=True)
class Shown:
    """A proposal as it is looked over."""

    number: int
    made: Proposal
    label: str
    html: SafeString
    choices: list[tuple[str, str]]
    choice: str

    @property
    def name(self) -> str:
        """What its choice is called in the form."""
        return f"block-{self.number}"


class PasteView(WagtailAdminTemplateMixin, TemplateView):
    """GET shows the form; POST reads what was pasted, or puts it in."""

    template_name = "cms/newsletter/paste.html"
    page_title = gettext_lazy("Paste a text")
    header_icon = "clipboard-list"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not self.may_edit():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def may_edit(self) -> bool:
        lock = self.page.get_lock()
        may = self.page.permissions_for_user(self.request.user).can_edit()
        return may and not (lock and lock.for_user(self.request.user))

    @cached_property
    def page(self) -> NewsPage:
        page = get_object_or_404(NewsPage, pk=self.kwargs["page_id"])
        return page.get_latest_revision_as_object()

    def get_breadcrumbs_items(self):
        edit = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return [
            *self.breadcrumbs_items,
            {"url": edit, "label": self.page.get_admin_display_title()},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs):
        kwargs.setdefault("form", PasteForm())
        return super().get_context_data(page=self.page, **kwargs)

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:
        form = PasteForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        source = form.cleaned_data["text"], form.cleaned_data["html"]
        try:
            outcome = propose(read_pasted(*source), self.describe_setting())
        except PasteError as error:
            form.add_error(None, str(error))
            return self.render_to_response(self.get_context_data(form=form))
        if "insert" in request.POST:
            return self.insert(outcome)
        return self.render_to_response(
            self.get_context_data(**self.look(*source, outcome))
        )

    def describe_setting(self) -> Setting:
        return Setting(
            language=self.page.locale.language_code,
            has_event=self.page.event_id is not None,
            has_funding=bool(make_notices(self.page)),
        )

    def look(self, text: str, html: str, outcome: Outcome) -> dict[str, Any]:
        """Return what there is to look over."""
        shown = [self.show(number, m) for number, m in enumerate(outcome.proposals)]
        head = outcome.head
        return {
            "text": text,
            "html": html,
            "outcome": outcome,
            "shown": shown,
            "guesses": sum(bool(item.made.notes) for item in shown),
            "kind_label": NewsKind(head.kind).label if head.kind else "",
            "has_body": bool(self.page.body),
        }

    def show(self, number: int, made: Proposal) -> Shown:
        block = self.page.body.stream_block.child_blocks[made.kind]
        choices = [(AS_BLOCK, _("Take it")), (LEFT_OUT, _("Leave it out"))]
        if made.is_guess:
            choices.insert(1, (AS_TEXT, _("Take it as plain text")))
        markup = made.plain
        if made.kind in SHOWN_AS_BLOCK:
            value = block.to_python(made.value)
            markup = block.render(value, context={"page": self.page})
        return Shown(
            number,
            made,
            str(block.label),
            mark_safe(markup),  # noqa: S308 -- written by newsletter.pasting, tag by tag
            choices,
            default_choice(made),
        )

    def insert(self, outcome: Outcome) -> HttpResponse:
        asked = self.request.POST
        decision = Decision(
            choices={
                number: asked.get(f"block-{number}", "")
                for number in range(len(outcome.proposals))
            },
            replaces=asked.get("place") == "instead",
            takes_title="take-title" in asked,
            takes_kicker="take-kicker" in asked,
            takes_kind="take-kind" in asked,
        )
        count = place_blocks(self.page, outcome, decision)
        self.page.save_revision(user=self.request.user, log_action=True)
        told = ngettext(
            "%(count)s block was put into the draft.",
            "%(count)s blocks were put into the draft.",
            count,
        ) % {"count": count}
        history = reverse("wagtailadmin_pages:history", args=[self.page.pk])
        messages.success(
            self.request,
            told + " " + _("The history has what was there before."),
            buttons=[messages.button(history, _("History"))],
        )
        return redirect("wagtailadmin_pages:edit", self.page.pk)
