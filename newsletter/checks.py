"""What an installation must have right before it sends, asked by ``check --deploy``."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

from newsletter.delivery.transports.finding import find_transport
from newsletter.mail.signing import load_keys

# What a delivery worker asks before it begins: it has no need of the others.
SENDING = "sending"

# Those of Anymail's webhooks; a test holds the two together.
PROVIDERS = {
    "amazon_ses",
    "brevo",
    "mailersend",
    "mailgun",
    "mailjet",
    "mailtrap",
    "mandrill",
    "postal",
    "postmark",
    "resend",
    "sendgrid",
    "sparkpost",
    "unisender_go",
}


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


@register(SENDING)
def check_signing_keys(app_configs, **kwargs):
    """Refuse to start with a DKIM key that could sign nothing."""
    try:
        load_keys(tuple(settings.NEWSLETTER_DKIM_KEYS))
    except ImproperlyConfigured as error:
        return [Error(str(error), id="newsletter.E001")]
    return []


@register(SENDING)
def check_bounce_address(app_configs, **kwargs):
    """Refuse to start with a return path that no letter could carry."""
    address = settings.NEWSLETTER_BOUNCE_ADDRESS
    local, at, domain = address.partition("@")
    # RFC 5321 §4.5.3.1.1: 64 octets, of which the token takes up to 31.
    if not address or (at and domain and local.isascii() and 0 < len(local) <= 33):
        return []
    return [
        Error(
            "NEWSLETTER_BOUNCE_ADDRESS is no address that letters could return to.",
            hint="Write it like studs@example.org, with at most 33 letters before the @.",
            id="newsletter.E002",
        )
    ]


@register(SENDING)
def check_way_out(app_configs, **kwargs):
    """Refuse to start where no letter could leave: a send would wait without a word."""
    try:
        find_transport()
    except (ImproperlyConfigured, ImportError, ValueError) as error:
        return [
            Error(
                f"Newsletters cannot be sent: {error}",
                hint="Look at BULK_MAIL_… among the settings, and at the ANYMAIL_… that "
                "a mail provider needs.",
                id="newsletter.E005",
            )
        ]
    return []


@register
def check_webhooks(app_configs, **kwargs):
    """Refuse webhooks that anybody could call, and providers that Anymail has not."""
    names = set(settings.NEWSLETTER_WEBHOOKS)
    found = []
    if names and not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        found.append(
            Error(
                "NEWSLETTER_WEBHOOKS is set, but not the secret its callers must know.",
                hint="Set ANYMAIL_WEBHOOK_SECRET to name:password, long and random, and "
                "put it into the address you give the provider.",
                id="newsletter.E003",
            )
        )
    unknown = sorted(names - PROVIDERS)
    if unknown:
        found.append(
            Error(
                f"NEWSLETTER_WEBHOOKS names no provider of Anymail's: {unknown}.",
                hint=f"It has {', '.join(sorted(PROVIDERS))}.",
                id="newsletter.E004",
            )
        )
    return found
