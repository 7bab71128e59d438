import pytest
from django.core.cache import caches

from home.caching import generation
from tests.home.caching.reader import Reader


@pytest.fixture
def reader(transactional_db) -> Reader:
    """Return a reader of a site whose writes are committed."""
    return Reader()


@pytest.fixture(autouse=True)
def _no_pages_kept():
    caches["pages"].clear()
    yield
    caches["pages"].clear()
    generation._owing.clear()
