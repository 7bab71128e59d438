"""What an item looks like before it is sent: on the web, as mail, as plain text."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override
from wagtail.log_actions import get_active_log_context

from crm.models import Contact
from newsletter.exceptions import NewsletterError

WEB, HTML, TEXT = "", "html", "text"
AS_CONTACT = "contact-"
MAIL_CSP = {
    "default-src": ["'none'"],
    "img-src": ["'self'", "data:"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'self'"],
}


class MailPreviewMixin:
    """Preview modes for a page that is mailed, also as some of its readers get it."""

    previewed_by = None
    # The editor asks for the modes several times per page.
    _readers = None

    @property
    def preview_modes(self):
        modes = [
            (WEB, _("Web page")),
            (HTML, _("Mail")),
            (TEXT, _("Mail as plain text")),
        ]
        return modes + [
            (f"{AS_CONTACT}{reader.pk}", _("Mail to %(name)s") % {"name": reader})
            for reader in self._find_readers()
        ]

    def serve_preview(self, request, mode_name):
        if mode_name == WEB:
            return super().serve_preview(request, mode_name)
        render = import_string("newsletter.mail.preview.render_preview")
        try:
            if mode_name == TEXT:
                return text_response(render(self, "text"))
            return mail_response(render(self, "html", self._find_reader(mode_name)))
        except NewsletterError as error:
            return say_problem(error)

    @property
    def reader_preview_url(self):
        """Where it is looked at as anybody, on any screen; "" before it is saved."""
        return reverse("newsletter_sends:preview", args=[self.pk]) if self.pk else ""

    def _find_readers(self):
        """Return some people who would get it; nobody for who may not see contacts."""
        # The editor is rendered after Wagtail's log context has ended; the preview
        # itself is served within it.
        user = self.previewed_by or get_active_log_context().user
        if not user or not user.has_perm("crm.view_contact"):
            return []
        if self._readers is None:
            find = import_string("newsletter.delivery.samples.find_sample_readers")
            self._readers = find(self)
        return self._readers

    def _find_reader(self, mode_name):
        modes = dict(self.preview_modes)
        if not mode_name.startswith(AS_CONTACT) or mode_name not in modes:
            return None
        return Contact.objects.filter(pk=mode_name.removeprefix(AS_CONTACT)).first()


def text_response(text: str) -> HttpResponse:
    """Return the plain text of a mail."""
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def mail_response(html: str) -> HttpResponse:
    """Return a mail as a page that may style itself inline, as mails do, and no more."""
    return csp_override(MAIL_CSP)(lambda _request: HttpResponse(html))(None)


def say_problem(error: NewsletterError) -> HttpResponse:
    """Return a page with nothing but the reason why there is no letter to show."""
    return HttpResponse(format_html("<!doctype html><p>{}</p>", error))
