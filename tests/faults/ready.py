"""What the fork server loads once, so that a worker starts in milliseconds."""

import django

django.setup()

from newsletter.delivery import (  # noqa: E402,F401 -- loaded for the children
    campaigns,
    scheduling,
    sending,
)
