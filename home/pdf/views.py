"""An item as PDF, for whoever may read the item."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from home.archive import list_public_items
from home.pdf.keeping import (
    REST_SECONDS,
    failed_lately,
    find_kept,
    keep,
    note_failure,
    take_turn,
)
from home.pdf.making import can_make_pdf, make_pdf
from home.pdf.process import PdfError
from home.pdf.writing import write_item
from newsletter.models import NewsPage

# Browsers ask again after this; the page may follow the register meanwhile.
SECONDS = 300
# After so long there is a place again for one more to be drawn.
TURN_SECONDS = 5


@require_safe
def show_item_pdf(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer with a published item as PDF; 404 where none can be made or read.

    Nobody is counted and nothing of the item is changed. An item that only some may read
    has no PDF: the file would be passed on.
    """
    page = list_public_items().filter(pk=page_id).first()
    if page is None or not can_make_pdf():
        raise Http404
    page = page.specific
    with translation.override(page.locale.language_code):
        html = write_item(page, request)
    pdf = find_kept(html) or _make_once(html)
    if pdf is None:
        return _say_absent(request, page, failed=failed_lately(html))
    response = HttpResponse(pdf, content_type="application/pdf")
    named = content_disposition_header(as_attachment=False, filename=f"{page.slug}.pdf")
    response["Content-Disposition"] = named or "inline"
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    return response


def _make_once(html: str) -> bytes | None:
    """Return the PDF of a page, made now; None when it failed, or others are being made."""
    if failed_lately(html):
        return None
    with take_turn() as is_our_turn:
        if not is_our_turn:
            return None
        try:
            pdf = make_pdf(html)
        except PdfError:
            note_failure(html)
            return None
    keep(html, pdf)
    return pdf


def _say_absent(request: HttpRequest, page: NewsPage, *, failed: bool) -> HttpResponse:
    """Answer 503 with what to do instead, in the item's language."""
    context = {"item": page, "failed": failed}
    with translation.override(page.locale.language_code):
        response = render(request, "web/pdf/absent.html", context, status=503)
    response["Retry-After"] = str(REST_SECONDS if failed else TURN_SECONDS)
    response["Cache-Control"] = "no-store"
    return response
