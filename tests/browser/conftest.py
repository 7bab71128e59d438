"""A real Chromium for the tests marked ``browser``."""

import os
import warnings
from collections.abc import Iterator

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import ARGUMENTS, MISSING, find_chromium


# Not for the whole run: while it lives, no other test of its process can run a loop.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return a started Chromium; skip loudly where there is none, fail under CI=true."""
    path = find_chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        warnings.warn(MISSING, pytest.PytestWarning, stacklevel=1)
        pytest.skip(MISSING)
    # Playwright runs an event loop in this thread, which Django takes for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # Connections are kept apart inside of a loop and outside: one that waits outside
    # would be dead by then, its database having been replaced.
    connections.close_all()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
    connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[Page]:
    """Return an empty page that waits at most ten seconds for anything."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
