"""Which way out an installation has chosen."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.mail import mailers

from newsletter.delivery.transports.interface import Transport


def find_transport() -> Transport:
    """Return the transport of the mailer "bulk": our SMTP, or a provider's by Anymail.

    Raises ImproperlyConfigured when that mailer cannot send newsletters.
    """
    mailer: Any = mailers["bulk"]
    if type(mailer).__module__.startswith("anymail."):
        from newsletter.delivery.transports.anymail import (  # noqa: PLC0415 -- heavy
            AnymailTransport,
        )

        return AnymailTransport(mailer)
    if hasattr(type(mailer), "connect"):
        return mailer
    raise ImproperlyConfigured(
        "MAILERS['bulk'] must be newsletter.delivery.transports.smtp.Mailer or a "
        "backend of Anymail."
    )
