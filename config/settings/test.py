"""The tests: fast password hasher, mail in memory, tasks only when a test runs them."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "test-key")
os.environ.setdefault("CRM_ADDRESS_HASH_KEY", "test-hash-key")
os.environ.setdefault("RUNDBREV_VAR_DIR", tempfile.mkdtemp(prefix="rundbrev-test-"))
os.environ.setdefault("ALLOWED_HOSTS", "testserver,127.0.0.1,localhost")

from .base import *  # noqa: E402 -- the keys above are read there

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS["default"] = {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
MAIL_CATCHER_DIR = VAR_DIR / "mail"
NEWSLETTER_HOLD_SECONDS = 0
