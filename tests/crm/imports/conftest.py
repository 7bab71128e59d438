import pytest
from django.utils import translation

from tests.factories import make_organisation, make_role


@pytest.fixture(autouse=True)
def _own_folder_in_english(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with translation.override("en"):
        yield


@pytest.fixture
def office():
    """A municipality and a role, as most rows name them."""
    make_role(slug="coordinator", name_sv="samordnare", name_en="coordinator")
    return make_organisation(name="Norrhamns kommun")
