"""newsletter/checks.py."""

import pytest

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
