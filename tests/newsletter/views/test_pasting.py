"""newsletter/views/pasting.py: paste, look over, put in."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from newsletter.choices import NewsKind
from tests.factories import make_news_page, make_user
from tests.newsletter.browsing import log_in, read_messages
from tests.newsletter.mail.pages import parse_html
from tests.newsletter.pasting.test_documents import make_document, paragraph

pytestmark = pytest.mark.django_db
TEXT = """Mötet i Lund

inbjudan

Vi ses och pratar om det som har hänt sedan sist, och om det som kommer.

- ett
- två

STUTTGART

Mer information

Skriv till oss."""


def address(page):
    return f"/admin/sends/items/{page.pk}/paste/"


def draft_of(page):
    page.refresh_from_db()
    return page.get_latest_revision_as_object()


def kinds(page):
    return [child.block_type for child in draft_of(page).body]


@pytest.fixture
def editor():
    return log_in("Editors")


@pytest.fixture
def page():
    return make_news_page(body=[("heading", {"text": "Förut"})])


def test_who_may_not_edit_the_item_may_not_paste(client, page):
    client.force_login(make_user("wagtailadmin.access_admin"))

    assert client.get(address(page)).status_code == 302
    assert client.post(address(page), {"text": TEXT, "insert": "1"}).status_code == 302
    assert kinds(page) == ["heading"]


def test_looking_over_stores_nothing(editor, page):
    response = editor.post(address(page), {"text": TEXT})

    assert kinds(page) == ["heading"]
    tree = parse_html(response.content.decode())
    chosen = [
        box.attrs["value"]
        for box in tree.find_all("input", type="radio")
        if "checked" in box.attrs
    ]
    assert chosen == ["block", "block", "out", "block", "block", "end"]
    (along,) = tree.find_all("textarea", name="text")
    assert "".join(along.children).strip() == TEXT


def test_putting_in_adds_the_chosen_blocks_at_the_end(editor, page):
    response = editor.post(
        address(page),
        {
            "text": TEXT,
            "insert": "1",
            "block-1": "text",
            "block-3": "out",
            "place": "end",
        },
    )

    assert response.status_code == 302
    assert kinds(page) == ["heading", "lead", "text", "text"]
    assert "<ul><li>ett</li><li>två</li></ul>" in str(
        draft_of(page).body[2].value["text"]
    )
    assert draft_of(page).title == page.title
    assert read_messages(response)[0].startswith("3 blocks were put into the draft.")
    # What readers see is as it was.
    assert [child.block_type for child in page.body] == ["heading"]


def test_putting_in_may_replace_everything_and_say_what_the_item_is(editor, page):
    editor.post(
        address(page),
        {
            "text": TEXT,
            "insert": "1",
            "place": "instead",
            "take-title": "1",
            "take-kind": "1",
        },
    )

    assert kinds(page) == ["lead", "bullet_list", "heading", "text"]
    assert (draft_of(page).title, draft_of(page).kind) == (
        "Mötet i Lund",
        NewsKind.INVITATION,
    )


def test_word_document_is_read(editor, page):
    file = SimpleUploadedFile(
        "brev.docx", make_document(paragraph("Hej från ett dokument.")).getvalue()
    )

    response = editor.post(address(page), {"document": file})

    assert "Hej från ett dokument." in response.content.decode()
    assert "The text became 1 block." in response.content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "There is no text in it."),
        ({"text": " \n "}, "There is no text in it."),
        ({"document": BytesIO(b"x")}, "This is no Word document."),
    ],
)
def test_what_cannot_be_read_is_said(editor, page, sent, said):
    response = editor.post(address(page), sent)

    assert response.status_code == 200
    assert said in response.content.decode()
    assert kinds(page) == ["heading"]


def test_what_is_looked_over_cannot_run(editor, page):
    html = "<p>Hej <img src=x onerror=alert(1)><script>alert(2)</script></p>"

    written = editor.post(address(page), {"text": "Hej", "html": html}).content.decode()

    # Only where it goes along as text.
    assert written.count("onerror") == 1
    assert "&lt;img src=x onerror" in written
    assert "alert(2)" not in written.replace("&lt;script&gt;alert(2)", "")


def test_editor_leads_to_pasting(editor, page):
    html = editor.get(f"/admin/pages/{page.pk}/edit/").content.decode()

    assert address(page) in html
