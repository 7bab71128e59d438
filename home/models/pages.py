"""The pages of the public site: the first page, the archive, plain pages."""

from collections.abc import Callable, Mapping

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField
from wagtail.models import Page

from home.archive import (
    Listing,
    find_network,
    find_topic,
    list_items,
    open_archive,
)
from home.feeds import MOST_ITEMS, write_feed
from home.partners.sessions import is_partner
from home.restrictions import leave_out_restricted
from home.routing import step_down

LISTED_ON_FIRST_PAGE = 6


class HomePage(Page):
    """The first page of one language: the newest item, and what came before it.

    Carries what every page of that language says of the sender; its title is the name
    in the masthead.
    """

    overline = models.CharField(
        _("line over the name"),
        max_length=120,
        blank=True,
        help_text=_("Newsletter and register since 2006, for example."),
    )
    strapline = models.CharField(
        _("strapline"),
        max_length=200,
        blank=True,
        help_text=_("Who you are, in one sentence under the name."),
    )
    postal_address = models.TextField(_("postal address"), max_length=250, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    footer_note = models.TextField(
        _("note in the foot"),
        max_length=400,
        blank=True,
        help_text=_("Who pays for the site, for example."),
    )
    shows_eu_emblem = models.BooleanField(
        _("shows the EU emblem beside the note"), default=False
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("overline"),
        FieldPanel("strapline"),
        MultiFieldPanel(
            [
                FieldPanel("postal_address"),
                FieldPanel("email"),
                FieldPanel("footer_note"),
                FieldPanel("shows_eu_emblem"),
            ],
            heading=_("In the foot of every page"),
        ),
    ]
    template = "web/home/home_page.html"
    max_count_per_parent = 1
    subpage_types = [
        "home.ArchivePage",
        "home.DirectoryPage",
        "home.StandardPage",
        "home.AccessibilityPage",
        "home.PrivacyPage",
    ]

    class Meta:
        verbose_name = _("first page")
        verbose_name_plural = _("first pages")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        readable = list_items(self, for_partners=is_partner(request))
        items = list(readable[: LISTED_ON_FIRST_PAGE + 1])
        archives = ArchivePage.objects.child_of(self).live()
        return {
            **context,
            "lead_story": items[0] if items else None,
            "items": items[1:],
            "archive": leave_out_restricted(archives).first(),
        }

    def route(self, request, path_components):
        """Lead on to a page below it; nearly every address begins with one."""
        if not path_components:
            return super().route(request, path_components)
        slug, *rest = path_components
        return step_down(self, slug).route(request, rest)


class ArchivePage(RoutablePageMixin, Page):
    """Every published item, newest first, by date, kind and topic.

    Beside its own address it has a feed, and a page for each topic and network.
    """

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    template = "web/home/archive_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["newsletter.NewsPage", "newsletter.DigestPage"]

    class Meta:
        verbose_name = _("archive")
        verbose_name_plural = _("archives")

    def get_context(self, request, *args, listing: Listing | None = None, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return {**context, "listing": listing or self._open(request, request.GET)}

    @path("feed/", name="feed")
    def show_feed(self, request: HttpRequest) -> HttpResponse:
        """The newest items as Atom, narrowed down as the archive is."""
        listing = open_archive(self, request.GET, per_page=MOST_ITEMS)
        return write_feed(self, listing, request)

    @path("topics/<slug:slug>/", name="topic")
    def show_topic(self, request: HttpRequest, slug: str) -> HttpResponse:
        """What is written about one topic."""
        return self._show_part(request, "topic", slug, find_topic)

    @path("networks/<slug:slug>/", name="network")
    def show_network(self, request: HttpRequest, slug: str) -> HttpResponse:
        """A network or project: its members, and what is written about it."""
        return self._show_part(request, "network", slug, find_network)

    def _show_part(
        self, request: HttpRequest, name: str, slug: str, find: Callable
    ) -> HttpResponse:
        query = request.GET.copy()
        query[name] = slug
        listing = self._open(request, query)
        part = find(listing, slug)
        if part is None:
            raise Http404
        return self.render(
            request,
            listing=listing,
            context_overrides={name: part},
            template=f"web/home/{name}_page.html",
        )

    def _open(self, request: HttpRequest, query: Mapping[str, str]) -> Listing:
        return open_archive(self, query, for_partners=is_partner(request))


class StandardPage(Page):
    """A plain page: about, privacy, accessibility."""

    intro = models.CharField(
        _("introduction"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences under the headline."),
    )
    body = RichTextField(_("text"), features=["h2", "h3", "bold", "ol", "ul", "link"])

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    template = "web/home/standard_page.html"
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")
