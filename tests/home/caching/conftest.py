import pytest
from django.core.cache import caches

from home.caching import generation
from home.caching.parts import forget_parts
from tests.home.caching.reader import Reader


@pytest.fixture
def reader(transactional_db) -> Reader:
    """Return a reader of a site whose writes are committed."""
    return Reader()


@pytest.fixture(autouse=True)
def _no_pages_kept():
    forget_everything()
    yield
    forget_everything()
    generation._owing.clear()


def forget_everything() -> None:
    caches["pages"].clear()
    forget_parts()
