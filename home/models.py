"""The pages of the public site: the first page, the archive, plain pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.models import Page


class HomePage(Page):
    """The first page of one language: the newest item, and what came before it."""

    strapline = models.CharField(_("strapline"), max_length=200, blank=True)
    template = "web/home/home_page.html"
    max_count_per_parent = 1
    subpage_types = ["home.ArchivePage", "home.StandardPage"]

    class Meta:
        verbose_name = _("first page")


class ArchivePage(Page):
    """Every published item, newest first, by date, kind and topic."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    template = "web/home/archive_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["newsletter.NewsPage"]

    class Meta:
        verbose_name = _("archive")


class StandardPage(Page):
    """A plain page: about, privacy, accessibility."""

    body = RichTextField(_("text"), features=["h2", "h3", "bold", "ol", "ul", "link"])
    template = "web/home/standard_page.html"
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]

    class Meta:
        verbose_name = _("plain page")
