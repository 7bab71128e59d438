"""The demo: loaded whole, once, and never over what people have changed since."""

from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from wagtail.models import Page

from crm.models import (
    Affiliation,
    ConsentEntry,
    Contact,
    Grant,
    Interaction,
    Membership,
    Network,
    Organisation,
    Purpose,
    Role,
    Seat,
    SeatTask,
    Segment,
    Suppression,
    Topic,
)
from newsletter.models import Newsletter, Recipients

pytestmark = [pytest.mark.django_db, pytest.mark.database]

COUNTED = [
    get_user_model(),
    Affiliation,
    ConsentEntry,
    Contact,
    Grant,
    Interaction,
    Membership,
    Network,
    Newsletter,
    Organisation,
    Page,
    Purpose,
    Recipients,
    Role,
    Seat,
    SeatTask,
    Segment,
    Suppression,
    Topic,
]


def load(**options):
    out = StringIO()
    call_command("load_demo", stdout=out, **options)
    return out.getvalue()


def count_all():
    return {model.__name__: model.objects.count() for model in COUNTED}


def test_load_demo_without_debug_is_refused_and_loads_nothing(settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="public password"):
        load()

    assert Contact.objects.count() == get_user_model().objects.count() == 0


def test_load_demo_twice_loads_once_and_keeps_what_was_changed():
    first = load(force=True)
    Contact.objects.filter(email="yusuf.demir@alvbro.example").update(phone="1")
    before = count_all()

    second = load(force=True)

    assert "80 contacts in their seats" in first
    assert second == "The demo is there already; nothing was changed.\n"
    assert count_all() == before
    assert Contact.objects.get(email="yusuf.demir@alvbro.example").phone == "1"
