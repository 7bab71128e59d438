"""What the archive may be narrowed down by: only what leads to an item.

To look through all items for their years, kinds, topics and networks takes the longer
the more there are. So it is asked the other way round: for each year, kind … whether
there is an item, which an index answers with the first it finds.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Max, Min, QuerySet
from django.utils.text import capfirst
from django.utils.timezone import localdate

from crm.models import Network, Organisation, Topic
from crm.names import make_sort_key
from home.directory.listing import current_memberships
from newsletter.choices import NewsKind
from newsletter.models import NewsPage, NewsPageTopic

# The directory leads to each one's news, however many there are.
MOST_ORGANISATIONS = 100
ITEM = NewsPage._meta.db_table
LINK = NewsPageTopic._meta.db_table
# A scalar subquery, not EXISTS: PostgreSQL makes that a join with everything.
IS_ONE = "(%s LIMIT 1) IS NOT NULL"


@dataclass(frozen=True)
class Offers:
    """The choices that lead to items, in the order in which they are shown."""

    years: list[int]
    kinds: list[tuple[str, str]]
    topics: list[Topic]
    networks: list[Network]
    # None where there are more than anybody would look through.
    organisations: list[Organisation]

    @cached_property
    def topic_choices(self) -> list[tuple[str, str]]:
        """The topics by their names in addresses, as kinds are by theirs."""
        return [(topic.slug, capfirst(str(topic))) for topic in self.topics]

    @cached_property
    def network_choices(self) -> list[tuple[str, str]]:
        """The networks by their names in addresses."""
        return [(network.slug, str(network)) for network in self.networks]

    @cached_property
    def organisation_choices(self) -> list[tuple[int, str]]:
        """The organisations by their keys, which is what they have in addresses."""
        return [
            (organisation.pk, str(organisation)) for organisation in self.organisations
        ]

    @cached_property
    def year_choices(self) -> list[tuple[int, int]]:
        """The years, which are called what they are."""
        return [(year, year) for year in self.years]


def list_offers(items: QuerySet[NewsPage]) -> Offers:
    """Return what ``items`` may be narrowed down by, in seven queries."""
    some = _Some(items)
    networks = _list_networks(some)
    return Offers(
        years=_list_years(some),
        kinds=_list_kinds(some),
        topics=_list_topics(some),
        networks=networks,
        organisations=_list_organisations(networks),
    )


class _Some:
    """The items as SQL that further conditions can be put to."""

    def __init__(self, items: QuerySet[NewsPage]) -> None:
        query = items.order_by().values("pk").query
        self._sql, self.params = query.sql_with_params()

    def where(self, condition: str) -> str:
        """Return SQL that is true when an item meets the condition."""
        return IS_ONE % f"{self._sql} AND {condition}"


def _list_years(some: _Some) -> list[int]:
    years = _span_years()
    spans = [(year, date(year, 1, 1), date(year, 12, 31)) for year in years]
    condition = f"{ITEM}.published_on BETWEEN c.first AND c.last"
    found = _pick("value, first, last", spans, some, condition)
    return [year for year in years if year in found]


def _list_kinds(some: _Some) -> list[tuple[str, Any]]:
    choices = NewsKind.choices
    values = [(value,) for value, _label in choices]
    found = _pick("value", values, some, f"{ITEM}.kind = c.value")
    return [(value, label) for value, label in choices if value in found]


def _pick(columns: str, rows: list[tuple], some: _Some, condition: str) -> set[Any]:
    """Return the first values of the rows that lead to an item.

    One subquery for all of them: PostgreSQL takes longer to plan one for each than to
    answer them.
    """
    if not rows:
        return set()
    row = f"({', '.join(['%s'] * len(rows[0]))})"
    table = f"WITH c ({columns}) AS (VALUES {', '.join([row] * len(rows))})"
    sql = f"{table} SELECT value FROM c WHERE {some.where(condition)}"  # noqa: S608 -- names of our own
    params = [value for values in rows for value in values]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *some.params])
        return {value for (value,) in cursor.fetchall()}


def _span_years() -> range:
    """Return the years from the newest item to the oldest, whoever may read them.

    Each end in a query of its own, which an index answers without looking further.
    """
    newest = NewsPage.objects.aggregate(day=Max("published_on"))["day"]
    if newest is None:
        return range(0)
    oldest = NewsPage.objects.aggregate(day=Min("published_on"))["day"]
    return range(newest.year, oldest.year - 1, -1)


def _list_topics(some: _Some) -> list[Topic]:
    is_public = some.where(f"{ITEM}.page_ptr_id = l.page_id")
    is_used = IS_ONE % (
        f"SELECT 1 FROM {LINK} l WHERE l.topic_id = t.id AND {is_public}"  # noqa: S608 -- names of our own
    )
    topics = _read_all(Topic, is_used, some)
    return sorted(topics, key=lambda topic: make_sort_key(topic.name))


def _list_networks(some: _Some) -> list[Network]:
    networks = _read_all(Network, some.where(f"{ITEM}.network_id = t.id"), some)
    return sorted(networks, key=lambda network: make_sort_key(network.local_name))


def _list_organisations(networks: list[Network]) -> list[Organisation]:
    """Return who is in the networks today, of those that the public directory shows."""
    joined = current_memberships(localdate()).filter(network__in=networks)
    found = Organisation.objects.filter(
        is_published=True, pk__in=joined.values("organisation")
    )
    some = list(found[: MOST_ORGANISATIONS + 1])
    if len(some) > MOST_ORGANISATIONS:
        return []
    return sorted(some, key=lambda one: make_sort_key(one.local_name))


def _read_all(model: Any, condition: str, some: _Some) -> Any:
    sql = f"SELECT t.* FROM {model._meta.db_table} t WHERE {condition}"  # noqa: S608 -- names of our own
    return model.objects.raw(sql, some.params)
