"""Keys for programs on the screen: shown once, revoked at once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import ApiToken
from crm.tokens import find_token
from tests.crm.viewsets.browser import texts_in
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TOKENS = "/admin/register/tokens"


@pytest.fixture
def admin():
    client = Client()
    client.force_login(make_user(is_superuser=True))
    return client


def make(admin, **values):
    sent = {"name": "Intranet", "user": make_user().pk, "scope": "read", **values}
    return admin.post(f"{TOKENS}/new/", sent)


def test_key_is_shown_once_and_opens(admin):
    answer = make(admin)

    (key,) = texts_in(answer, ".register-key code")
    assert "no-store" in answer["Cache-Control"]
    assert find_token(key) == ApiToken.objects.get()
    assert key not in admin.get(f"{TOKENS}/").content.decode()


def test_day_that_has_passed_is_refused(admin):
    yesterday = timezone.localdate() - timedelta(days=1)

    answer = make(admin, ends_on=yesterday.isoformat())

    assert answer.status_code == 200
    assert ApiToken.objects.count() == 0


def test_token_holds_through_its_last_day(admin):
    today = timezone.localdate()

    make(admin, ends_on=today.isoformat())

    ends = timezone.localtime(ApiToken.objects.get().expires_at)
    assert (ends.date(), ends.hour) == (today + timedelta(days=1), 0)


def test_revoked_key_opens_nothing(admin):
    (key,) = texts_in(make(admin), ".register-key code")
    token = ApiToken.objects.get()

    admin.post(f"{TOKENS}/delete/{token.pk}/")

    assert find_token(key) is None
