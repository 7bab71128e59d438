"""The statements that the law asks for: what they say, what they lack, who is told."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from crm.choices import LawfulBasis
from crm.pruning import list_forgettable
from home.dashboard import list_statement_notes
from home.models import AccessibilityPage, PrivacyPage
from home.models.statements import DIGG_URL, IMY_URL
from home.statements.data_use import FORGOTTEN, list_cookies
from tests.factories import make_newsletter, make_purpose, make_site

BODY = {"body_name": "Nordstads kommun", "email": "post@nordstad.example"}
WHOLE_PRIVACY = {
    **BODY,
    "postal_address": "Storgatan 1",
    "officer_email": "ombud@nordstad.example",
    "sources": "<p>Medlemmar.</p>",
    "recipients": "<p>Driften.</p>",
    "retention": "<p>Två år.</p>",
}


def make_accessibility(home, **fields) -> AccessibilityPage:
    today = timezone.localdate()
    fields = {"assessed_on": today, "reviewed_on": today, **BODY, **fields}
    fields.setdefault("faults", "<p>Karta utan text.</p>")
    fields.setdefault("method", "<p>Med axe.</p>")
    page = AccessibilityPage(title="Tillgänglighet", slug="tillganglighet", **fields)
    return home.add_child(instance=page)


def make_privacy(home, **fields) -> PrivacyPage:
    fields = {"reviewed_on": timezone.localdate(), **WHOLE_PRIVACY, **fields}
    page = PrivacyPage(title="Personuppgifter", slug="personuppgifter", **fields)
    return home.add_child(instance=page)


def read(client, page) -> BeautifulSoup:
    response = client.get(page.url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").main


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("conformity", ["fully", "partly", "not"])
def test_accessibility_statement_says_what_the_regulation_lists(
    client, language, conformity
):
    home = make_site(language).home
    page = make_accessibility(
        home,
        conformity=conformity,
        assessed_on=date(2026, 3, 1),
        burdens="<p>Film.</p>",
    )

    main = read(client, page)

    links = {link["href"] for link in main("a")}
    assert {DIGG_URL, "mailto:post@nordstad.example"} <= links
    assert "(2018:1937)" in main.text
    assert "Nordstads kommun" in main.text
    assert "Karta utan text." in main.text
    assert "Film." in main.text
    assert "2026" in main.text


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["sv", "en"])
def test_privacy_page_tells_purposes_live_with_their_grounds(client, language):
    home = make_site(language).home
    purpose = make_purpose(
        wording_sv="Vi skickar brev.",
        wording_en="We send letters.",
        lawful_basis=LawfulBasis.CONSENT,
    )
    make_newsletter(name="Rundbrevet", purpose=purpose)
    page = make_privacy(home)

    first = read(client, page)
    purpose.wording_sv = purpose.wording_en = "Nytt."
    purpose.save()

    assert {"sv": "Vi skickar brev.", "en": "We send letters."}[language] in first.text
    assert "Rundbrevet" in first.text
    assert "6.1 a" in first.text
    assert IMY_URL in {link["href"] for link in first("a")}
    assert "Box 8114" in first.text
    assert {code.text for code in first("code")} == {"sessionid", "csrftoken"}
    assert "Nytt." in read(client, page).text


@pytest.mark.django_db
def test_everything_that_is_forgotten_is_told():
    told = {name for names, _words, _days in FORGOTTEN for name in names}

    assert told == set(list_forgettable())


@pytest.mark.django_db
def test_readers_get_no_cookie_and_partners_only_the_named(client, site):
    page = make_privacy(site.home)
    for url in (site.home.url, site.archive.url, page.url, "/choices/", "/partner/"):
        assert client.get(url).cookies == {}, url

    assert [cookie.name for cookie in list_cookies()] == ["sessionid", "csrftoken"]


@pytest.mark.parametrize(
    ("fields", "gaps"),
    [
        ({}, 0),
        ({"faults": "<p></p>"}, 1),
        ({"conformity": "fully"}, 1),
        ({"conformity": "fully", "faults": ""}, 0),
        ({"method": ""}, 1),
        ({"assessed_on": date(2026, 2, 1), "reviewed_on": date(2026, 1, 1)}, 1),
    ],
)
def test_accessibility_statement_knows_what_it_lacks(fields, gaps):
    whole = {
        "faults": "<p>Karta.</p>",
        "method": "<p>Med axe.</p>",
        "assessed_on": date(2026, 1, 1),
        "reviewed_on": date(2026, 1, 1),
    }

    assert len(AccessibilityPage(**{**whole, **fields}).find_gaps()) == gaps


@pytest.mark.parametrize("name", sorted(set(WHOLE_PRIVACY) - set(BODY)))
def test_privacy_page_knows_what_it_lacks(name):
    assert PrivacyPage(**WHOLE_PRIVACY).find_gaps() == []
    assert len(PrivacyPage(**{**WHOLE_PRIVACY, name: ""}).find_gaps()) == 1


@pytest.mark.django_db
def test_notes_name_what_is_missing_incomplete_or_old(site):
    assert len(list_statement_notes()) == 2

    old = timezone.localdate() - timedelta(days=400)
    make_accessibility(site.home, assessed_on=old, reviewed_on=old)
    privacy = make_privacy(site.home, sources="")
    notes = list_statement_notes()
    assert [note.page_id is None for note in notes] == [False, False]

    privacy.sources = "<p>Medlemmar.</p>"
    privacy.save()
    AccessibilityPage.objects.update(reviewed_on=timezone.localdate())
    assert list_statement_notes() == []


@pytest.mark.django_db
def test_editors_are_told_on_the_first_page_and_in_the_form(editor, outsider, site):
    page = make_privacy(site.home, retention="")
    way = f"/admin/pages/add/home/accessibilitypage/{site.home.pk}/"

    assert way in editor.get("/admin/").content.decode()
    form = editor.get(f"/admin/pages/{page.pk}/edit/").content
    assert b"help-warning" in form
    assert editor.get(way).status_code == 200
    assert outsider.get("/admin/").status_code == 302
