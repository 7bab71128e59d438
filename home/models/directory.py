"""The public directory: organisations on a map, experts, publications."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page


class DirectoryPage(RoutablePageMixin, Page):
    """What the register shows in public, always as it is now."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    network = models.ForeignKey(
        "crm.Network",
        verbose_name=_("network"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Show only its members. Empty: every published organisation."),
    )
    expert_roles = ParentalManyToManyField(
        "crm.Role",
        verbose_name=_("experts are those who hold posts as"),
        related_name="+",
        blank=True,
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("network"),
        FieldPanel("expert_roles"),
    ]
    template = "web/home/directory_page.html"
    show_in_menus_default = True
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("directory")
        verbose_name_plural = _("directories")
