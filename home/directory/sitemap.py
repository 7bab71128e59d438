"""The directory's pages for the sitemap: each public one, in every language."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest
from django.utils.functional import cached_property

from crm.models import Organisation
from home.models import DirectoryPage
from home.sitemaps import SiteMap


class DirectoryMap(Sitemap):
    """What lies within the directories; they themselves stand among the site's pages."""

    limit = 1_000

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def items(self) -> list[tuple[DirectoryPage, str]]:
        """Return each directory with each path within it."""
        published = Organisation.objects.filter(is_published=True).order_by("pk")
        pages = [
            f"organisations/{pk}/" for pk in published.values_list("pk", flat=True)
        ]
        return [
            (directory, path)
            for directory in self._directories
            for path in [*(way.path for way in directory.ways_in if way.path), *pages]
        ]

    @cached_property
    def _directories(self) -> list[DirectoryPage]:
        pages = SiteMap(self.request).items()
        found = DirectoryPage.objects.filter(pk__in=pages.order_by().values("pk"))
        return list(found.select_related("locale").order_by("path"))

    def _urls(self, page: int, protocol: str, domain: str) -> list[dict[str, Any]]:
        shown = self.paginator.page(page).object_list
        return [self._describe(directory, path) for directory, path in shown]

    def _describe(self, directory: DirectoryPage, path: str) -> dict[str, Any]:
        languages = [
            other
            for other in self._directories
            if other.translation_key == directory.translation_key
        ]
        return {
            "item": directory,
            "location": self._address(directory, path),
            # The register keeps no date of an organisation's last change.
            "lastmod": None,
            "changefreq": None,
            "priority": "",
            "alternates": [
                {
                    "location": self._address(other, path),
                    "lang_code": other.locale.language_code,
                }
                for other in languages
                if len(languages) > 1
            ],
        }

    def _address(self, directory: DirectoryPage, path: str) -> str:
        return f"{directory.get_full_url(self.request)}{path}"
