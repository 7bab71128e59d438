"""A public installation behind TLS. docs/operations.md says what to set."""

from .base import *

DEBUG = False
SECURE_SSL_REDIRECT = read_flag("SECURE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# W019 wants X_FRAME_OPTIONS = "DENY"; the editor shows previews in a frame of its own.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
# A web process keeps its connection for some requests: to open one costs more than what
# a kept page asks.
DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
