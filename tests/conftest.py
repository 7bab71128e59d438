"""What every test can ask for.

Databases. Each test process works on a copy of a migrated template (tests/databases.py):
an SQLite file, or with ``TEST_DATABASE=postgres`` a database on a real PostgreSQL.
``db`` tests run in a transaction that is rolled back, as everywhere with pytest-django.
Tests that commit (``transactional_db``, ``django_db(transaction=True)``, ``live_server``)
are followed by a fresh copy of the template instead of Django's flush, which would take
the rows away that migrations wrote: Wagtail's root page, the locales, the role groups.

``live_database`` is such a committing test's database with its address, for processes
that the test starts::

    def test_worker_killed_midway_loses_nothing(live_database):
        campaign = make_campaign()
        worker = subprocess.Popen([...], env=live_database.environment)

They are to be ended by the test; what they leave in the database goes with the copy.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connections
from django.test import Client, TransactionTestCase
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from home.catalogues import compile_catalogues
from tests.databases import DatabaseCopy, SqliteDatabase
from tests.factories import SiteTree, make_site, make_user

# On a busy machine an example takes as long as it takes.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """Let the tests read the translations as they are now; .mo files are not in git."""
    if not hasattr(config, "workerinput"):
        compile_catalogues()


@dataclass(frozen=True)
class LiveDatabase:
    """A database that other processes see, with the environment to start them in."""

    url: str
    environment: dict[str, str]


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory) -> Iterator[DatabaseCopy]:
    """Return this process's copy of the template."""
    engine = django_settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    if engine == "postgresql":
        from tests.postgres import (  # noqa: PLC0415 -- heavy, and warns of its own
            PostgresDatabase,
        )

        database: DatabaseCopy = PostgresDatabase(
            os.environ.get("PYTEST_XDIST_WORKER", "main")
        )
    else:
        database = SqliteDatabase(tmp_path_factory.mktemp("database"))
    yield database
    connections.close_all()
    database.close()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, migrated_database, django_db_blocker):
    """Point Django at the copy (pytest-django's fixture would migrate once more)."""
    with django_db_blocker.unblock():
        connections.close_all()
        django_settings.DATABASES["default"].update(migrated_database.settings)

        def restore_template(case: TransactionTestCase) -> None:
            connections.close_all()
            migrated_database.restore()
            # One that was opened meanwhile is dead: the copy it knew is gone.
            connections.close_all()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(TransactionTestCase, "_fixture_teardown", restore_template)
            yield


@pytest.fixture
def live_database(transactional_db, migrated_database, tmp_path: Path) -> LiveDatabase:
    """Return the database's address and an environment for processes of the test."""
    var = tmp_path / "var"
    var.mkdir()
    return LiveDatabase(
        migrated_database.url,
        {
            **os.environ,
            "DATABASE_URL": migrated_database.url,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "RUNDBREV_VAR_DIR": str(var),
        },
    )


@pytest.fixture(autouse=True)
def _nothing_carried_over() -> Iterator[None]:
    """Forget cached site roots and pictures, and the language a test switched to."""
    yield
    for name in django_settings.CACHES:
        caches[name].clear()
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture
def site(db) -> SiteTree:
    """Return the public site: its first page and its archive."""
    return make_site()


@pytest.fixture
def editor(db, client: Client) -> Client:
    """Return a browser logged in as somebody who writes items."""
    client.force_login(make_user("Editors"))
    return client


@pytest.fixture
def sender(db) -> Client:
    """Return a browser logged in as somebody who may send."""
    return _logged_in("Editors", "Senders")


@pytest.fixture
def outsider(db) -> Client:
    """Return a browser logged in as somebody without any right."""
    return _logged_in()


def _logged_in(*grants: str) -> Client:
    client = Client()
    client.force_login(make_user(*grants))
    return client
