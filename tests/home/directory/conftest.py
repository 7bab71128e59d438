"""The directory that its tests read."""

import pytest

from tests.factories import make_directory


@pytest.fixture
def directory(site):
    return make_directory(site)
