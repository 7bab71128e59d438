"""What a grant obliges an item to say is there, whatever is done to leave it out."""

import pytest
from django.utils import translation

from newsletter.exceptions import CompositionError
from newsletter.mail.compose import compose_page, find_conditions
from newsletter.mail.funding import check_funding
from newsletter.models import NewsPage
from tests.factories import make_grant, make_network, make_news_page, make_segment
from tests.newsletter.mail.pages import parse_html

pytestmark = pytest.mark.django_db

EN, SV = "Funded by the <Union> & others.", "Medfinansieras av <unionen> & andra."


def make_paid_page(*blocks, **grant) -> NewsPage:
    fields = {"statement_en": EN, "disclaimer_en": "No liability.", **grant}
    network = make_network(grant=make_grant(**fields))
    return make_news_page(body=list(blocks), network=network)


def compose(page, locale="sv"):
    return compose_page(page, page.newsletter, [], locale=locale).cut(0)


def test_funding_notice_stands_at_the_end_of_page_mail_and_text_by_itself(client):
    page = make_paid_page(
        ("lead", {"text": "Kort."}), ("text", {"text": "<p>Sist.</p>"})
    )

    mail = compose(page)
    web = parse_html(client.get(page.url).content.decode())

    [notice] = web.find_all("p", **{"class": "statement"})
    assert notice.text == f"{EN} No liability."
    assert notice.attrs["lang"] == "en"
    [in_mail] = parse_html(mail.html).find_all("p", lang="en")
    assert in_mail.text == f"{EN} No liability."
    assert mail.text.index("Sist.") < mail.text.index(EN)
    article = web.find_all("article")[0].text
    assert article.index("Sist.") < article.index(EN)


def test_funding_notice_stays_where_the_editor_placed_it_and_stands_once():
    page = make_paid_page(
        ("lead", {"text": "Kort."}),
        ("funding_notice", None),
        ("text", {"text": "<p>Sist.</p>"}),
        ("funding_notice", None),
    )

    mail = compose(page)

    assert mail.text.count(EN) == mail.html.count("No liability.") == 1
    assert mail.text.index("Kort.") < mail.text.index(EN) < mail.text.index("Sist.")


def test_funding_notice_is_in_the_items_language_where_the_grant_has_it():
    page = make_paid_page(statement_sv=SV, disclaimer_sv="No liability.")

    assert SV in compose(page).text
    notices = parse_html(compose(page).html).find_all("p", lang="sv")
    assert [notice.text for notice in notices] == [f"{SV} No liability."]
    assert EN in compose(page, "en").text


def test_project_card_brings_its_grant_along_even_if_only_some_see_the_card():
    project = make_network(grant=make_grant(statement_en=EN))
    own = make_network(grant=make_grant(statement_en="Paid by our own."))
    segment = str(make_segment().pk)
    card = ("project_card", {"network": project.pk, "only_for": segment})
    page = make_news_page(body=[card, card], network=own)

    conditions = find_conditions([page])
    mail = compose_page(page, page.newsletter, conditions, locale="sv").cut(0)

    assert mail.text.index("Paid by our own.") < mail.text.index(EN)
    assert mail.text.count(EN) == 1


def test_item_nobody_pays_for_says_nothing_of_money(client):
    page = make_news_page(body=[("lead", {"text": "x"}), ("funding_notice", None)])

    assert "statement" not in client.get(page.url).content.decode()
    assert compose(page).text


def test_mail_without_the_statement_is_refused():
    page = make_paid_page()
    whole = compose(page)

    with translation.override("sv"):
        check_funding(page, whole.html, whole.text)
        with pytest.raises(CompositionError):
            check_funding(page, whole.html, "text")
        with pytest.raises(CompositionError):
            check_funding(page, "<p>html</p>", whole.text)


def test_grant_without_words_stops_the_mail():
    with pytest.raises(CompositionError):
        compose(make_paid_page(statement_en=""))
