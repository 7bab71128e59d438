"""The owner's documents 000, 002, 003 and 004 against what is delivered.

Each is made once, as the demo makes it, and read as mail, as plain text and on the web.
What differs from the document is listed in ``seed_differences`` with its reason; nothing
else may differ.
"""

import re
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Locale

from home.demo.clip import load_clip
from home.demo.documents import DOCUMENTS, create_document
from home.demo.programmes import load_programmes
from home.demo.register import load_terms
from newsletter.mail.preview import render_preview
from newsletter.models import NewsPage
from tests.factories import make_newsletter, make_site
from tests.newsletter.mail.documents import (
    apply,
    frame_mail,
    read_article,
    read_seed,
    words,
)
from tests.newsletter.mail.pages import Element, parse_html
from tests.newsletter.mail.seed_differences import NOTE_SUMMARY, list_differences

NUMBERS = {
    "invitation": "000",
    "fact_sheet": "002",
    "status_note": "003",
    "overview": "004",
}
CONTENT = "contentgoeshere"


@dataclass(frozen=True)
class Delivered:
    """A document as it is delivered; the frames have CONTENT where its words stand."""

    mail: Element
    text: str
    page: Element
    mail_frame: str
    text_frame: str
    page_frame: str
    own_url: str
    english: str


@pytest.fixture(scope="module")
def delivered(django_db_setup, django_db_blocker) -> dict[str, Delivered]:
    """Make all documents once, in both languages; nothing of it stays in the database."""
    with (
        django_db_blocker.unblock(),
        translation.override("sv"),
        transaction.atomic(),
    ):
        tree = make_site()
        english = Locale.objects.get_or_create(language_code="en")[0]
        for page in (tree.home, tree.archive):
            page.copy_for_translation(english).save_revision().publish()
        load_terms()
        load_clip()
        load_programmes()
        newsletter = make_newsletter(name="Nätverket för lokal integration")
        found = {
            name: deliver(create_document(tree.archive, newsletter, name))
            for name in DOCUMENTS
        }
        transaction.set_rollback(True)
    return found


@translation.override("sv")
def deliver(item: NewsPage) -> Delivered:
    text = render_preview(item, "text")
    leads = re.search(r"^http\S*/(?:take-part|calendar)/\S*", text, re.MULTILINE)
    above = [item.network.local_name if item.network else "", item.kicker]
    has_button = bool(item.body.blocks_by_name("collaborate"))
    button = [] if has_button else [_("Read it on the web")]
    translated = item.get_translations().first()
    mail_frame = frame_mail(item, f" {CONTENT} ", above=above, ends=button)
    text_frame = frame_mail(item, f" {CONTENT} ", above=above, web_url=True)
    mail = render_preview(item, "html")
    # A request leaves no language behind, so what is asked for comes last.
    return Delivered(
        mail=parse_html(mail),
        text=text,
        page=read_article(Client().get(item.url).content.decode()),
        mail_frame=words(f"{item.preheader} {mail_frame}"),
        text_frame=text_frame,
        page_frame=words(f"{item.kicker} {CONTENT}"),
        own_url=leads[0] if leads else "",
        english=Client().get(translated.url).content.decode() if translated else "",
    )


@pytest.fixture(autouse=True)
def swedish():
    with translation.override("sv"):
        yield


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("where", ["mail", "text", "page"])
def test_document_is_delivered_word_by_word_in_order(delivered, name, where):
    document = delivered[name]
    found, frame = {
        "mail": (document.mail.find_all("body")[0].text, document.mail_frame),
        "text": (document.text, document.text_frame),
        "page": (document.page.text, document.page_frame),
    }[where]

    differences = list_differences(name, where, document.own_url)
    content = apply(differences, read_seed(NUMBERS[name]))

    assert words(found) == frame.replace(CONTENT, content)


# --- Elements: what the description of the seeds counts


def trees(delivered, name):
    return [("mail", delivered[name].mail), ("page", delivered[name].page)]


def lists(tree: Element, tag: str = "ul") -> list[int]:
    """Return how many points each list that has some holds."""
    counts = [len(found.find_all("li")) for found in tree.find_all(tag)]
    return [count for count in counts if count]


def marked(tree: Element, language: str) -> list[str]:
    return [e.text for e in tree.walk() if e.attrs.get("lang") == language]


def test_invitation_has_its_elements(delivered):
    for where, tree in trees(delivered, "invitation"):
        quotes = [quote.text for quote in tree.find_all("blockquote")]
        mails = [a.attrs["href"] for a in tree.find_all("a")]
        assert len(quotes) == 4
        assert all(q.startswith("– ") and "säger Anders Falkemo" in q for q in quotes)
        assert mails.count("mailto:erik.nilsson@icld.se") == 1
        assert marked(tree, "en")[0] == "Migrants don’t fall from the sky", where
        assert marked(tree, "en")[1] == "“Migrants don’t fall from the sky”", where

    facts = delivered["invitation"].page.find_all("dl")[-1]
    assert [row.children[-1].text for row in facts.find_all("div")] == [
        "Måndag 19 februari 2018",
        "10:00–16:00",
        "Lunds Stadshall, Kommittérum Stortorget 9, 222 23 Lund",
    ]
    [table] = [t for t in delivered["invitation"].mail.find_all("table")
               if t.find_all("th", scope="row")][-1:]  # fmt: skip
    assert len(table.find_all("th", scope="row")) == 3


