"""An item as PDF, for whoever may read the item."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from home.archive import list_public_items
from home.pdf.keeping import find_kept, keep
from home.pdf.making import can_make_pdf, make_pdf
from home.pdf.writing import write_item

# Browsers ask again after this; the page may follow the register meanwhile.
SECONDS = 300


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
    pdf = find_kept(html)
    if pdf is None:
        pdf = make_pdf(html)
        keep(html, pdf)
    response = HttpResponse(pdf, content_type="application/pdf")
    named = content_disposition_header(as_attachment=False, filename=f"{page.slug}.pdf")
    response["Content-Disposition"] = named or "inline"
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    return response
