"""Two contacts who are one, and the language in which refusals are read."""

import pytest
from django.utils import translation

from crm.models import (
    Contact,
)
from tests.factories import (
    make_contact,
)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def pair() -> tuple[Contact, Contact]:
    kept = make_contact(given_name="Åsa", family_name="Ek", email="asa@example.org")
    lost = make_contact(given_name="Asa", family_name="Ek", email="asa.ek@example.com")
    return kept, lost
