"""The consent ledger only grows."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from crm.choices import ConsentAction, ConsentStatus
from crm.consent import record_consent
from crm.models import ConsentState
from tests.factories import make_contact, make_purpose

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_ledger_entry_saved_again_is_refused():
    entry = record_consent(
        make_contact(), make_purpose(), ConsentAction.GIVEN, source="form"
    )
    entry.action = ConsentAction.OBJECTED

    with pytest.raises(TypeError, match="append-only"):
        entry.save()

    entry.refresh_from_db()
    assert entry.action == ConsentAction.GIVEN


def test_second_state_of_contact_and_purpose_is_refused():
    contact, purpose = make_contact(), make_purpose()
    entry = record_consent(contact, purpose, ConsentAction.GIVEN, source="form")

    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentState.objects.create(
            contact=contact,
            purpose=purpose,
            status=ConsentStatus.WITHDRAWN,
            since=entry.at,
        )


def test_purpose_speaks_the_active_language():
    purpose = make_purpose(name_sv="Nyhetsbrev", name_en="Newsletter")

    with override("en"):
        assert (str(purpose), purpose.wording) == ("Newsletter", purpose.wording_en)
    with override("sv"):
        assert (str(purpose), purpose.wording) == ("Nyhetsbrev", purpose.wording_sv)
