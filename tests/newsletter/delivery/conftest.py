"""What the tests of delivery share."""

import pytest


@pytest.fixture
def bulk_to(settings):
    """Return a function that points the bulk mailer at a port."""

    def point(port, **options):
        settings.MAILERS = {
            **settings.MAILERS,
            "bulk": {
                # The test run has put a mailbox in memory in its place.
                "BACKEND": "newsletter.delivery.transports.smtp.Mailer",
                "OPTIONS": {"host": "127.0.0.1", "port": port, **options},
            },
        }

    return point
