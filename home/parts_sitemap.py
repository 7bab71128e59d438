"""The archive's pages of topics and networks for the sitemap, in every language."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest
from django.utils.functional import cached_property

from home.archive import list_items
from home.models import ArchivePage
from home.offers import list_offers
from home.sitemaps import SiteMap


class PartsMap(Sitemap):
    """What lies within the archives beside their items."""

    limit = 1_000

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def items(self) -> list[tuple[ArchivePage, str]]:
        """Return each archive with each topic and network that its items have."""
        return [
            (archive, path) for archive, paths in self._paths.items() for path in paths
        ]

    @cached_property
    def _paths(self) -> dict[ArchivePage, list[str]]:
        public = SiteMap(self.request).items().order_by()
        archives = ArchivePage.objects.filter(pk__in=public.values("pk"))
        return {
            archive: _list_paths(archive)
            for archive in archives.select_related("locale").order_by("path")
        }

    def _urls(self, page: int, protocol: str, domain: str) -> list[dict[str, Any]]:
        shown = self.paginator.page(page).object_list
        return [self._describe(archive, path) for archive, path in shown]

    def _describe(self, archive: ArchivePage, path: str) -> dict[str, Any]:
        languages = [
            other
            for other, paths in self._paths.items()
            if other.translation_key == archive.translation_key and path in paths
        ]
        return {
            "item": archive,
            "location": self._address(archive, path),
            # That of its newest item is not looked up.
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

    def _address(self, archive: ArchivePage, path: str) -> str:
        return f"{archive.get_full_url(self.request)}{path}"


def _list_paths(archive: ArchivePage) -> list[str]:
    offers = list_offers(list_items(archive))
    topics = [f"topics/{topic.slug}/" for topic in offers.topics]
    return topics + [f"networks/{network.slug}/" for network in offers.networks]
