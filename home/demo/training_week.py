"""The report of the training week, from the owner's document, block by block.

The Swedish words are those of ``fixtures/demo/seeds/001_….txt``, spelling included; what
differs is listed with its reason in ``tests/newsletter/mail/test_seed_training_week.py``.
The document has no headline, and its one link leads nowhere; both were supplied. The
English text is a translation of ours.
"""

from datetime import date
from typing import Any

from django.utils import translation
from wagtail.models import Locale

from crm.models import Network, Segment, Topic
from home.demo.files import read_json
from home.models import ArchivePage
from newsletter.choices import NewsKind
from newsletter.models import Newsletter, NewsPage, NewsPageTopic, Recipients

TEXTS = "training_week.json"
ATLAS_URL = "https://knowledge4policy.ec.europa.eu/migration-demography_en"
TOPICS = [
    "migration",
    "integration",
    "inclusion",
    "media-storytelling",
    "labour-market",
]


def create_training_week(
    archive: ArchivePage,
    newsletter: Newsletter,
    network: Network,
    recipients: Recipients | None = None,
    pilots: Segment | None = None,
) -> NewsPage:
    """Return the published report in ``archive``, made now unless it is there.

    Where the archive has an English translation, the report gets one in it too. The
    steps of the pilots go into the letters to ``pilots`` alone, if there are any; the web
    page has them for everybody.
    """
    texts = read_json("demo", TEXTS)
    head = texts["sv"]["head"]
    page = NewsPage.objects.child_of(archive).filter(slug=head["slug"]).first()
    if page:
        return page
    page = NewsPage(
        **head,
        kind=NewsKind.REPORT,
        newsletter=newsletter,
        network=network,
        newsletter_recipients=recipients,
        published_on=date(2021, 5, 17),
        covers_from=date(2021, 5, 10),
        covers_to=date(2021, 5, 12),
        body=build_body(texts["sv"], pilots),
    )
    page.topic_links = [
        NewsPageTopic(topic=topic) for topic in Topic.objects.filter(slug__in=TOPICS)
    ]
    archive.add_child(instance=page)
    page.save_revision().publish()
    _translate(page, texts["en"], pilots)
    return page


def _translate(page: NewsPage, text: dict[str, Any], pilots: Segment | None) -> None:
    english = Locale.objects.filter(language_code="en").first()
    if english is None or not page.get_parent().specific.has_translation(english):
        return
    with translation.override("en"):
        copy = page.copy_for_translation(english)
        for name, value in text["head"].items():
            setattr(copy, name, value)
        copy.body = build_body(text, pilots)
        copy.save_revision().publish()


def build_body(
    text: dict[str, Any], pilots: Segment | None = None
) -> list[dict[str, Any]]:
    """Return the body as it is stored, in the language of ``text``."""
    limit = {"only_for": [str(pilots.pk)], "is_public": True} if pilots else {}
    return [
        _block("lead", text=text["lead"]),
        _block("text", text=_paragraphs(text["introduction"])),
        _block("ordered_list", items=[_item(*event) for event in text["events"]]),
        _block("heading", text=text["pilot_heading"]),
        _block("text", text=_paragraphs([text["pilot"]])),
        _block("steps", steps=[_step(*step) for step in text["steps"]], **limit),
        _block("text", text=_paragraphs([text["indicators_introduction"]])),
        _block(
            "indicator_table",
            **text["table"],
            rows=[{"header": name, "text": asks} for name, asks in text["indicators"]],
        ),
        _block("facts", heading=text["facts_heading"], text=_paragraphs(text["facts"])),
        _block(
            "resource_link",
            title="Atlas of Migration",
            url=ATLAS_URL,
            target_language=text["atlas_language"],
        ),
        {"type": "funding_notice", "value": None},
        _block(
            "contact",
            website="https://www.epi-project.com/",
            email="hello@epi-project.com",
        ),
        _block("partner_logos", heading=text["partners_heading"]),
    ]


def _block(kind: str, **value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value}


def _item(title: str, text: str) -> dict[str, str]:
    return {"title": title, "text": f"<p>{text}</p>"}


def _step(label: str, start: str, end: str, text: str) -> dict[str, str]:
    return {"label": label, "start": start, "end": end, "text": f"<p>{text}</p>"}


def _paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)
