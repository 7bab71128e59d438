"""Every address of the site. What the anonymous may open is listed in
tests/project/test_urls.py."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config.csp import relax_csp
from crm.api.urls import api_urls

urlpatterns = [
    path("admin/", include(relax_csp(wagtailadmin_urls.urlpatterns))),
    path("documents/", include(wagtaildocs_urls)),
    path("api/v1/", include(api_urls)),
    path("", include("newsletter.urls")),
    path("", include("home.urls")),
]
urlpatterns += i18n_patterns(path("", include(wagtail_urls)))
