"""The status note of a round table, from the owner's document, word for word."""

from django.utils.html import escape

from crm.models import Topic
from home.demo.files import fixture_path
from home.models import ArchivePage
from newsletter.choices import NewsKind
from newsletter.models import Newsletter, NewsPage, NewsPageTopic

SEED = "003_c01133f1701ceda0.txt"


def create_round_table(archive: ArchivePage, newsletter: Newsletter) -> NewsPage:
    """Return the published note. It has no date, since the document has none."""
    text = fixture_path("demo", "seeds", SEED).read_text(encoding="utf-8")
    _file_name, question, status, *paragraphs = [
        line.strip() for line in text.splitlines() if line.strip()
    ]
    page = NewsPage(
        title=question,
        slug="samverkan-for-okad-integration",
        kicker="Rundabordssamtal 2",
        summary="Var samtalen mellan föreningar, kommuner och länsstyrelsen står.",
        kind=NewsKind.STATUS_NOTE,
        newsletter=newsletter,
        network=newsletter.network,
        body=[
            {"type": "heading", "value": {"text": status.rstrip(":")}},
            *(
                {"type": "text", "value": {"text": f"<p>{escape(paragraph)}</p>"}}
                for paragraph in paragraphs
            ),
        ],
    )
    page.topic_links = [
        NewsPageTopic(topic=topic)
        for topic in Topic.objects.filter(slug__in=["integration", "participation"])
    ]
    archive.add_child(instance=page)
    page.save_revision().publish()
    return page
