"""The public site's own addresses beside Wagtail's pages."""

from django.conf import settings
from django.urls import include, path

urlpatterns = []
if settings.MAIL_CATCHER_DIR is not None:
    urlpatterns += [path("catcher/", include("home.catcher.urls"))]
