"""What a list says of many items at once: what each is about, and where it is read."""

from collections import defaultdict
from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.encoding import iri_to_uri

from crm.models import Topic
from home.caching.parts import keep_part
from newsletter.models import NewsPage, NewsPageTopic


def read_topics(items: Iterable[NewsPage]) -> dict[int, list[Topic]]:
    """Return the topics of items by the items' keys, in the order they were chosen.

    Two queries at most. The topics themselves are few, and belong to all lists alike.
    """
    topics = keep_part("topics", Topic.objects.in_bulk)
    links = NewsPageTopic.objects.filter(page__in=[item.pk for item in items])
    found = defaultdict(list)
    for page, topic in links.order_by("pk").values_list("page_id", "topic_id"):
        found[page].append(topics[topic])
    return found


class Addresses:
    """Where items are read, as Wagtail has it for a request.

    It is asked only for the first of siblings; those of the others differ in the last part.
    """

    def __init__(self, request: HttpRequest | None, *, are_full: bool = False) -> None:
        self._request = request
        self._are_full = are_full
        self._folders: dict[str, str | None] = {}

    def find(self, item: NewsPage) -> str:
        """Return an item's address; "" where the site has none for it."""
        above, _slash, slug = item.url_path.rstrip("/").rpartition("/")
        if above not in self._folders:
            self._folders[above] = self._find_folder(item)
        folder = self._folders[above]
        return "" if folder is None else f"{folder}{iri_to_uri(slug)}/"

    def _find_folder(self, item: NewsPage) -> str | None:
        find = item.get_full_url if self._are_full else item.get_url
        address = find(self._request)
        return address and address.rstrip("/").rpartition("/")[0] + "/"
