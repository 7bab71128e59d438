"""Which way out an installation has chosen."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.mail import mailers

from newsletter.delivery.transports.interface import Transport


def find_transport() -> Transport:
    """Return the transport of the mailer "bulk".

    Raises ImproperlyConfigured when that mailer cannot send newsletters.
    """
    mailer: Any = mailers["bulk"]
    if hasattr(type(mailer), "connect"):
        return mailer
    raise ImproperlyConfigured(
        "MAILERS['bulk'] must be newsletter.delivery.transports.smtp.Mailer."
    )
