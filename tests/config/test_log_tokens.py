"""No token that opens somebody's page stands in a log."""

import logging

import pytest
from django.conf import settings
from django.urls import get_resolver

from config.log_tokens import HideTokens

KEYS = {"token", "mark"}


def list_keyed_paths() -> list[str]:
    """Return an address of every view that is opened by a key, with the key "secret"."""
    patterns = get_resolver().reverse_dict.values()
    return [
        "/" + path % {name: "secret" if name in KEYS else 7 for name in names}
        for possibilities, *_more in patterns
        for path, names in possibilities
        if KEYS & set(names)
    ]


def log(text: str, *args: str) -> str:
    record = logging.LogRecord("x", logging.WARNING, "x", 1, text, args, None)
    assert HideTokens().filter(record)
    return record.getMessage()


def test_every_address_with_a_key_is_logged_without_it():
    paths = list_keyed_paths()

    logged = [log("%s: %s", "Not Found", path) for path in paths]

    assert len(paths) >= 9
    assert [line for line in logged if "secret" in line] == []
    assert "Not Found: /own-data/…/copy/" in logged


@pytest.mark.parametrize("path", ["/sv/nyheter/u-turn/", "/partner/leave/", "100 %"])
def test_other_lines_stay_as_they_are(path):
    assert log(path) == path


def test_whatever_is_logged_passes_the_filter():
    console = settings.LOGGING["handlers"]["console"]

    assert console["filters"] == ["hide_tokens"]
