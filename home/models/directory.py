"""The public directory: organisations on a map, experts, publications."""

from typing import Any, NamedTuple

from django import forms
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from home.directory.describing import Part, describe_organisation
from home.directory.listing import open_listing
from home.directory.organisation import find_organisation, read_profile
from home.directory.people import open_experts
from home.directory.works import (
    list_media,
    list_publications,
    open_media,
    open_publications,
)
from home.models.pages import ArchivePage
from home.partners.sessions import is_partner
from home.restrictions import leave_out_restricted

EXPERTS_ON_FIRST_PAGE = 6
# How one work is written in a list of them.
PUBLICATION_LINE = "web/home/includes/publication_line.html"
MEDIA_LINE = "web/home/includes/media_line.html"


class WayIn(NamedTuple):
    """A page within the directory, for its menu."""

    title: str
    path: str


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
        FieldPanel("expert_roles", widget=forms.CheckboxSelectMultiple),
    ]
    # wagtail-localize leaves out what is many-to-many unless it is told.
    override_translatable_fields = [SynchronizedField("expert_roles")]
    template = "web/home/directory_page.html"
    show_in_menus_default = True
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("directory")
        verbose_name_plural = _("directories")

    # The page within the directory that is being shown; None for its first page.
    part: Part | None = None

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        if self.part is None:
            context |= self._read_first_page(request)
        return context

    @path("organisations/<int:pk>/", name="organisation")
    def show_organisation(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All that the public may know of one published organisation."""
        found = find_organisation(pk)
        if found is None:
            raise Http404
        archive = self.archive
        profile = read_profile(
            found,
            timezone.localdate(),
            archive=archive,
            for_partners=is_partner(request),
        )
        self.part = describe_organisation(
            profile, f"organisations/{pk}/", self.get_full_url(request)
        )
        return self._show(request, "organisation", profile=profile, archive=archive)

    @path("experts/", name="experts")
    def show_experts(self, request: HttpRequest) -> HttpResponse:
        """Who holds posts as an expert, as far as they agreed to be named."""
        if not self.expert_role_ids:
            raise Http404
        self.part = Part(
            "experts/",
            gettext("Experts"),
            gettext("Experts of the network, and where they work."),
        )
        experts = self._open_experts(request)
        return self._show(request, "experts", experts=experts)

    @path("publications/", name="publications")
    def show_publications(self, request: HttpRequest) -> HttpResponse:
        """What the network's people have written."""
        self.part = Part(
            "publications/",
            gettext("Publications"),
            gettext("Reports, books and articles from the network, by year."),
        )
        works = open_publications(self.network, request.GET)
        return self._show(request, "works", works=works, line=PUBLICATION_LINE)

    @path("media/", name="media")
    def show_media(self, request: HttpRequest) -> HttpResponse:
        """Where the network was heard."""
        self.part = Part(
            "media/",
            gettext("In the media"),
            gettext("Articles, interviews and broadcasts about the network, by year."),
        )
        works = open_media(self.network, request.GET)
        return self._show(request, "works", works=works, line=MEDIA_LINE)

    @cached_property
    def archive(self) -> ArchivePage | None:
        """The archive beside it, whose items are about its networks."""
        return leave_out_restricted(ArchivePage.objects.sibling_of(self).live()).first()

    @cached_property
    def expert_role_ids(self) -> list[int]:
        return [role.pk for role in self.expert_roles.all()]

    @cached_property
    def ways_in(self) -> list[WayIn]:
        """The pages within the directory that have something to show."""
        ways_in = [WayIn(gettext("Organisations"), "")]
        if self.expert_role_ids:
            ways_in.append(WayIn(gettext("Experts"), "experts/"))
        if list_publications(self.network).exists():
            ways_in.append(WayIn(gettext("Publications"), "publications/"))
        if list_media(self.network).exists():
            ways_in.append(WayIn(gettext("In the media"), "media/"))
        return ways_in

    def _read_first_page(self, request: HttpRequest) -> dict[str, Any]:
        today = timezone.localdate()
        return {
            "listing": open_listing(self.network, request.GET, today),
            "experts": open_experts(self.expert_role_ids, self.network, {}, today),
            "experts_shown": EXPERTS_ON_FIRST_PAGE,
        }

    def _open_experts(self, request: HttpRequest):
        return open_experts(
            self.expert_role_ids, self.network, request.GET, timezone.localdate()
        )

    def _show(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        return self.render(
            request,
            context_overrides=context,
            template=f"web/home/directory_{name}.html",
        )
