"""Views beside Wagtail's pages: is the site well, what may robots read."""

from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

ROBOTS = "User-agent: *\nDisallow: /admin/\nDisallow: /u/\nDisallow: /l/\n"


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


@require_safe
def show_robots(request):
    """Ask robots to stay away from the admin and from personal links."""
    return HttpResponse(ROBOTS, content_type="text/plain")
