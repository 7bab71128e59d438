"""Settings that hold everywhere. docs/operations.md lists each variable read here."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from config.env import (
    read_address,
    read_addresses,
    read_caches,
    read_database,
    read_flag,
    read_group,
    read_ip_addresses,
    read_list,
    read_number,
    read_path,
    read_percent,
    read_text,
)

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = read_path("RUNDBREV_VAR_DIR", BASE_DIR / "var")
VAR_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = read_text("SECRET_KEY")
SECRET_KEY_FALLBACKS = read_list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = read_addresses("ALLOWED_HOSTS", [])
# How many proxies stand between a visitor and the site.
TRUSTED_PROXIES = read_number("TRUSTED_PROXIES", 0)
CSRF_TRUSTED_ORIGINS = read_addresses("CSRF_TRUSTED_ORIGINS", [])
SITE_URL = read_address("SITE_URL", "http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "home",
    "newsletter",
    "crm",
    "wagtail_newsletter",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "import_export",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "home.middleware.AnsweringLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "home.middleware.WayMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

DATABASES = {
    "default": read_database(
        "DATABASE_URL", f"sqlite:///{VAR_DIR / 'rundbrev.sqlite3'}"
    )
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a writer takes the lock when its transaction begins, so two processes
    # wait for each other instead of failing half-way with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            # FULL: a committed claim survives a power cut, so no mail goes twice.
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        ),
    }
else:
    # PostgreSQL would compile what it takes for a long query: a quarter of a second for
    # a listing that it then counts in five milliseconds.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# One that all processes and hosts share, if there is one. The pages are apart, so that
# whoever asks for many never pushes out the counts behind the limits of the forms.
CACHES = read_caches(
    "CACHE_URL", {"default": 10_000, "renditions": 1_000, "pages": 500}
)
# How long an answer to the anonymous is kept at most; 0 is not at all.
PAGE_CACHE_SECONDS = read_number("PAGE_CACHE_SECONDS", 600)

# Wagtail's own small tasks (search index, references) run at once; deliveries wait in
# the database for a worker process.
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "deliveries": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["deliveries"],
    },
    # Long work of the register: imports, undo, changes to many rows.
    "register": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["register"],
    },
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "wagtailadmin_login"

LANGUAGE_CODE = "sv"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("sv", "Svenska"), ("en", "English")]
WAGTAIL_I18N_ENABLED = True
# A page handed in for translation is not published before somebody has translated it.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
TIME_ZONE = read_text("TIME_ZONE", "Europe/Stockholm")
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
# What is uploaded; nobody but us reads it. Pictures that everybody may see are laid in
# the other folder, for a file server (home/pictures).
MEDIA_ROOT = VAR_DIR / "files"
PUBLIC_MEDIA_ROOT = VAR_DIR / "media"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# Two mailers: "default" for single letters (log-ins, receipts), "bulk" for newsletters.
MAILERS = {
    "default": {
        "BACKEND": "newsletter.delivery.transports.single.SingleMailer",
        "OPTIONS": {
            "host": read_text("MAIL_HOST", "127.0.0.1"),
            "port": read_number("MAIL_PORT", 1025, least=1),
            "username": read_text("MAIL_USER", ""),
            "password": read_text("MAIL_PASSWORD", ""),
            "use_tls": read_flag("MAIL_STARTTLS", False),
            "timeout": 30,
        },
    },
    "bulk": {
        "BACKEND": "newsletter.delivery.transports.smtp.Mailer",
        "OPTIONS": {
            "host": read_text("BULK_MAIL_HOST", "127.0.0.1"),
            "port": read_number("BULK_MAIL_PORT", 1025, least=1),
            "username": read_text("BULK_MAIL_USER", ""),
            "password": read_text("BULK_MAIL_PASSWORD", ""),
            # never | offered | required
            "starttls": read_text("BULK_MAIL_STARTTLS", "offered"),
            "messages_per_connection": read_number(
                "BULK_MAIL_MESSAGES_PER_CONNECTION", 500, least=1
            ),
            # Of one worker, at most: it opens more than one where answers are slow.
            "connections": read_number("BULK_MAIL_CONNECTIONS", 20, least=1),
        },
    },
}
# Newsletters through a provider's API instead, by Anymail's name for it: "mailgun". Its
# keys are among the ANYMAIL_… variables below.
BULK_MAIL_PROVIDER = read_text("BULK_MAIL_PROVIDER", "")
if BULK_MAIL_PROVIDER:
    MAILERS["bulk"] = {"BACKEND": f"anymail.backends.{BULK_MAIL_PROVIDER}.EmailBackend"}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = read_text(
    "DEFAULT_FROM_EMAIL", "rundbrev@example.org"
)

WAGTAIL_SITE_NAME = "Rundbrev"
WAGTAILADMIN_BASE_URL = SITE_URL
# Nobody's e-mail hash and nobody's visit goes to a third party from the admin.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS = []
WAGTAIL_NEWSLETTER_RECIPIENTS_MODEL = "newsletter.Recipients"
WAGTAIL_NEWSLETTER_CAMPAIGN_BACKEND = "newsletter.campaign_backend.RundbrevBackend"

# The suppression list keeps addresses only as keyed hashes. The key is apart from
# SECRET_KEY so that rotating sessions never lets a suppressed address back in.
CRM_ADDRESS_HASH_KEY = read_text("CRM_ADDRESS_HASH_KEY")
# From one day's count to the next, more than this is pointed out.
CRM_SEGMENT_MOVE_PERCENT = read_number("CRM_SEGMENT_MOVE_PERCENT", 25, least=1)
# What a file to import may be at most.
CRM_IMPORT_MAX_MB = read_number("CRM_IMPORT_MAX_MB", 30, least=1)
CRM_IMPORT_MAX_ROWS = read_number("CRM_IMPORT_MAX_ROWS", 200_000, least=1)
CRM_IMPORT_MAX_COLUMNS = read_number("CRM_IMPORT_MAX_COLUMNS", 100, least=1)
# Requests a minute that one API token may make.
CRM_API_PER_MINUTE = read_number("CRM_API_PER_MINUTE", 600, least=1)
NEWSLETTER_JOURNAL_DIR = read_path("NEWSLETTER_JOURNAL_DIR", VAR_DIR / "journal")
NEWSLETTER_HOLD_SECONDS = read_number("NEWSLETTER_HOLD_SECONDS", 60)
NEWSLETTER_LEASE_SECONDS = read_number("NEWSLETTER_LEASE_SECONDS", 60, least=2)
NEWSLETTER_LOST_HOST_SECONDS = read_number(
    "NEWSLETTER_LOST_HOST_SECONDS", 900, least=60
)
NEWSLETTER_CLAIM_SIZE = read_number("NEWSLETTER_CLAIM_SIZE", 200, least=1, most=200)
# How many delivery workers the scheduler keeps awake while something is due.
NEWSLETTER_WORKERS = read_number("NEWSLETTER_WORKERS", 1, least=1, most=64)
NEWSLETTER_EXPIRE_HOURS = read_number("NEWSLETTER_EXPIRE_HOURS", 72, least=1)
NEWSLETTER_MISSED_HOURS = read_number("NEWSLETTER_MISSED_HOURS", 6, least=1)
# Where letters that cannot be delivered return to: studs@example.org becomes
# studs+<token>@example.org, one address a letter.
NEWSLETTER_BOUNCE_ADDRESS = read_address("NEWSLETTER_BOUNCE_ADDRESS", "")
# Where they arrive: a Maildir that a mail server fills, or a port that we listen on.
NEWSLETTER_BOUNCE_MAILDIR = read_text("NEWSLETTER_BOUNCE_MAILDIR", "")
NEWSLETTER_BOUNCE_LISTEN = read_text("NEWSLETTER_BOUNCE_LISTEN", "")
# An address that bounces softly in so many sends within so many days is stopped.
NEWSLETTER_SOFT_BOUNCES = read_number("NEWSLETTER_SOFT_BOUNCES", 3, least=1)
NEWSLETTER_SOFT_BOUNCE_DAYS = read_number("NEWSLETTER_SOFT_BOUNCE_DAYS", 90, least=1)
# Lines at which a send stops by itself, in percent of what was handed over; 0 is never.
NEWSLETTER_GUARD_LEAST = read_number("NEWSLETTER_GUARD_LEAST", 50, least=1)
NEWSLETTER_PAUSE_BOUNCE_PERCENT = read_percent("NEWSLETTER_PAUSE_BOUNCE_PERCENT", 10.0)
NEWSLETTER_PAUSE_BLOCK_PERCENT = read_percent("NEWSLETTER_PAUSE_BLOCK_PERCENT", 10.0)
# Mail services warn at 0.1 % and refuse at 0.3 %.
NEWSLETTER_WARN_COMPLAINT_PERCENT = read_percent(
    "NEWSLETTER_WARN_COMPLAINT_PERCENT", 0.1
)
NEWSLETTER_PAUSE_COMPLAINT_PERCENT = read_percent(
    "NEWSLETTER_PAUSE_COMPLAINT_PERCENT", 0.3
)
# Of a crowd of readers the first is counted at once, the others together so much later.
NEWSLETTER_COUNT_SECONDS = read_number("NEWSLETTER_COUNT_SECONDS", 1)
# Mail providers that may report by webhook, by Anymail's names for them.
NEWSLETTER_WEBHOOKS = read_list("NEWSLETTER_WEBHOOKS", [])
# What Anymail must know of a provider: keys, secrets (ANYMAIL_WEBHOOK_SECRET …).
ANYMAIL = read_group("ANYMAIL_")
# Letters are signed here with these keys ("selector:file"), where the mail server
# does not do it; for the sender's own domain unless another one is given.
NEWSLETTER_DKIM_KEYS = read_list("NEWSLETTER_DKIM_KEYS", [])
NEWSLETTER_DKIM_DOMAIN = read_address("NEWSLETTER_DKIM_DOMAIN", "")
# Public addresses of the mail server that passes newsletters on to the world, for the
# check of a sender's SPF record.
NEWSLETTER_OUTGOING_ADDRESSES = read_ip_addresses("NEWSLETTER_OUTGOING_ADDRESSES", [])
# The purpose (its short name) whose consent lets a reader's opened links be noted by
# name; empty: nobody's are.
NEWSLETTER_TRACKING_PURPOSE = read_text("NEWSLETTER_TRACKING_PURPOSE", "")
# Where the local mail catcher keeps what it caught; empty where there is no catcher.
MAIL_CATCHER_DIR = None
MAIL_CATCHER_PORT = read_number("MAIL_PORT", 1025, least=1)

SECURE_CSP = {
    "default-src": ["'self'"],
    "img-src": ["'self'"],
    # Wagtail's admin writes a few inline scripts and styles; the public site none.
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "frame-ancestors": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
    "form-action": ["'self'"],
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "filters": {"hide_tokens": {"()": "config.log_tokens.HideTokens"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["hide_tokens"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {name: {"level": "INFO"} for name in ("crm", "newsletter", "home")},
}
