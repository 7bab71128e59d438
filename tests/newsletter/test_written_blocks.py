"""Blocks that editors write: what each says, and what is refused."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.models import ReferenceIndex

from newsletter.mail.compose import compose_page
from newsletter.preflight.rules.files import find_unreadable_files
from tests.factories import make_news_page, make_role
from tests.newsletter.mail.pages import parse_html
from tests.newsletter.preflight.letters import found, make_letter
from tests.newsletter.test_blocks import clean, make_child

PART = {"part": "need", "text": "<p>x</p>"}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("dash_quote", {"text": "– Hej"}),
        ("bullet_list", {"items": []}),
        ("audience", {"text": ""}),
        ("status", {"label": "Status", "as_of": "februari", "text": "<p>x</p>"}),
        ("good_practice", {"heading": "x", "owner": "", "parts": [PART]}),
        ("good_practice", {"heading": "x", "owner": "y", "parts": []}),
        ("highlight", {"text": ""}),
    ],
)
@pytest.mark.django_db
def test_clean_of_what_a_written_block_cannot_be_is_refused(kind, value):
    with pytest.raises(ValidationError):
        clean(kind, **value)


@pytest.mark.parametrize(
    ("text", "spoken", "speaker"),
    [
        ("– Vi tror, säger Anna Berg.", "Vi tror, säger Anna Berg.", ""),
        ("—Vi tror, säger ANNA BERG.", "Vi tror, säger ANNA BERG.", ""),
        ("- Vi tror.", "Vi tror.", "Anna Berg, chef"),
        ("Vi – och de – tror.", "Vi – och de – tror.", "Anna Berg, chef"),
    ],
)
def test_dash_quote_has_one_dash_and_names_its_speaker_once(text, spoken, speaker):
    value = make_child(
        "dash_quote", {"text": text, "person": "Anna Berg", "role": "chef"}
    ).value

    assert value.spoken == spoken
    assert value.unnamed_speaker == speaker


@pytest.mark.django_db
def test_role_that_is_deleted_is_left_out_and_one_in_use_is_known():
    kept, gone = make_role(name_sv="samordnare"), make_role()
    tags = [str(gone.pk), str(kept.pk)]
    page = make_news_page(body=[("audience", {"text": "<p>x</p>", "role_tags": tags})])

    users = ReferenceIndex.get_references_to(kept)
    gone.delete()

    assert {user.object_id for user in users} == {str(page.pk)}
    assert page.body[0].value.roles == [kept]


@pytest.mark.django_db
def test_written_blocks_are_whole_in_mail_text_and_on_the_page(client):
    document = get_document_model().objects.create(
        title="Dagordning",
        file=ContentFile(b"%PDF-1.4", name="agenda.pdf"),
        file_size=8,
    )
    foreign = '<p>Om <span lang="en">Atlas</span>.</p>'
    body = [
        ("bullet_list", {"items": [{"text": foreign, "points": ["Under"]}]}),
        ("highlight", {"label": "Slutsats", "text": "Viljan är stor."}),
        ("files", {"heading": "Ta med", "files": [{"document": document.pk}]}),
        ("status", {"label": "Läget", "as_of": "2013-02", "state": "Igång",
                    "text": "<p>Det går.</p>"}),
        ("good_practice", {"heading": "Gott", "owner": "Rådet", "place": "Boden",
                           "text": "<p>Kort.</p>", "parts": [PART],
                           "extent": "teaser"}),
    ]  # fmt: skip
    page = make_news_page(body=body)

    mail = compose_page(page, page.newsletter, [], locale="sv").cut(0)
    html = parse_html(mail.html)
    [article] = parse_html(client.get(page.url).content.decode()).find_all("article")

    for tree in (html, article):
        assert [e.text for e in tree.find_all("span", lang="en")] == ["Atlas"]
        assert [
            a.text for a in tree.find_all("a") if document.url in a.attrs["href"]
        ] == ["Dagordning"]
        for words in ("Under", "Viljan är stor.", "PDF, 8", "Igång", "Rådet"):
            assert words in tree.text
    assert "  - Om Atlas.\n      - Under" in mail.text
    assert "Dagordning (PDF, 8" in mail.text
    assert "februari 2013 · Igång" in mail.text
    # The opening: without the story, which is on the page.
    assert [dt.text for dt in html.find_all("dt")] == []
    assert len(article.find_all("dl")[-1].find_all("dt")) == 3


@pytest.mark.django_db
def test_pdf_is_a_warning_and_a_file_that_is_gone_an_error():
    documents = get_document_model().objects
    pdf = documents.create(title="x", file=ContentFile(b"x", name="x.pdf"))
    text = documents.create(title="y", file=ContentFile(b"y", name="y.txt"))
    files = [{"document": pdf.pk}, {"document": text.pk}, {"document": None}]

    letter = make_letter(("files", {"files": files}))

    assert found(find_unreadable_files, letter) == [
        ("pdf", "warning", str(pdf.pk)),
        ("no_file", "error", ""),
    ]
