"""Ways out of a choice that nothing in the archive fits: what fits without one part of it."""

from dataclasses import dataclass, replace

from django.utils.text import capfirst
from wagtail.models import Page

from home.archive import Listing, Narrowing, list_items, narrow_down
from home.search.asking import read_question


@dataclass(frozen=True)
class WayOut:
    """A choice to let go, how many items then fit, and the choices that are left."""

    name: str
    count: int
    query: dict[str, str]


def list_ways_out(
    archive: Page, listing: Listing, *, for_partners: bool = False
) -> list[WayOut]:
    """Return each choice without which something fits; one query for each choice.

    None where a single choice was made: letting it go shows everything.
    """
    query = listing.narrowing.query
    if len(query) < 2 or listing.page.object_list:
        return []
    items = list_items(archive, for_partners=for_partners)
    ways = []
    for name in query:
        left = {key: value for key, value in query.items() if key != name}
        rest = _let_go(listing.narrowing, name)
        count = narrow_down(items, rest).order_by().values("pk").count()
        ways.append(WayOut(_name(listing, name), count, left))
    return [way for way in ways if way.count]


def _let_go(narrowing: Narrowing, name: str) -> Narrowing:
    unasked = Narrowing(read_question("", narrowing.question.language))
    field = "question" if name == "q" else name
    return replace(narrowing, **{field: getattr(unasked, field)})


def _name(listing: Listing, name: str) -> str:
    """Return a choice in the words in which it was offered."""
    narrowing = listing.narrowing
    if name == "q":
        return narrowing.question.text
    if name == "kind":
        return str(dict(listing.offers.kinds)[narrowing.kind])
    return capfirst(str(getattr(narrowing, name)))
