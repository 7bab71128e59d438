"""Where Chromium is and how it is started."""

import shutil

# Debian's Chromium first.
EXECUTABLES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = "NO CHROMIUM, SO NO BROWSER TESTS: install the Debian package chromium."


def find_chromium() -> str | None:
    """Return the path of this machine's Chromium, None where there is none."""
    return next(filter(None, map(shutil.which, EXECUTABLES)), None)
