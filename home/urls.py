"""The public site's own addresses beside Wagtail's pages."""

from django.conf import settings
from django.urls import include, path

from home.partners.views import AskView, EnterView, leave
from home.pdf.views import show_item_pdf
from home.pictures.views import show_picture
from home.theme.views import show_styles
from home.views import (
    report_health,
    show_robots,
    show_sitemap,
    show_sitemap_part,
)

urlpatterns = [
    path("healthz", report_health, name="healthz"),
    path("media/<path:name>", show_picture, name="picture"),
    path("pdf/<int:page_id>/", show_item_pdf, name="item_pdf"),
    path("theme-<slug:name>.css", show_styles, name="theme_styles"),
    path("robots.txt", show_robots, name="robots"),
    path("partner/", AskView.as_view(), name="partner_ask"),
    path("partner/leave/", leave, name="partner_leave"),
    path("partner/<str:token>/", EnterView.as_view(), name="partner_enter"),
    path("sitemap.xml", show_sitemap, name="sitemap"),
    path("sitemap-<str:section>.xml", show_sitemap_part, name="sitemap_part"),
]
if settings.MAIL_CATCHER_DIR is not None:
    urlpatterns += [path("catcher/", include("home.catcher.urls"))]
