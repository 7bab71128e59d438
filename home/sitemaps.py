"""The sitemap: every public page in every language (sitemaps.org 0.9)."""

from collections.abc import Iterable
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import cached_property
from wagtail.models import Page, Site

from home.models import HomePage
from newsletter.choices import Visibility
from newsletter.models import NewsPage


class SiteMap(Sitemap):
    """Public pages with their translations. Never what only partners may read."""

    limit = 1_000

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def items(self):
        """Return the public pages of the site, in all languages, in tree order."""
        site = Site.find_for_request(self.request)
        if site is None:
            return Page.objects.none()
        homes = HomePage.objects.filter(
            translation_key=site.root_page.translation_key
        ).live()
        under = Q(pk__in=[])
        for home in homes:
            under |= Q(path__startswith=home.path)
        hidden = NewsPage.objects.exclude(visibility=Visibility.PUBLIC)
        pages = Page.objects.filter(under).live().public()
        pages = pages.exclude(pk__in=hidden.values("pk"))
        return pages.select_related("locale").order_by("path")

    def _urls(self, page: int, protocol: str, domain: str) -> list[dict[str, Any]]:
        shown = list(self.paginator.page(page).object_list)
        together = self._find_translations(shown)
        urls = [self._describe(item, together) for item in shown]
        changed = [url["lastmod"] for url in urls if url["lastmod"]]
        if changed:
            self.latest_lastmod = max(changed)
        return urls

    def _find_translations(self, shown: list[Page]) -> dict[Any, list[Page]]:
        """Return the public pages that say the same, by translation key."""
        keys = [item.translation_key for item in shown]
        together: dict[Any, list[Page]] = {}
        for item in self.items().filter(translation_key__in=keys):
            together.setdefault(item.translation_key, []).append(item)
        return together

    def _describe(self, item: Page, together: dict[Any, list[Page]]) -> dict[str, Any]:
        languages = together[item.translation_key]
        return {
            "item": item,
            "location": item.get_full_url(self.request),
            "lastmod": item.last_published_at,
            "changefreq": None,
            "priority": "",
            "alternates": [
                {
                    "location": other.get_full_url(self.request),
                    "lang_code": other.locale.language_code,
                }
                for other in languages
                if len(languages) > 1
            ],
        }


class InnerMap(Sitemap):
    """What lies within pages that answer for addresses below their own, by path."""

    limit = 1_000
    model: type[Page]

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def list_paths(self, page: Any) -> Iterable[str]:
        """Return the paths within a page that anybody may read, as "topics/law/"."""
        raise NotImplementedError

    def items(self) -> list[tuple[Page, str]]:
        """Return each public page of the model with each path within it."""
        return [(page, path) for page, paths in self._paths.items() for path in paths]

    @cached_property
    def _paths(self) -> dict[Page, dict[str, None]]:
        public = SiteMap(self.request).items().order_by()
        pages = self.model.objects.filter(pk__in=public.values("pk"))
        return {
            page: dict.fromkeys(self.list_paths(page))
            for page in pages.select_related("locale").order_by("path")
        }

    def _urls(self, page: int, protocol: str, domain: str) -> list[dict[str, Any]]:
        shown = self.paginator.page(page).object_list
        return [self._describe(item, path) for item, path in shown]

    def _describe(self, item: Page, path: str) -> dict[str, Any]:
        languages = [
            other
            for other, paths in self._paths.items()
            if other.translation_key == item.translation_key and path in paths
        ]
        return {
            "item": item,
            "location": self._address(item, path),
            # Nothing within a page has a date that is known without looking into it.
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

    def _address(self, page: Page, path: str) -> str:
        return f"{page.get_full_url(self.request)}{path}"
