"""Where mail providers report: Anymail's views, for the providers that are switched on."""

from anymail.urls import urlpatterns as anymail_urls
from django.conf import settings
from django.urls import URLPattern

# Names such as "postmark_tracking_webhook", "amazon_ses_inbound_webhook".
ENDINGS = ("_webhook", "_tracking_webhook", "_inbound_webhook")


def find_webhooks() -> list[URLPattern]:
    """Return the addresses of NEWSLETTER_WEBHOOKS; none where nothing is configured.

    Anymail checks the secret in the call, and the provider's signature where it has one.
    Without a secret there is no address.
    """
    if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        return []
    wanted = {
        f"{name}{ending}" for name in settings.NEWSLETTER_WEBHOOKS for ending in ENDINGS
    }
    return [route for route in anymail_urls if route.name in wanted]
