"""The entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()

from home.caching.front import put_in_front  # noqa: E402 -- Django is set up above

application = put_in_front(application)
