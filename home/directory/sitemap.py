"""The directory's pages for the sitemap: each public one, in every language."""

from collections.abc import Iterable

from django.utils.functional import cached_property

from crm.models import Organisation
from home.models import DirectoryPage
from home.sitemaps import InnerMap


class DirectoryMap(InnerMap):
    """What lies within the directories; they themselves stand among the site's pages."""

    model = DirectoryPage

    def list_paths(self, page: DirectoryPage) -> Iterable[str]:
        """Return the paths of its lists and of its organisations."""
        yield from (way.path for way in page.ways_in if way.path)
        yield from (f"organisations/{pk}/" for pk in self._published)

    @cached_property
    def _published(self) -> list[int]:
        """The same in every language: asked for once."""
        rows = Organisation.objects.filter(is_published=True).order_by("pk")
        return list(rows.values_list("pk", flat=True))
