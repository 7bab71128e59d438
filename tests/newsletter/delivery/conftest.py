"""What the tests of delivery share."""

import pytest


@pytest.fixture
def bulk_to(settings):
    """Return a function that points the bulk mailer at a port.

    With one connection unless told: on a busy machine any answer may be a late one, and a
    further line would hand over a letter that the test counts.
    """

    def point(port, connections=1, **options):
        settings.MAILERS = {
            **settings.MAILERS,
            "bulk": {
                # The test run has put a mailbox in memory in its place.
                "BACKEND": "newsletter.delivery.transports.smtp.Mailer",
                "OPTIONS": {
                    "host": "127.0.0.1",
                    "port": port,
                    "connections": connections,
                    **options,
                },
            },
        }

    return point
