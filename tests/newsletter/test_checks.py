"""newsletter/checks.py."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from newsletter.checks import check_site_url


@pytest.mark.parametrize(
    ("url", "ids"),
    [
        ("https://rundbrev.example.org", []),
        ("http://127.0.0.1:8000", ["newsletter.W001"]),
    ],
)
def test_check_site_url_wants_https(settings, url, ids):
    settings.SITE_URL = url

    assert [warning.id for warning in check_site_url(None)] == ids


def test_deliver_with_a_key_that_signs_nothing_refuses_to_start(settings, tmp_path):
    settings.NEWSLETTER_DKIM_KEYS = [f"spring:{tmp_path / 'missing.pem'}"]

    with pytest.raises(SystemCheckError, match=r"newsletter\.E001"):
        call_command("deliver", once=True, skip_checks=False)


@pytest.mark.parametrize(
    "mailer",
    [
        {"BACKEND": "anymail.backends.mailgum.EmailBackend"},
        {"BACKEND": "anymail.backends.mailgun.EmailBackend"},
        {
            "BACKEND": "newsletter.delivery.transports.smtp.Mailer",
            "OPTIONS": {"host": "127.0.0.1", "port": 25, "starttls": "maybe"},
        },
        {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"},
    ],
)
def test_deliver_without_a_way_out_refuses_to_start(settings, mailer):
    settings.MAILERS = {**settings.MAILERS, "bulk": mailer}

    with pytest.raises(SystemCheckError, match=r"newsletter\.E005"):
        call_command("deliver", once=True, skip_checks=False)


def test_deliver_with_a_return_path_that_is_no_address_refuses_to_start(settings):
    settings.NEWSLETTER_BOUNCE_ADDRESS = "studs"

    with pytest.raises(SystemCheckError, match=r"newsletter\.E002"):
        call_command("deliver", once=True, skip_checks=False)
