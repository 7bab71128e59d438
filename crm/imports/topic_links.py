"""Which contact follows which topic, written many at a time."""

from collections import defaultdict
from collections.abc import Iterable

from crm.imports.tables import insert_rows
from crm.models import Contact, Topic

THROUGH = Contact.topics.through
# (contact's key, topic's key)
Link = tuple[int, int]


def add_links(links: Iterable[Link]) -> None:
    """Let contacts follow topics that they do not follow; topics that are gone stay so."""
    wanted = list(links)
    if not wanted:
        return
    known = set(Topic.objects.values_list("pk", flat=True))
    insert_rows(
        THROUGH,
        ("contact_id", "topic_id"),
        [link for link in wanted if link[1] in known],
    )


def remove_links(links: Iterable[Link]) -> None:
    """Let contacts follow topics no more; one statement for each topic."""
    by_topic: dict[int, list[int]] = defaultdict(list)
    for contact, topic in links:
        by_topic[topic].append(contact)
    for topic, contacts in by_topic.items():
        rows = THROUGH.objects.filter(topic=topic, contact__any_of=contacts)
        rows._raw_delete(rows.db)  # nothing refers to a link
