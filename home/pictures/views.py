"""Answers for pictures that do not lie in the file server's folder, or have no server."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve
from wagtail.images.models import Image, Rendition

from home.partners.sessions import is_partner
from home.pictures.judging import is_agreed_portrait, is_for_partners, is_open
from home.pictures.layout import lay_out, take_out
from newsletter.tokens import is_picture_key

# An hour after it was taken back nobody on the way has it any more.
FOR_EVERYBODY = "public, max-age=3600"
FOR_ONE = "private, no-store"
# Editors' own portraits, in the admin only.
AVATARS = "avatar_images/"


@require_safe
def show_picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with one size of a picture, to whom it may be shown; 404 to others.

    The original files, and documents, are never handed out here.
    """
    size = Rendition.objects.select_related("image").filter(file=name).first()
    if size is None:
        if name.startswith(AVATARS) and _works_here(request):
            return _send(request, name, FOR_ONE)
        return HttpResponseNotFound()
    if is_open(size.image):
        lay_out(name)
        # Was it taken back while we looked? Then nobody would take it out again.
        if not is_open(size.image):
            take_out([name])
        return _send(request, name, FOR_EVERYBODY)
    if is_agreed_portrait(size.image):
        # Never laid out: agreeing can be taken back, and holds at once.
        return _send(request, name, FOR_EVERYBODY)
    if is_picture_key(name, request.GET.get("k", "")) or _may_see(size.image, request):
        return _send(request, name, FOR_ONE)
    return HttpResponseNotFound()


def _may_see(image: Image, request: HttpRequest) -> bool:
    if _works_here(request):
        return True
    return is_partner(request) and is_for_partners(image)


def _works_here(request: HttpRequest) -> bool:
    # Asking for the user opens the session, where there is one.
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return has_session and request.user.has_perm("wagtailadmin.access_admin")


def _send(request: HttpRequest, name: str, cache_control: str) -> HttpResponseBase:
    response = serve(request, name, document_root=str(settings.MEDIA_ROOT))
    response["Cache-Control"] = cache_control
    # A picture of an SVG's kind could hold a script.
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
