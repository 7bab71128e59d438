"""The owner's document 001 against what is delivered: the mail, its text, the page.

Words are compared without case and punctuation. What differs is listed here with its
reason, in the order of the document; nothing else may differ.
"""

import pytest
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Locale

from home.demo.files import read_json
from home.demo.training_week import create_training_week
from newsletter.mail.preview import render_preview
from tests.factories import (
    make_grant,
    make_membership,
    make_network,
    make_newsletter,
    make_organisation,
    make_site,
)
from tests.newsletter.mail.documents import apply, frame_mail, read_seed, words
from tests.newsletter.mail.pages import parse_html

pytestmark = pytest.mark.django_db

HEADLINE = "träningsveckan 10 12 maj 2021 förberedde städerna inför pilotfasen"
ATLAS_URL = "https knowledge4policy ec europa eu migration demography_en"
ITEMS = ["kamratgranskningsmöte", "tränings", "sammanträde", "koordinationsstruktur",
         "kick", "stadens integrationspakt juli"]  # fmt: skip

# (in the document, as delivered, why)
EVERYWHERE = [
    (
        "senaste nytt",
        f"senaste nytt {HEADLINE}",
        "The document has no headline; an item must have one.",
    ),
    ("globalamigrationsdata", "globala migrationsdata", "Two words run together."),
]
PROJECT = (
    "integration projektet",
    "integration",
    "The project's name comes from the register, without the word for what it is.",
)
IN_MARGIN = (
    "epi european pact for integration projektet",
    "",
    "On the web the project's name stands in the margin, which is tested by itself.",
)
NUMBERS_DRAWN = [
    (f"{1 + place % 3} {item}", item, "The list draws its numbers itself.")
    for place, item in enumerate(ITEMS)
]


@pytest.fixture
def report():
    """Make the report as the demo has it, with one partner, in both languages."""
    tree = make_site()
    english = Locale.objects.get_or_create(language_code="en")[0]
    tree.home.copy_for_translation(english).save_revision().publish()
    tree.archive.copy_for_translation(english).save_revision().publish()
    grant = make_grant(**read_json("demo", "networks.json")["grants"][0])
    network = make_network(
        kind="project", name="EPI – European Pact for Integration", grant=grant
    )
    make_membership(
        network=network,
        organisation=make_organisation(name="Norrhamns kommun"),
        role="pilot",
    )
    newsletter = make_newsletter(name="Nätverket för lokal integration")
    with translation.override("sv"):
        yield create_training_week(tree.archive, newsletter, network)


def test_mail_html_holds_the_documents_words_in_order(report):
    mail = parse_html(render_preview(report, "html"))

    delivered = words(mail.find_all("body")[0].text)

    expected = apply(
        [PROJECT, *EVERYWHERE, *NUMBERS_DRAWN, link(), partners(report)],
        read_seed("001"),
    )
    assert delivered == f"{words(report.preheader)} " + frame_mail(
        report, expected, ends=[_("Read it on the web")]
    )


def test_mail_text_holds_the_documents_words_in_order(report):
    delivered = words(render_preview(report, "text"))

    address = ("www epi", "https www epi", "A whole address can be clicked on.")
    expected = apply(
        [PROJECT, *EVERYWHERE, link(ATLAS_URL), address, partners(report)],
        read_seed("001"),
    )
    assert delivered == frame_mail(report, expected, web_url=True)


def test_public_page_holds_the_documents_words_in_order(report, client):
    page = parse_html(client.get(report.url).content.decode())
    [article] = page.find_all("article")
    for aside in [*article.find_all("nav"), *article.find_all("dl")]:
        aside.children = []
    for margin in article.find_all("div"):
        if "in-margin" in margin.attrs.get("class", ""):
            margin.children = []

    delivered = words(article.text)

    funding = (
        "this project has received",
        words(_("Funding")) + " this project has received",
        "Every section of the page has a heading.",
    )
    caption = (
        "dimensioner",
        "indikatorer och frågor för utvärderingen dimensioner",
        "A table says what it shows to who cannot see it.",
    )
    differences = [IN_MARGIN, *EVERYWHERE, *NUMBERS_DRAWN, link()]
    assert delivered == apply(
        [*differences, caption, funding, partners(report)], read_seed("001")
    )


def test_public_page_names_the_project_in_the_margin(report, client):
    page = parse_html(client.get(report.url).content.decode())

    margins = [dl.text for dl in page.find_all("article")[0].find_all("dl")]

    assert any("EPI – European Pact for Integration" in text for text in margins)


@pytest.mark.parametrize("where", ["mail", "page"])
def test_delivered_html_has_the_documents_elements(report, client, where):
    html = (
        render_preview(report, "html")
        if where == "mail"
        else client.get(report.url).content.decode()
    )
    page = parse_html(html)

    [notice] = [e for e in page.find_all("p", lang="en") if "863614" in e.text]
    [table] = [t for t in page.find_all("table") if t.find_all("th")][-1:]
    assert [len(ol.find_all("li")) for ol in page.find_all("ol")] == [3, 3]
    assert [len(row.find_all("th", "td")) for row in table.find_all("tr")] == [2] * 7
    assert [th.text for th in table.find_all("th", scope="row")] == [
        "Relevans", "Effektivitet", "Samhälle", "Hållbarhet", "Effektivitet", "Genomslag",
    ]  # fmt: skip
    assert [th.text for th in table.find_all("th", scope="col")] == [
        "Dimensioner",
        "Huvudsakliga frågor för utvärderingen",
    ]
    assert "grant agreement N° 863614." in notice.text
    headings = [h.text for h in page.find_all("h2")]
    assert headings[headings.index("Pilot av städerns integrationsstrategier") :][
        :2
    ] == [
        "Pilot av städerns integrationsstrategier",
        "Fakta & siffror – Karta över migrationsområdet",
    ]
    assert [a.text for a in page.find_all("a") if "epi-project" in a.attrs["href"]] == [
        "www.epi-project.com",
        "hello@epi-project.com",
    ]


def test_report_is_made_once_and_translated(report):
    again = create_training_week(
        report.get_parent().specific, report.newsletter, report.network
    )

    [english] = report.get_translations().specific()
    assert again == report
    assert english.live
    assert english.title.startswith("The training week of 10–12 May 2021")
    assert [block.block_type for block in english.body] == [
        block.block_type for block in report.body
    ]


def link(url: str = "") -> tuple[str, str, str]:
    return (
        "access the atlas by clicking here",
        f"{words('Atlas of Migration ' + _('in English'))} {url}".strip(),
        "A link says where it leads, and in which language.",
    )


def partners(report) -> tuple[str, str, str]:
    [partner] = report.network.memberships.all()
    country = partner.organisation.get_country_display()
    return (
        "project partners",
        words(f"Projektparter Norrhamns kommun {partner.get_role_display()} {country}"),
        "The item's language; and the names, lost in the document, from the register.",
    )
