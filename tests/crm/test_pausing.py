"""crm/pausing.py: a rest from mail, until a day the person names."""

from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import translation
from wagtail.models import ModelLogEntry

from crm.exceptions import PauseError
from crm.models import Contact
from crm.pausing import PAUSED, RESUMED, add_months, pause_mail, resume_mail
from tests.factories import make_contact, make_user

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_month_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months, later):
    assert add_months(day, months) == later


@pytest.mark.django_db
@pytest.mark.parametrize("until", [date(2026, 3, 1), TODAY, date(2027, 3, 3)])
def test_pause_until_a_day_that_cannot_be_is_refused_with_the_latest(until):
    contact = make_contact()

    with pytest.raises(PauseError, match="at the latest 2 March 2027"):
        pause_mail(contact, until, today=TODAY)

    assert Contact.objects.get().paused_until is None
    assert not ModelLogEntry.objects.exists()


@pytest.mark.django_db
def test_pause_and_its_end_stand_in_the_history_with_whoever_set_them():
    contact, user = make_contact(), make_user()

    pause_mail(contact, date(2026, 6, 2), today=TODAY)
    pause_mail(contact, date(2026, 6, 2), today=TODAY)
    assert Contact.objects.get().paused_until == date(2026, 6, 2)
    assert resume_mail(contact, by=user)
    assert not resume_mail(contact, by=user)

    assert Contact.objects.get().paused_until is None
    told = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Contact)
    ).order_by("timestamp", "pk")
    assert [(entry.action, entry.user, entry.message) for entry in told] == [
        (PAUSED, None, "Wants no mail before 2 June 2026"),
        (RESUMED, user, "Wants mail again"),
    ]
