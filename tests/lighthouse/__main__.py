"""``python -m tests.lighthouse``: the median of three looks at each kind of page.

Against Granian with production settings, collected and compressed static files and the
demo: what Lighthouse finds is what visitors get. TLS ends in front of it, as it would.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.browser.chromium import find_chromium

FOLDER = Path(__file__).parent
LEAST = 0.98
LOOKS = 3
PAGES = {
    "home": "/sv/",
    "archive": "/sv/nyheter/",
    "item": "",
    "directory": "",
    "sign-up": "",
}
MISSING = "NO LIGHTHOUSE: install Node 20.19 or newer with npm, then `make lighthouse`."
FIND_ADDRESSES = """
import json
from home.models import DirectoryPage
from newsletter.models import Newsletter, NewsPage
item = NewsPage.objects.get(slug__startswith="traningsvecka", locale__language_code="sv")
directory = DirectoryPage.objects.get(locale__language_code="sv")
slug = Newsletter.objects.get().slug
print(json.dumps({
    "item": item.url, "directory": directory.url, "sign-up": f"/join/{slug}/sv/",
}))
"""


def main() -> int:
    """Print the median scores of each page; return 1 when one is too low."""
    browser = find_chromium()
    if not (shutil.which("node") and (FOLDER / "node_modules").exists() and browser):
        print(MISSING)  # noqa: T201 -- a command's answer
        return 1 if os.environ.get("CI") == "true" else 0
    with tempfile.TemporaryDirectory() as directory, _running_site(directory) as site:
        address, paths = site
        scores = {
            name: _look_at(f"{address}{path}", browser) for name, path in paths.items()
        }
    too_low = [name for name, found in scores.items() if min(found.values()) < LEAST]
    print("too low:" if too_low else "all well", *too_low)  # noqa: T201 -- as above
    return 1 if too_low else 0


def _look_at(address: str, browser: str) -> dict[str, float]:
    done = subprocess.run(
        ["node", "run.mjs", address, str(LOOKS), browser],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    looks = [json.loads(line) for line in done.stdout.splitlines() if line[:1] == "{"]
    scores = {
        name: median(look["scores"][name] or 0 for look in looks)
        for name in looks[0]["scores"]
    }
    faults = sorted({fault for look in looks for fault in look["faults"]})
    print(address, scores, *faults, sep="\n    ")  # noqa: T201 -- a command's answer
    return scores


@contextmanager
def _running_site(directory: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Run the demo as in production; yield its address and the paths to look at."""
    port = _find_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "RUNDBREV_VAR_DIR": directory,
        "SECRET_KEY": "only-for-lighthouse-on-this-machine-0123456789",
        "CRM_ADDRESS_HASH_KEY": "only-for-lighthouse",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": address,
        "SECURE_SSL_REDIRECT": "false",
    }
    for command in (
        ["migrate", "-v0"],
        ["load_demo", "--force", "-v0"],
        ["collectstatic", "--noinput", "-v0"],
    ):
        _manage(command, environment)
    told = _manage(["shell", "-v0", "-c", FIND_ADDRESSES], environment)
    paths = {**PAGES, **json.loads(told.splitlines()[-1])}
    granian = Path(sys.executable).with_name("granian")
    server = subprocess.Popen(
        [granian, "--interface", "wsgi", "config.wsgi:application"]
        + ["--port", str(port), "--no-log"],
        env=environment,
    )
    try:
        _wait_for(f"{address}/healthz")
        yield address, paths
    finally:
        server.terminate()
        server.wait(timeout=30)


def _manage(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        return opened.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main())
