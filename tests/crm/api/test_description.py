"""The API does what its own description says, whatever is thrown at it.

Schemathesis makes requests from the description, right ones and wrong ones, and holds
every answer against it: status, type, shape, headers, what is refused without a token.
It runs in this process, on the WSGI application, seeded; ``make audit`` takes longer.
"""

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS, load_all_checks

from crm.choices import FieldType
from tests.crm.api.programs import make_program
from tests.factories import (
    make_contact,
    make_custom_field,
    make_membership,
    make_recipients,
    make_seat,
    make_segment,
    make_topic,
)

load_all_checks()
# A shape cannot say all that a value must be: a description in JSON Schema allows
# addresses and rules that the register refuses, with 422 and a sentence.
BEYOND_A_SHAPE = {"positive_data_acceptance"}
LEFT_OUT = [check for check in CHECKS.get_all() if check.__name__ in BEYOND_A_SHAPE]
SEEDED = {
    "derandomize": True,
    "deadline": None,
    "database": None,
    "phases": [Phase.explicit, Phase.generate],
    "suppress_health_check": list(HealthCheck),
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(settings):
    """A program that may do everything, in a register with one of everything."""
    settings.CRM_API_PER_MINUTE = 1_000_000
    settings.LANGUAGE_CODE = "en"
    make_custom_field(slug="diet", type=FieldType.CHOICE, options=["Vegan"])
    contact = make_contact(topics=[make_topic()], custom={"diet": "Vegan"})
    seat = make_seat(holder=contact)
    make_membership(organisation=seat.organisation)
    make_recipients(include=[make_segment(added=[contact])])
    return make_program("Register keepers")


@pytest.fixture(autouse=True)
def _connection_kept():
    """Django would close the test's database connection between two requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


# As the application itself serves it.
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())


@schema.parametrize()
@settings(max_examples=8, **SEEDED)
def test_answers_are_as_described(case, program):
    hold_against_description(case, program)


@pytest.mark.audit
@schema.parametrize()
@settings(max_examples=150, **SEEDED)
def test_answers_are_as_described_many_times(case, program):
    hold_against_description(case, program)


def hold_against_description(case, program) -> None:
    case.call_and_validate(
        headers={"Authorization": f"Bearer {program.key}"}, excluded_checks=LEFT_OUT
    )
