"""The archive's pages of topics and networks for the sitemap, in every language."""

from collections.abc import Iterable

from home.archive import list_items
from home.models import ArchivePage
from home.offers import list_offers
from home.sitemaps import InnerMap


class PartsMap(InnerMap):
    """Each topic and network that the archive's items have."""

    model = ArchivePage

    def list_paths(self, page: ArchivePage) -> Iterable[str]:
        """Return the paths of its topics and networks."""
        offers = list_offers(list_items(page))
        yield from (f"topics/{topic.slug}/" for topic in offers.topics)
        yield from (f"networks/{network.slug}/" for network in offers.networks)
