"""PDFs of items: tagged, of this site's own files only, and made once."""

import io
import os
import re
import time
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from wagtail.models import PageViewRestriction

from home.pdf import views
from home.pdf.keeping import find_kept, keep, take_turn
from home.pdf.making import ForeignAddress, make_pdf, read_own_file
from home.pdf.process import MOST_HTML, PdfError, run_drawing
from home.pdf.talking import BrokenTalk, read_message
from tests.factories import make_news_page

SITE = settings.SITE_URL


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:5432/",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "ftp://example.org/x.png",
        "https://example.org/pixel.png",
        f"{SITE}/admin/",
        f"{SITE}/sv/",
        f"{SITE}/static/home/print.js",
        f"{SITE}/static/../settings.py",
        f"{SITE}.evil.example/static/home/pdf.css",
    ],
)
def test_reading_anything_but_files_of_this_site_is_refused(url):
    with pytest.raises(ForeignAddress):
        read_own_file(url)


@pytest.mark.parametrize("prefix", [settings.STATIC_URL, settings.MEDIA_URL])
def test_reading_out_of_the_folders_is_refused(prefix):
    with pytest.raises((SuspiciousFileOperation, FileNotFoundError)):
        read_own_file(f"{SITE}{prefix}../../../../etc/hostname.png")


def test_static_files_and_media_are_read():
    name = default_storage.save("pdf-test.png", ContentFile(b"a picture"))

    content, kind = read_own_file(f"{SITE}{settings.MEDIA_URL}{name}")
    styles, of_styles = read_own_file(f"{SITE}{settings.STATIC_URL}home/pdf.css")
    default_storage.delete(name)

    assert (content, kind) == (b"a picture", "image/png")
    assert (b"@page" in styles, of_styles) == (True, "text/css")


def test_kept_pdf_is_that_of_exactly_this_page(settings, tmp_path):
    settings.VAR_DIR = tmp_path

    keep("<p>a</p>", b"one")

    assert find_kept("<p>a</p>") == b"one"
    assert find_kept("<p>b</p>") is None


def test_weasyprint_is_loaded_only_by_the_process_that_draws():
    """It takes 50 MB, and may hang: no process that serves or delivers may carry it."""
    loading = {
        str(path.relative_to(settings.BASE_DIR))
        for app in ("config", "crm", "newsletter", "home")
        for path in Path(settings.BASE_DIR, app).rglob("*.py")
        if re.search(
            r"^\s*(import|from) (weasyprint|home\.pdf\.drawing)", path.read_text(), re.M
        )
    }

    assert loading == {"home/pdf/drawing.py"}


@pytest.mark.parametrize("html", ["<p>hangs</p>", "x" * (MOST_HTML + 1)])
def test_drawing_that_takes_too_long_or_is_too_much_is_given_up(html):
    began = time.monotonic()

    with pytest.raises(PdfError):
        run_drawing(html, "", read_own_file, seconds=0.1)

    assert time.monotonic() - began < 5


@pytest.mark.parametrize("said", [b"", b"{}\n", b"[1]\n", b'{"size": 9}\nabc', b"\xff"])
def test_broken_answer_is_told_from_a_pdf(said):
    with pytest.raises(BrokenTalk):
        read_message(io.BytesIO(said))


@pytest.mark.django_db
def test_page_that_makes_no_pdf_is_offered_itself_and_not_tried_at_once(
    client, settings, tmp_path, monkeypatch
):
    settings.VAR_DIR = tmp_path
    tried = []

    def fail(html):
        tried.append(html)
        raise PdfError

    monkeypatch.setattr(views, "make_pdf", fail)
    page = make_news_page(title="Tungt blad")
    address = reverse("item_pdf", args=[page.pk])

    answers = [client.get(address) for _number in range(2)]
    for mark in Path(tmp_path, "pdf").glob("*.failed"):
        os.utime(mark, (0, 0))
    client.get(address)

    assert len(tried) == 2
    assert [answer.status_code for answer in answers] == [503, 503]
    assert page.url in answers[0].content.decode()
    assert (answers[0]["Retry-After"], answers[0]["Cache-Control"]) == (
        "600",
        "no-store",
    )


@pytest.mark.django_db
def test_third_pdf_at_a_time_waits_for_its_turn(client, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    page = make_news_page()

    with take_turn() as first, take_turn() as second:
        answer = client.get(reverse("item_pdf", args=[page.pk]))

    assert (first, second) == (True, True)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def inflate(pdf: bytes) -> bytes:
    """Return a PDF with its packed objects unpacked, to look into it."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    unpacked = b""
    for stream in streams:
        with suppress(zlib.error):
            unpacked += zlib.decompress(stream)
    return pdf + unpacked


@pytest.mark.django_db
def test_item_is_a_tagged_pdf_made_once(client, settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    made = []
    monkeypatch.setattr(
        views, "make_pdf", lambda html: made.append(html) or make_pdf(html)
    )
    page = make_news_page(
        title="Faktablad för tvåan",
        body=[
            ("lead", {"text": "Åtta städer."}),
            ("text", {"text": '<p><img src="http://127.0.0.1:9/x.png"></p>'}),
        ],
    )
    address = reverse("item_pdf", args=[page.pk])

    first, second = client.get(address), client.get(address)

    assert len(made) == 1
    assert first.content == second.content
    assert first["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert b"<form" not in made[0].encode()
    # ISO 14289-1: marked, with its language, and said to be so.
    for part in (b"/MarkInfo", b"/Lang (sv)", b"pdfuaid:part"):
        assert part in inflate(first.content)


@pytest.mark.django_db
def test_pdf_is_absent_for_drafts_and_closed_items_and_without_pango(
    client, monkeypatch
):
    draft, closed, open_item = (make_news_page() for _number in range(3))
    draft.unpublish()
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    addresses = [reverse("item_pdf", args=[p.pk]) for p in (draft, closed, open_item)]
    monkeypatch.setattr(views, "can_make_pdf", lambda: False)

    assert [client.get(address).status_code for address in addresses] == [404] * 3
    monkeypatch.setattr(views, "can_make_pdf", lambda: True)
    assert [client.get(address).status_code for address in addresses[:2]] == [404] * 2
    assert client.post(addresses[2]).status_code == 405


@pytest.mark.django_db
def test_item_offers_its_pdf_only_where_one_can_be_made(client, monkeypatch):
    page = make_news_page()
    address = reverse("item_pdf", args=[page.pk])

    for can, shown in ((True, True), (False, False)):
        monkeypatch.setattr("home.templatetags.pdf.can_make_pdf", lambda can=can: can)
        assert (address in client.get(page.url).content.decode()) is shown
