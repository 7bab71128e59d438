"""One page of each kind is valid HTML. ``make audit`` looks at every page and state."""

import warnings

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from wagtail.models import Locale

from home.models import AccessibilityPage, DirectoryPage, PrivacyPage, StandardPage
from newsletter.tokens import make_preferences_token, make_unsubscribe_token
from tests.factories import (
    make_delivery,
    make_digest,
    make_network,
    make_news_page,
    make_newsletter,
    make_organisation,
    make_topic,
)
from tests.markup.checking import MISSING, can_check, check_pages

pytestmark = pytest.mark.django_db

BODY = [
    ("lead", {"text": "Three days of meetings."}),
    ("text", {"text": "<p>Some <b>text</b>.</p>"}),
    ("ordered_list", {"items": [{"title": "First", "text": "<p>Text.</p>"}]}),
    ("heading", {"text": "Steps"}),
    ("steps", {"steps": [{"label": "Start", "start": "2021-06", "text": "<p>T</p>"}]}),
    (
        "indicator_table",
        {
            "caption": "Indicators",
            "first_heading": "What",
            "second_heading": "Question",
            "rows": [{"header": "Relevance", "text": "Is it?"}],
        },
    ),
    ("facts", {"heading": "Facts", "figures": [{"number": "27", "label": "states"}]}),
    ("quote", {"text": "It is here.", "person": "Maria", "role": "coordinator"}),
    ("button", {"text": "Sign up", "url": "https://example.org/"}),
]
STATEMENT = {"body_name": "Nordstad", "email": "post@nordstad.example"}


@pytest.fixture
def checker():
    """Skip loudly without html-validate: a build does not hang on npm's registry."""
    if not can_check():
        warnings.warn(MISSING, pytest.PytestWarning, stacklevel=1)
        pytest.skip(MISSING)


@pytest.fixture
def paths(site) -> list[str]:
    """Return one address of each kind of page."""
    today = timezone.localdate()
    newsletter = make_newsletter(is_open=True, slug="brev")
    topic, network = make_topic(), make_network()
    item = make_news_page(
        body=BODY, topics=[topic], network=network, newsletter=newsletter
    )
    digest = make_digest([(item, "summary")], newsletter=newsletter)
    make_organisation(is_published=True, latitude=59.3, longitude=18.0)
    children = [
        DirectoryPage(title="Register", slug="register"),
        StandardPage(title="Om", slug="om", body="<h2>Vi</h2><p>Ord</p>"),
        PrivacyPage(title="Data", slug="data", reviewed_on=today, **STATEMENT),
        AccessibilityPage(
            title="A", slug="a", assessed_on=today, reviewed_on=today, **STATEMENT
        ),
    ]
    for child in children:
        site.home.add_child(instance=child)
    delivery = make_delivery()
    register, archive = children[0].url, site.archive.url
    return [
        site.home.url,
        archive,
        f"{archive}?kind=report",
        f"{archive}?q=text",
        f"{archive}?q=finnsinte",
        f"{archive}topics/{topic.slug}/",
        f"{archive}networks/{network.slug}/",
        item.url,
        digest.url,
        *(child.url for child in children),
        *(f"{register}{part}/" for part in ("experts", "publications", "media")),
        "/join/brev/sv/",
        "/join/brev/sv/?sent",
        f"/choices/{make_preferences_token(contact_id=delivery.contact_id)}/",
        "/choices/",
        f"/u/{make_unsubscribe_token(delivery.pk)}/",
        "/u/broken/",
        "/partner/",
        "/sv/finns-inte/",
    ]


def test_one_page_of_each_kind_is_valid_html(checker, client, paths, tmp_path):
    Locale.objects.get_or_create(language_code="en")
    html = {path: client.get(path).content.decode() for path in paths}
    html["join, errors"] = client.post("/join/brev/sv/", {"address": "x"}).text
    for name in ("400", "403", "500"):
        html[name] = render_to_string(f"{name}.html")

    assert check_pages(html, tmp_path) == {}
