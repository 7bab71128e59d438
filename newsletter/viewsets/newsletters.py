"""Newsletters: who sends, why, and how one leaves."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from crm.viewsets.base import RegisterIndexView, RegisterViewSet
from newsletter.models import Newsletter


class NewsletterIndexView(RegisterIndexView):
    empty_message = _("No newsletters yet. Add the first: it decides the sender.")
    select_related = ("purpose", "network")


class NewsletterViewSet(RegisterViewSet):
    model = Newsletter
    name = "newsletter_newsletter"
    url_prefix = "newsletters"
    icon = "mail"
    menu_label = _("Newsletters")
    index_view_class = NewsletterIndexView
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
        MultiFieldPanel([FieldPanel("counts_links")], heading=_("What is counted")),
        FieldPanel("accent"),
    ]


newsletters = NewsletterViewSet()