def test_fact_sheet_has_its_elements(delivered):
    for _where, tree in trees(delivered, "fact_sheet"):
        [quote] = tree.find_all("blockquote")
        assert "Integration är inte något som sker automatiskt" in quote.text
        # Goals, people, subjects taken up, possible subjects, publications.
        assert lists(tree) == [6, 6, 2, 9, 2]
        [members] = [p.text for p in tree.find_all("p") if "Amsterdam, Ant" in p.text]
        assert len(members.split(", ")) == 28
        assert members.startswith("Amsterdam, Antwerpen, Arnsberg, Aten,")
        assert members.endswith("Wien, Wolverhampton, Zagreb, Åbo.")
        experts = tree.find_all("ul")[1].text
        assert len({centre for centre in CENTRES if centre in experts}) == 5
        links = [a.attrs["href"] for a in tree.find_all("a")]
        assert links.count("mailto:ter@eurofound.europa.eu") == 1
        assert sum("publications/htmlfiles/ef06" in link for link in links) == 2
        [first, second] = [
            text for text in marked(tree, "en") if "integration" in text.lower()
        ][-2:]
        assert first.startswith("Integration of immigrants")
        assert second.startswith("Local integration policies")


CENTRES = [
    "Europäisches Forum für Migrationsstudien",
    "Centre on Migration Policy in Society",
    "Institute for Migration and Ethnic Studies",
    "Österrikes vetenskapsakademi",
    "Universitetet i Liège",
]


def test_status_note_has_its_elements(delivered):
    for where, tree in trees(delivered, "status_note"):
        [question] = tree.find_all("h1")
        linked = [a for a in tree.find_all("a") if a.text in ORGANISATIONS]
        assert question.text.endswith("samverka för ökad integration?")
        assert [a.text for a in linked] == ORGANISATIONS, where
        assert all(a.attrs["href"].startswith("https://") for a in linked)

    page = delivered["status_note"].page
    kicker, opening, *paragraphs = [p.text for p in page.find_all("p") if p.text]
    assert (kicker, opening) == ("Rundabordssamtal 2", NOTE_SUMMARY)
    assert [p[:30] for p in paragraphs] == [
        "I februari 2013 genomförde HSS",
        "I lokalsamhället finns goda ex",
    ]
    example = page.find_all("dl")[-1]
    assert len(example.find_all("dt")) == len(example.find_all("dd")) == 6


ORGANISATIONS = [
    "HSSL Norrbotten",
    "länsstyrelsen i Norrbotten",
    "jordbruksverket",
    "Bodens kommun",
    "Råneälvdalsrådet i Gunnarsby ekonomisk förening",
    "arbetsförmedlingen",
]


def test_overview_has_its_elements(delivered):
    for _where, tree in trees(delivered, "overview"):
        headings = [h.text for h in tree.find_all("h2")]
        assert headings[:2] == [
            "Framtidens integration",
            "Den subjektiva integrationen 2",
        ]
        assert "Samarbeta med oss!" in headings
        assert lists(tree)[:2] == [6, 6]
        publications, media = [ul for ul in tree.find_all("ul") if ul.find_all("li")][
            :2
        ]
        assert [li.text for li in publications.find_all("li")][2].startswith("Canada")
        assert marked(publications, "en") == ["Canada can – can we?"]
        said = [li.text for li in media.find_all("li")]
        assert all(s.startswith("”") and s.count("”") == 2 for s in said[:5])
        for outlet, date, sentence in zip(OUTLETS, DATES, said, strict=True):
            assert outlet in sentence
            assert date in sentence
        links = [a.text for a in tree.find_all("a") if a.text.startswith("Läs mer om")]
        assert links == [
            "Läs mer om projektet Framtidens integration",
            "Läs mer om projektet Den subjektiva integrationen",
        ]


OUTLETS = [
    "Expressen", "SvD", "UNT", "Jönköpings-Posten", "Dagens Samhälle", "SVT",
]  # fmt: skip
DATES = [
    "9 maj 2019", "26 maj 2019", "17 augusti 2019", "24 augusti 2019",
    "9 december 2019", "2020",
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("invitation", "Migrants don’t fall from the sky"),
        ("status_note", "How can public bodies and associations work together"),
    ],
)
def test_translated_document_is_published_in_english(delivered, name, phrase):
    page = parse_html(delivered[name].english)

    assert page.find_all("html")[0].attrs["lang"] == "en"
    assert phrase in page.find_all("h1")[0].text
    assert "Nätverket" not in page.find_all("article")[0].text
