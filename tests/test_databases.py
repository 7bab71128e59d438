"""The promises that tests/conftest.py makes about databases."""

import subprocess
import sys

import pytest
from django.db import connection
from wagtail.models import Locale, Page

from crm.models import Role
from tests.databases import ROOT
from tests.factories import make_contact, make_role, make_seat


@pytest.mark.database
@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_committing_test_is_followed_by_a_fresh_copy(turn):
    assert not connection.in_atomic_block
    assert Page.objects.filter(depth=1).count() == 1
    assert list(Locale.objects.values_list("language_code", flat=True)) == ["sv"]
    assert Role.objects.count() == 0

    make_seat(holder=make_contact())


@pytest.mark.database
def test_live_database_is_seen_by_other_processes(live_database):
    make_role(slug="coordinator")

    seen = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "shell",
            "--no-imports",
            "--command",
            "from crm.models import Role; Role.objects.update(slug='seen')",
        ],
        cwd=ROOT,
        env=live_database.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (seen.returncode, seen.stderr) == (0, "")
    assert list(Role.objects.values_list("slug", flat=True)) == ["seen"]
