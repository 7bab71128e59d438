"""The public site's own addresses beside Wagtail's pages."""

from django.conf import settings
from django.urls import include, path

from home.views import report_health, show_robots

urlpatterns = [
    path("healthz", report_health, name="healthz"),
    path("robots.txt", show_robots, name="robots"),
]
if settings.MAIL_CATCHER_DIR is not None:
    urlpatterns += [path("catcher/", include("home.catcher.urls"))]
