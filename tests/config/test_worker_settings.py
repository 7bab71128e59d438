"""config/settings/worker.py: what a process that only delivers has loaded."""

import json
import os
import subprocess
import sys

from django.conf import settings

# Libraries and views of some MB each. One that comes back shows here, and not first as
# the memory of every worker.
UNNEEDED = [
    "config.urls",
    "crm.wagtail_hooks",
    "dkim",
    "dns",
    "import_export.resources",
    "openpyxl",
    "rapidfuzz",
    "rest_framework",
    "snowballstemmer",
]
SCRIPT = """
import json, sys
import django
django.setup()
import newsletter.management.commands.deliver
from newsletter.mail.message import unsubscribe_url
from wagtail.log_actions import registry

url = unsubscribe_url(1)
loaded = sorted(set(json.loads(sys.argv[1])) & set(sys.modules))
registry.scan_for_actions()
print(json.dumps([url[:31], loaded, registry.action_exists("newsletter.resend_uncertain")]))
"""


def test_worker_settings_load_no_views_and_know_the_words_of_the_log(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.worker",
        "SECRET_KEY": "test",
        "CRM_ADDRESS_HASH_KEY": "test",
        "SITE_URL": "https://rundbrev.example.org",
        "RUNDBREV_VAR_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(UNNEEDED)],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["https://rundbrev.example.org/u/", [], True]
