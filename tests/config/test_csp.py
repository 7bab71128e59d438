"""Content-Security-Policy: strict outside, what Wagtail needs inside."""

import os
import subprocess
import sys


def test_login_and_editor_allow_wagtails_inline_scripts(editor, site):
    response = editor.get(f"/admin/pages/{site.home.pk}/edit/")

    policy = response["Content-Security-Policy"]
    assert response.status_code == 200
    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "default-src 'self';" in policy


def test_public_site_allows_nothing_inline(client, site):
    policy = client.get(site.home.url)["Content-Security-Policy"]

    assert [word for word in ("unsafe", "data:", "blob:") if word in policy] == []


def test_production_settings_pass_the_deployment_check(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": "k7Qe2" * 12 + "!#xYzWvUt",
        "CRM_ADDRESS_HASH_KEY": "another-key-for-hashes",
        "ALLOWED_HOSTS": "rundbrev.example.org",
        "SITE_URL": "https://rundbrev.example.org",
        "RUNDBREV_VAR_DIR": str(tmp_path),
    }

    # Browser tests set it for their own process (tests/browser/conftest.py).
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)

    check = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (check.returncode, check.stderr) == (0, "")
