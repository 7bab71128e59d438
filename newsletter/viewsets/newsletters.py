"""Newsletters: who sends, why, and how one leaves."""

from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.widgets.button import HeaderButton

from crm.viewsets.base import (
    RegisterCreateView,
    RegisterEditView,
    RegisterIndexView,
    RegisterInspectView,
    RegisterViewSet,
)
from newsletter.accents import AccentPanel
from newsletter.delivery.approvers import set_up_approval
from newsletter.models import Newsletter
from newsletter.views.senders import SenderView


class NewsletterIndexView(RegisterIndexView):
    empty_message = _("No newsletters yet. Add the first: it decides the sender.")
    select_related = ("purpose", "network")


class NewsletterInspectView(RegisterInspectView):
    sender_url_name = None

    @cached_property
    def header_buttons(self):
        sender = HeaderButton(
            _("Sender"),
            url=reverse(self.sender_url_name, args=(self.object.pk,)),
            icon_name="check",
        )
        return [*super().header_buttons, sender]


class ApprovalSetUpMixin:
    """Sets the workflow up where a newsletter needs approval."""

    def save_instance(self):
        newsletter = super().save_instance()
        if newsletter.needs_approval:
            set_up_approval()
        return newsletter


class NewsletterCreateView(ApprovalSetUpMixin, RegisterCreateView):
    pass


class NewsletterEditView(ApprovalSetUpMixin, RegisterEditView):
    pass


class NewsletterViewSet(RegisterViewSet):
    model = Newsletter
    name = "newsletter_newsletter"
    url_prefix = "newsletters"
    icon = "mail"
    menu_label = _("Newsletters")
    index_view_class = NewsletterIndexView
    add_view_class = NewsletterCreateView
    edit_view_class = NewsletterEditView
    inspect_view_class = NewsletterInspectView
    list_display = ["name", "purpose", "network", "sender_email"]
    search_fields = ["name", "slug"]
    inspect_view_fields = [
        "name",
        "purpose",
        "network",
        "sender_name",
        "sender_email",
        "reply_to",
        "list_id",
        "postal_address",
        "reason_sv",
        "reason_en",
        "needs_approval",
        "counts_links",
    ]
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("name"),
                FieldPanel("slug"),
                FieldPanel("purpose"),
                FieldPanel("network"),
            ],
            heading=_("What it is"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("sender_name"),
                FieldPanel("sender_email"),
                FieldPanel("reply_to"),
                FieldPanel("list_id"),
            ],
            heading=_("Who sends it"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("postal_address"),
                FieldPanel("reason_sv"),
                FieldPanel("reason_en"),
            ],
            heading=_("The foot of every letter"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("is_open"),
                FieldRowPanel([FieldPanel("about_sv"), FieldPanel("about_en")]),
            ],
            heading=_("On the website"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("sends_from"), FieldPanel("sends_until")]),
                FieldPanel("sends_on_weekends"),
            ],
            heading=_("When letters go"),
            help_text=_(
                "By the office's clock. A send that is not through when the hours end "
                "goes on when they begin again."
            ),
        ),
        MultiFieldPanel(
            [FieldPanel("needs_approval"), FieldPanel("approval_tolerance")],
            heading=_("Second pair of eyes"),
            help_text=_(
                "Nothing is sent or scheduled before somebody else than who wrote it has "
                "approved it. Whoever has the right to approve is asked."
            ),
        ),
        MultiFieldPanel(
            [FieldPanel("fallback")],
            heading=_("Items in other languages"),
            help_text=_("Whoever reads a language that an item is not published in:"),
        ),
        MultiFieldPanel([FieldPanel("counts_links")], heading=_("What is counted")),
        MultiFieldPanel(
            [
                FieldPanel("logo"),
                FieldPanel("accent"),
                AccentPanel("newsletter_sends:accent"),
            ],
            heading=_("The look of letters"),
        ),
    ]

    def get_inspect_view_kwargs(self, **kwargs):
        return super().get_inspect_view_kwargs(
            sender_url_name=self.get_url_name("sender"), **kwargs
        )

    @property
    def sender_view(self):
        return self.construct_view(
            SenderView, inspect_url_name=self.get_url_name("inspect")
        )

    def get_urlpatterns(self):
        sender = path("sender/<int:pk>/", self.sender_view, name="sender")
        return [*super().get_urlpatterns(), sender]


newsletters = NewsletterViewSet()
