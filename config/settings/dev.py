"""One laptop: embedded database, local mail catcher, demo keys."""

import os

from config.env import read_number

# Where `make run` serves the site. Both mailers go to the mail catcher.
SITE_PORT = read_number("PORT", 8000, least=1)
os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{SITE_PORT}")
os.environ.setdefault("BULK_MAIL_PORT", os.environ.get("MAIL_PORT", "1025"))
# Keys that are no secret: this module serves only the own machine.
os.environ.setdefault("SECRET_KEY", "demo-key-for-one-laptop-only")
os.environ.setdefault("CRM_ADDRESS_HASH_KEY", "demo-hash-key-for-one-laptop-only")
os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost")

from .base import *  # noqa: E402 -- the keys above are read there

DEBUG = True
# runserver without the page cache: a template shows as soon as it is written. `make run`
# keeps pages, as in production.
WSGI_APPLICATION = None
# As in production.
DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
MAIL_CATCHER_DIR = VAR_DIR / "mail"
# Static files come straight from the apps; whitenoise warns without the directory.
STATIC_ROOT.mkdir(exist_ok=True)
