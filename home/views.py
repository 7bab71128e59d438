"""Views beside Wagtail's pages: is the site well, what may robots read."""

from django.contrib.sitemaps.views import index, sitemap
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from home.caching.answers import keep_answer
from home.directory.sitemap import DirectoryMap
from home.models import DirectoryPage
from home.parts_sitemap import PartsMap
from home.sitemaps import SiteMap

ROBOTS = "User-agent: *\nDisallow: /admin/\nDisallow: /u/\nDisallow: /l/\nDisallow: /partner/\nDisallow: /confirm/\nDisallow: /choices/\nDisallow: /address/\nDisallow: /own-data/\n"


@never_cache
@require_safe
def report_health(request):
    """Answer "ok" while the database answers, else 503; for load balancers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@keep_answer
@require_safe
def show_robots(request):
    """Ask robots to stay away from the admin and from personal links."""
    where = request.build_absolute_uri(reverse("sitemap"))
    return HttpResponse(f"{ROBOTS}Sitemap: {where}\n", content_type="text/plain")


@keep_answer
@require_safe
def show_sitemap(request):
    """Name the parts of the sitemap, each of a thousand pages at most."""
    return index(request, _list_parts(request), sitemap_url_name="sitemap_part")


@keep_answer
@require_safe
def show_sitemap_part(request, section):
    """Return a part of the sitemap; ``?p=2`` is its second page."""
    return sitemap(request, _list_parts(request), section=section)


def _list_parts(request):
    parts = {"pages": SiteMap(request), "parts": PartsMap(request)}
    if DirectoryPage.objects.live().exists():
        parts["directory"] = DirectoryMap(request)
    return parts
