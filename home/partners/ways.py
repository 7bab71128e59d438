"""The way back to what a reader wanted before it was asked who they are."""

from django.http import Http404, HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from wagtail.documents import get_document_model
from wagtail.models import Site


def find_way_back(request: HttpRequest) -> str:
    """Return the path of this site that was wanted first; "" for anything else."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours and wanted.startswith("/") else ""


def find_known_way_back(request: HttpRequest) -> str:
    """Return the path that was wanted if there is a page or document at it, else "".

    For mails: whoever asks could write a text of their own into any other path.
    """
    wanted = find_way_back(request)
    try:
        match = resolve(wanted)
    except Resolver404:
        return ""
    if match.url_name == "wagtaildocs_serve":
        return wanted if _is_document(wanted, match) else ""
    if match.url_name == "wagtail_serve":
        return wanted if _is_page(request, match) else ""
    return ""


def _is_document(wanted: str, match: ResolverMatch) -> bool:
    key, _name = match.args
    document = get_document_model().objects.filter(pk=key).first()
    return document is not None and document.url == wanted


def _is_page(request: HttpRequest, match: ResolverMatch) -> bool:
    (path,) = match.args
    site = Site.find_for_request(request)
    parts = [part for part in path.split("/") if part]
    try:
        return bool(site and site.root_page.localized.specific.route(request, parts))
    except Http404:
        return False
