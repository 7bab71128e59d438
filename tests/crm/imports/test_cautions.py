"""What an import never does to people who are not to be mailed."""

import pytest
from django.utils import timezone

from crm.choices import ConsentAction, SuppressionReason
from crm.consent import hash_of, record_consent, suppress
from crm.models import ConsentEntry, ConsentState, Contact, Suppression
from tests.crm.imports.runs import addresses, run
from tests.factories import make_contact, make_purpose

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_import_never_changes_consent_or_suppression():
    purpose = make_purpose(name_en="Newsletter")
    left = make_contact(email="left@b.example", given_name="L", family_name="")
    record_consent(left, purpose, ConsentAction.WITHDRAWN, source="test")
    objected = make_contact(email="no@b.example", given_name="N", family_name="")
    record_consent(objected, purpose, ConsentAction.OBJECTED, source="test")
    make_contact(email="bounces@b.example", given_name="B", family_name="")
    suppress("bounces@b.example", SuppressionReason.BOUNCE)
    suppress("new@b.example", SuppressionReason.MANUAL)

    outcome = run(
        "E-post;Förnamn;Samtycke\nLeft@b.example;Lea;ja\nno@b.example;Nils;ja\n"
        "bounces@b.example;Bo;ja\nnew@b.example;Ny;ja\n"
    )

    assert [(row.status, row.notes) for row in outcome.rows] == [
        ("changed", ("Has left “Newsletter”. The import does not change that.",)),
        ("changed", ("Has objected to all mail. The import does not change that.",)),
        (
            "changed",
            (
                "The address is stopped (The address bounces) and stays so: it gets "
                "no mail.",
            ),
        ),
        (
            "new",
            (
                "The address is stopped (Stopped by hand) and stays so: it gets no "
                "mail.",
            ),
        ),
    ]
    assert ConsentEntry.objects.count() == 2
    assert sorted(ConsentState.objects.values_list("contact__email", "status")) == [
        ("left@b.example", "withdrawn"),
        ("no@b.example", "objected"),
    ]
    assert set(Suppression.objects.values_list("address_hash", flat=True)) == {
        hash_of("bounces@b.example"),
        hash_of("new@b.example"),
    }
    on = timezone.localdate()
    assert list(Contact.objects.mailable(purpose, on)) == []


def test_import_does_not_bring_back_somebody_who_was_erased():
    suppress("gone@b.example", SuppressionReason.ERASURE)

    outcome = run("E-post;Förnamn\nGone@B.example;Gun\na@b.example;Ada\n")

    assert [(row.status, row.notes) for row in outcome.rows] == [
        ("left_out", ("The person was erased and is not brought back.",)),
        ("new", ()),
    ]
    assert (outcome.is_done, addresses()) == (True, ["a@b.example"])


def test_import_says_when_the_seats_own_address_is_stopped(office):
    suppress("chef@b.example", SuppressionReason.BOUNCE)

    outcome = run(
        "E-post;Organisation;Roll;Funktionsadress\n"
        "a@b.example;Norrhamns kommun;samordnare;chef@b.example\n"
    )

    assert outcome.rows[0].notes == (
        "The seat's own address is stopped (The address bounces) and stays so.",
    )
