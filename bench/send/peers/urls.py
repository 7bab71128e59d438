"""What django-newsletter needs to name its pages in a header."""

from importlib.util import find_spec

from django.apps import apps
from django.urls import include, path

urlpatterns = []
if find_spec("newsletter") and apps.is_installed("newsletter"):
    urlpatterns.append(path("newsletter/", include("newsletter.urls")))
