"""What Wagtail's admin may do beyond the public site's Content-Security-Policy."""

from django.conf import settings
from django.views.decorators.csp import csp_override
from wagtail.utils.urlpatterns import decorate_urlpatterns

# Wagtail 8.0 writes inline scripts into the page editor (date choosers, schedule time,
# wagtail-newsletter's recipients chooser) and inline styles beside them. It shows pictures
# before they are uploaded.
ADMIN_CSP = {
    **settings.SECURE_CSP,
    "img-src": ["'self'", "data:", "blob:"],
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "font-src": ["'self'", "data:"],
}


def relax_csp(urlpatterns: list) -> list:
    """Return the admin's addresses with the admin's policy on each of them."""
    return decorate_urlpatterns(urlpatterns, csp_override(ADMIN_CSP))
