"""Fills an installation with items, past the editor and at once.

``python -m bench.web.scene ITEMS`` loads the demo and copies its items until there are
that many in Swedish, over twenty years, each with topics, a network and a place in the
search. What the copies say is what the demo's items say; only title and date differ.
"""

import sys
from datetime import date, timedelta
from itertools import cycle, islice
from typing import Any

import django
from django.core.management import call_command
from django.db import connection

DAYS = 20 * 365
LAST_DAY = date(2026, 11, 1)
TOPICS = 24
NETWORKS = 12
MEMBERS = 30
CHUNK = 1_000


def fill(items: int) -> None:
    """Load the demo and make so many items of it."""
    from home.models import ArchivePage  # noqa: PLC0415 -- after setup
    from newsletter.models import NewsPage  # noqa: PLC0415 -- as above

    call_command("load_demo", "--force", verbosity=0)
    archive = ArchivePage.objects.get(locale__language_code="sv")
    sources = list(NewsPage.objects.child_of(archive).live())
    missing = items - len(sources)
    pages = copy_items(archive, sources, missing)
    add_topics(pages)
    spread_networks(pages)
    copy_search_entries(pages, sources)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def copy_items(archive: Any, sources: list[Any], missing: int) -> list[int]:
    """Copy the rows of items under the archive; return the keys of the copies."""
    from wagtail.models import Page  # noqa: PLC0415 -- after setup

    from newsletter.choices import NewsKind  # noqa: PLC0415 -- as above
    from newsletter.models import NewsPage  # noqa: PLC0415 -- as above

    first = Page.objects.latest("pk").pk + 1
    keys = list(range(first, first + missing))
    step = archive.get_last_child().path
    kinds = cycle(NewsKind.of_items())
    pages, items = [], []
    for number, (key, source) in enumerate(zip(keys, cycle(sources), strict=False)):
        step = Page(path=step)._inc_path()
        day = LAST_DAY - timedelta(days=number * DAYS // missing)
        changes = {
            "id": key,
            "path": step,
            "title": f"{source.title} {number}",
            "slug": f"item-{number}",
            "url_path": f"{archive.url_path}item-{number}/",
            "translation_key": _make_uuid(number),
            "latest_revision_id": None,
            "live_revision_id": None,
        }
        pages.append((changes, source.pk))
        kind = next(kinds)[0]
        items.append(
            ({"page_ptr_id": key, "kind": kind, "published_on": day}, source.pk)
        )
    _copy_rows(Page, "id", pages)
    _copy_rows(NewsPage, "page_ptr_id", items)
    Page.objects.filter(pk=archive.pk).update(numchild=archive.numchild + missing)
    return keys


def add_topics(pages: list[int]) -> None:
    """Give each page two of two dozen topics."""
    from crm.models import Topic  # noqa: PLC0415 -- after setup
    from newsletter.models import NewsPageTopic  # noqa: PLC0415 -- as above

    Topic.objects.bulk_create(
        Topic(name_sv=f"Ämne {n}", name_en=f"Topic {n}", slug=f"topic-{n}")
        for n in range(TOPICS)
    )
    topics = list(Topic.objects.values_list("pk", flat=True))
    links = (
        NewsPageTopic(page_id=page, topic_id=topics[(n * k) % len(topics)])
        for n, page in enumerate(pages, 1)
        for k in (1, 2)
        if k == 1 or n % len(topics) != (2 * n) % len(topics)
    )
    _create_all(NewsPageTopic, links)


def spread_networks(pages: list[int]) -> None:
    """Make networks with members; every other page belongs to one."""
    from crm.choices import MembershipRole  # noqa: PLC0415 -- after setup
    from crm.models import Membership, Network, Organisation  # noqa: PLC0415 -- as above
    from newsletter.models import NewsPage  # noqa: PLC0415 -- as above

    organisations = [
        # Else the networks' pages would not name them.
        Organisation.objects.create(name=f"Kommun {n}", country="SE", is_published=True)
        for n in range(MEMBERS)
    ]
    for number in range(NETWORKS):
        name = f"Nätverk {number}"
        network = Network.objects.create(name=name, slug=f"network-{number}")
        for organisation in organisations:
            Membership.objects.create(
                organisation=organisation,
                network=network,
                role=MembershipRole.MEMBER,
            )
        chosen = pages[number :: 2 * NETWORKS]
        for start in range(0, len(chosen), CHUNK):
            part = chosen[start : start + CHUNK]
            NewsPage.objects.filter(pk__in=part).update(network=network)


def copy_search_entries(pages: list[int], sources: list[Any]) -> None:
    """Let each copy be found by the words of what it was copied from, and its number."""
    from home.models.search import SearchEntry  # noqa: PLC0415 -- after setup

    entries = SearchEntry.objects.in_bulk(
        [source.pk for source in sources], field_name="item_id"
    )
    kept = [entries[source.pk] for source in sources]
    copies = (
        SearchEntry(
            item_id=page,
            language=entry.language,
            head=f"{entry.head} {number}",
            body=entry.body,
            text=entry.text,
        )
        for number, (page, entry) in enumerate(zip(pages, cycle(kept), strict=False))
    )
    _create_all(SearchEntry, copies)


def _copy_rows(model: Any, key: str, rows: list[tuple[dict[str, Any], int]]) -> None:
    """Insert a copy of a row for each (changed columns, key of the original)."""
    quote = connection.ops.quote_name
    columns = [field.column for field in model._meta.local_concrete_fields]
    changed = list(rows[0][0])
    chosen = ["%s" if name in changed else quote(name) for name in columns]
    sql = (
        f"INSERT INTO {model._meta.db_table} ({', '.join(map(quote, columns))})"
        f" SELECT {', '.join(chosen)} FROM {model._meta.db_table} WHERE {quote(key)} = %s"
    )
    order = [name for name in columns if name in changed]
    fields = {field.column: field for field in model._meta.local_concrete_fields}
    values = [
        [
            *(
                fields[name].get_db_prep_value(changes[name], connection)
                for name in order
            ),
            source,
        ]
        for changes, source in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)


def _create_all(model: Any, rows: Any) -> None:
    rows = iter(rows)
    while part := list(islice(rows, CHUNK)):
        model.objects.bulk_create(part)


def _make_uuid(number: int) -> Any:
    from uuid import UUID  # noqa: PLC0415 -- as short as it is used

    return UUID(int=number + 1)


if __name__ == "__main__":
    django.setup()
    fill(int(sys.argv[1]))
