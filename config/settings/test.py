"""The tests: fast password hasher, mail in memory, tasks only when a test runs them."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("SECRET_KEY", "test-key")
os.environ.setdefault("CRM_ADDRESS_HASH_KEY", "test-hash-key")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,127.0.0.1,localhost")
if "RUNDBREV_VAR_DIR" not in os.environ:
    os.environ["RUNDBREV_VAR_DIR"] = tempfile.mkdtemp(prefix="rundbrev-test-")
    atexit.register(shutil.rmtree, os.environ["RUNDBREV_VAR_DIR"], ignore_errors=True)
# Which kind of database; tests/databases.py makes it and fills in where it is.
if os.environ.get("TEST_DATABASE") == "postgres":
    os.environ.setdefault("DATABASE_URL", "postgres://postgres@/rundbrev")

from .base import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS["default"] = {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
MAIL_CATCHER_DIR = VAR_DIR / "mail"
# Each test process has a database of its own and so is a host of its own: what one
# remembers of its database would bring another to stop its sends.
if "NEWSLETTER_JOURNAL_DIR" not in os.environ:
    NEWSLETTER_JOURNAL_DIR /= os.environ.get("PYTEST_XDIST_WORKER", "alone")
NEWSLETTER_HOLD_SECONDS = 0
NEWSLETTER_COUNT_SECONDS = 0
# A job is done when the transaction that asked for it is committed.
TASKS["register"] = {
    "BACKEND": "django_tasks.backends.immediate.ImmediateBackend",
    "QUEUES": ["register"],
}
# Nothing is collected here; whitenoise warns without the directory.
STATIC_ROOT.mkdir(exist_ok=True)
