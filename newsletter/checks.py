"""What an installation must have right before it sends, asked by ``check --deploy``."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

from newsletter.mail.signing import load_keys


@register(Tags.security, deploy=True)
def check_site_url(app_configs, **kwargs):
    """Warn when the address for leaving in letters would not be HTTPS (RFC 8058 §3.1)."""
    if settings.SITE_URL.startswith("https://"):
        return []
    return [
        Warning(
            "Letters would carry an address for leaving that is not HTTPS.",
            hint="Set SITE_URL to the site's public address, beginning with https://. "
            "Mail services show their unsubscribe button only for HTTPS (RFC 8058).",
            id="newsletter.W001",
        )
    ]


@register
def check_signing_keys(app_configs, **kwargs):
    """Refuse to start with a DKIM key that could sign nothing."""
    try:
        load_keys(tuple(settings.NEWSLETTER_DKIM_KEYS))
    except ImproperlyConfigured as error:
        return [Error(str(error), id="newsletter.E001")]
    return []
