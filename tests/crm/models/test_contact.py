"""Who may be mailed, and where: design decision 9."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from crm.choices import ConsentAction, LawfulBasis, SuppressionReason
from crm.consent import record_consent, suppress
from crm.exceptions import AddressError
from crm.models import Contact
from crm.seats import succeed_seat
from tests.factories import make_contact, make_purpose, make_seat

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TODAY = date(2026, 3, 2)
YESTERDAY = date(2026, 3, 1)
TOMORROW = date(2026, 3, 3)


def mailable(purpose, on=TODAY):
    return set(Contact.objects.mailable(purpose, on))


def addresses(on=TODAY):
    return {
        contact.pk: (contact.mail_address, contact.mail_hash)
        for contact in Contact.objects.with_mail_address(on)
    }


def test_contact_with_an_address_differing_only_in_case_is_refused():
    make_contact(email="asa@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        make_contact(email="ASA@Example.org")


def test_contact_of_a_bulk_write_in_another_case_is_refused_by_the_database():
    make_contact(email="asa@example.org")
    twin = Contact(email="ASA@Example.org")
    twin.set_derived()

    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.bulk_create([twin])


def test_contact_with_no_address_is_refused():
    with pytest.raises(AddressError):
        make_contact(email="asa")
    with pytest.raises(ValidationError) as refused:
        Contact(email="asa@localhost").full_clean()

    assert list(refused.value.message_dict) == ["email"]


def test_contact_save_cleans_names_and_sets_what_follows_from_them():
    contact = make_contact(
        given_name=" Åsa\r\nBcc: x@example.org", family_name="Öberg ", email="A@B.se"
    )

    contact.refresh_from_db()
    assert contact.given_name == "Åsa Bcc: x@example.org"
    assert (contact.family_name, contact.email) == ("Öberg", "a@b.se")
    assert contact.sort_key == "{3berg {1sa bcc: x@example.org"


def test_contact_without_a_name_goes_by_the_address():
    contact = make_contact(given_name="", family_name="", email="asa@example.org")

    assert (str(contact), contact.sort_key) == ("asa@example.org", "asa@example.org")


def test_contacts_are_in_swedish_order():
    names = ["Öberg", "Zorn", "Ängström", "Åberg"]
    for name in names:
        make_contact(family_name=name)

    ordered = Contact.objects.values_list("family_name", flat=True)
    assert list(ordered) == ["Zorn", "Åberg", "Ängström", "Öberg"]


def test_mail_address_of_a_seat_goes_before_the_own_one():
    contact = make_contact(email="asa@example.org")
    seat = make_seat(holder=contact, email="Coordinator@City.example")

    assert addresses() == {contact.pk: ("coordinator@city.example", seat.address_hash)}


def test_mail_address_of_a_seat_left_or_not_begun_is_not_used():
    left, coming = make_contact(), make_contact()
    seat = make_seat(holder=left, email="coordinator@city.example")
    succeed_seat(seat, coming, ended_on=YESTERDAY, starts_on=TOMORROW)

    assert addresses(TODAY) == {
        left.pk: (left.email, left.address_hash),
        coming.pk: (coming.email, coming.address_hash),
    }
    assert addresses(YESTERDAY)[left.pk][0] == "coordinator@city.example"
    assert addresses(TOMORROW)[coming.pk][0] == "coordinator@city.example"


def test_mail_address_stopped_at_the_seat_falls_back_to_the_own_one():
    contact = make_contact(email="asa@example.org")
    make_seat(holder=contact, email="coordinator@city.example")
    suppress("coordinator@city.example", SuppressionReason.BOUNCE)

    assert addresses() == {contact.pk: ("asa@example.org", contact.address_hash)}


def test_mail_address_stopped_at_one_seat_goes_to_the_next():
    contact = make_contact()
    make_seat(holder=contact, email="first@city.example")
    second = make_seat(holder=contact, email="second@city.example")
    suppress("first@city.example", SuppressionReason.BOUNCE)

    assert addresses() == {contact.pk: ("second@city.example", second.address_hash)}


def test_mail_address_own_one_stopped_leaves_the_seat():
    contact = make_contact(email="asa@example.org")
    seat = make_seat(holder=contact, email="coordinator@city.example")
    suppress("asa@example.org", SuppressionReason.COMPLAINT)

    assert addresses() == {contact.pk: ("coordinator@city.example", seat.address_hash)}


def test_mail_address_all_stopped_is_empty_and_not_mailable():
    contact = make_contact(email="asa@example.org")
    make_seat(holder=contact, email="coordinator@city.example")
    suppress("asa@example.org", SuppressionReason.BOUNCE)
    suppress("coordinator@city.example", SuppressionReason.BOUNCE)

    assert addresses() == {contact.pk: ("", "")}
    assert mailable(make_purpose()) == set()


@pytest.mark.parametrize(
    "basis",
    [LawfulBasis.PUBLIC_TASK, LawfulBasis.LEGITIMATE_INTEREST, LawfulBasis.CONTRACT],
)
def test_mailable_without_consent_as_basis_is_whoever_has_not_left(basis):
    purpose = make_purpose(lawful_basis=basis)
    silent, agreed, left = make_contact(), make_contact(), make_contact()
    record_consent(agreed, purpose, ConsentAction.GIVEN, source="form")
    record_consent(left, purpose, ConsentAction.WITHDRAWN, source="link")

    assert mailable(purpose) == {silent, agreed}


def test_mailable_with_consent_as_basis_is_only_who_said_yes():
    purpose = make_purpose(lawful_basis=LawfulBasis.CONSENT)
    _silent, agreed, left, back = (make_contact() for _number in range(4))
    for contact, actions in (
        (agreed, ["given"]),
        (left, ["given", "withdrawn"]),
        (back, ["withdrawn", "returned"]),
    ):
        for action in actions:
            record_consent(contact, purpose, ConsentAction(action), source="form")

    assert mailable(purpose) == {agreed, back}


def test_mailable_consent_to_one_purpose_is_none_to_another():
    asked = make_purpose(lawful_basis=LawfulBasis.CONSENT)
    contact = make_contact()
    record_consent(contact, make_purpose(), ConsentAction.GIVEN, source="form")

    assert mailable(asked) == set()


def test_mailable_leaving_one_purpose_leaves_the_others():
    left, kept = make_purpose(), make_purpose()
    contact = make_contact()
    record_consent(contact, left, ConsentAction.WITHDRAWN, source="link")

    assert (mailable(left), mailable(kept)) == (set(), {contact})


@pytest.mark.parametrize("basis", LawfulBasis.values)
def test_mailable_objection_to_one_purpose_beats_everything(basis):
    purpose = make_purpose(lawful_basis=basis)
    contact = make_contact()
    record_consent(contact, purpose, ConsentAction.GIVEN, source="form")
    record_consent(contact, make_purpose(), ConsentAction.OBJECTED, source="letter")

    assert mailable(purpose) == set()
