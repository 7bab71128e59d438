"""The owner's documents as news items: each its own kind, element by element.

The Swedish words are those of ``fixtures/demo/seeds``, spelling included; what differs is
listed with its reasons in ``tests/newsletter/mail/test_seed_documents.py``. How each is
made of blocks stands in ``fixtures/demo/documents``: a body as it is stored, but that what
the register knows is named there, ``{"ref": "crm.Network", "slug": "clip"}``, and looked
up here. English texts are translations of ours.
"""

from datetime import date
from typing import Any

from django.apps import apps
from django.utils import translation
from wagtail.models import Locale

from crm.models import Network, Topic
from home.demo.files import read_json
from home.models import ArchivePage
from newsletter.models import Newsletter, NewsPage, NewsPageTopic

FOLDER = "documents"
# In the order in which they are made; the archive sorts by date.
DOCUMENTS = ["fact_sheet", "invitation", "status_note", "overview"]
REFERENCE = "ref"


def create_documents(archive: ArchivePage, newsletter: Newsletter) -> list[NewsPage]:
    """Make the published items, with their translations; return the Swedish ones."""
    return [create_document(archive, newsletter, name) for name in DOCUMENTS]


def create_document(
    archive: ArchivePage, newsletter: Newsletter, name: str
) -> NewsPage:
    """Return the published item that ``fixtures/demo/documents/<name>.json`` describes.

    Raises DoesNotExist when the register lacks something that the file names.
    """
    text = read_json("demo", FOLDER, f"{name}.json")
    day = text["published_on"]
    page = NewsPage(
        **text["sv"]["head"],
        kind=text["kind"],
        newsletter=newsletter,
        network=Network.objects.filter(pk=resolve(text["network"])).first(),
        event_id=resolve(text.get("event")),
        published_on=date.fromisoformat(day) if day else None,
        body=resolve(text["sv"]["body"]),
    )
    page.topic_links = [
        NewsPageTopic(topic=topic)
        for topic in Topic.objects.filter(slug__in=text["topics"])
    ]
    archive.add_child(instance=page)
    page.save_revision().publish()
    if "en" in text:
        _translate(page, text["en"])
    return page


def resolve(value: Any) -> Any:
    """Return ``value`` with every reference to the register replaced by its number."""
    if isinstance(value, list):
        return [resolve(item) for item in value]
    if not isinstance(value, dict):
        return value
    if REFERENCE in value:
        lookup = {name: sought for name, sought in value.items() if name != REFERENCE}
        return apps.get_model(value[REFERENCE]).objects.get(**lookup).pk
    return {name: resolve(item) for name, item in value.items()}


def _translate(page: NewsPage, text: dict[str, Any]) -> None:
    """Publish the item's English translation where the archive has one."""
    english = Locale.objects.filter(language_code="en").first()
    if english is None or not page.get_parent().specific.has_translation(english):
        return
    with translation.override("en"):
        copy = page.copy_for_translation(english)
        for name, value in text["head"].items():
            setattr(copy, name, value)
        copy.body = resolve(text["body"])
        copy.save_revision().publish()
