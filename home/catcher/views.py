"""The pages at /catcher/. Only the button "empty the catcher" changes anything."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from home.catcher.reading import find_html, find_text, read_header, read_source
from home.catcher.store import (
    StoredMail,
    UnknownMailError,
    empty_catcher,
    list_keys,
    read_head,
    read_mail,
)

PAGE_SIZE = 50
# A page of 5 MB of base64 helps nobody; the download has all of it.
SHOWN_CHARACTERS = 200_000
# A stranger's HTML: no script, no form, nothing fetched but this site's own pictures.
FRAME_RIGHTS = "allow-popups allow-popups-to-escape-sandbox"
FRAME_CSP = {
    "default-src": [CSP.NONE],
    "img-src": [CSP.SELF, "data:"],
    "style-src": [CSP.UNSAFE_INLINE],
    "form-action": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": FRAME_RIGHTS.split(),
}


@require_safe
def list_mail(request):
    """List the caught mail, newest first."""
    listing = Paginator(list_keys(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "listing": listing,
        "mails": [_summarise(mail) for mail in _read_heads(listing.object_list)],
        "port": settings.MAIL_CATCHER_PORT,
    }
    return render(request, "web/catcher/list.html", context)


@require_safe
def show_mail(request, key):
    """Show one mail as HTML, or as text when it has no HTML part."""
    mail = _get_mail(key)
    if find_html(mail.content) is None:
        return _render_text(request, mail)
    return _render_mail(request, mail, "html", frame_rights=FRAME_RIGHTS)


@require_safe
def show_text(request, key):
    """Show the plain text of one mail."""
    return _render_text(request, _get_mail(key))


@require_safe
def show_source(request, key):
    """Show one mail as it came over the wire."""
    mail = _get_mail(key)
    return _render_mail(request, mail, "source", **_shorten(read_source(mail.content)))


@require_safe
@csp_override(FRAME_CSP)
def serve_frame(request, key):
    """Answer with the mail's own HTML, for the frame on its page."""
    html = find_html(_get_mail(key).content)
    if html is None:
        raise Http404(_("This mail has no HTML part."))
    return HttpResponse(
        html,
        headers={
            "Referrer-Policy": "no-referrer",
            # A sandboxed page opened by itself is refused under any other policy.
            "Cross-Origin-Opener-Policy": "unsafe-none",
        },
    )


@require_safe
def download(request, key):
    """Answer with the mail as a file for a mail program."""
    return HttpResponse(
        _get_mail(key).content,
        content_type="message/rfc822",
        headers={"Content-Disposition": 'attachment; filename="message.eml"'},
    )


@require_POST
def empty(request):
    """Delete all caught mail."""
    empty_catcher()
    return redirect("catcher")


def _get_mail(key: str) -> StoredMail:
    try:
        return read_mail(key)
    except UnknownMailError as error:
        raise Http404(_("There is no such mail.")) from error


def _read_heads(keys):
    for key in keys:
        try:
            yield read_head(key)
        except UnknownMailError:
            continue  # Emptied in another window since the list was made.


def _render_text(request, mail: StoredMail) -> HttpResponse:
    return _render_mail(request, mail, "text", **_shorten(find_text(mail.content)))


def _render_mail(request, mail: StoredMail, shown: str, **context) -> HttpResponse:
    context |= {"mail": _summarise(mail), "shown": shown}
    return render(request, "web/catcher/mail.html", context)


def _summarise(mail: StoredMail) -> dict:
    return {
        "key": mail.key,
        "received_at": mail.received_at,
        "size": mail.size,
        "subject": read_header(mail.content, "Subject"),
        "sender": read_header(mail.content, "From") or mail.mail_from,
        "recipients": mail.recipients or read_header(mail.content, "To"),
        "mail_from": mail.mail_from,
    }


def _shorten(text: str | None) -> dict:
    return {
        "text": None if text is None else text[:SHOWN_CHARACTERS],
        "is_cut": len(text or "") > SHOWN_CHARACTERS,
    }
