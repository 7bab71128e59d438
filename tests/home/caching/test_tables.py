"""What is said not to show is shown on no page."""

import re
from datetime import date

from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home.caching.tables import UNSEEN, UNSEEN_COLUMNS, UNSEEN_WHEN_ADDED
from home.models import AccessibilityPage, DirectoryPage, PrivacyPage
from tests.home.caching.reader import Reader
from tests.home.caching.scene import list_paths, make_scene

READ = re.compile(r'(?:FROM|JOIN)\s+"?(\w+)"?', re.IGNORECASE)
# Counted while an item is read, which the page does not say.
COUNTED = {"newsletter_pagevisits"}
DAY = date(2026, 3, 2)
NOT_MODELS = {"django_migrations", "wagtailsearch_indexentry_fts"}


def make_more_pages() -> list:
    """Return a page of each kind that the scene lacks."""
    about = {"body_name": "Nätet", "email": "a@example.org", "reviewed_on": DAY}
    return [
        DirectoryPage(title="Register"),
        PrivacyPage(title="Personuppgifter", **about),
        AccessibilityPage(title="Tillgänglighet", assessed_on=DAY, **about),
    ]


def test_no_page_reads_a_table_that_is_said_to_be_unseen(reader):
    scene, uncached = make_scene(), Reader(is_cached=False)
    for number, page in enumerate(make_more_pages()):
        page.slug = f"more-{number}"
        scene.site.home.refresh_from_db()
        scene.site.home.add_child(instance=page)

    with CaptureQueriesContext(connection) as queries:
        for path in [*list_paths(scene), *(f"/sv/more-{n}/" for n in range(3))]:
            assert uncached.get(path).status == 200

    read = {t for q in queries.captured_queries for t in READ.findall(q["sql"])}
    assert "crm_affiliation" in read
    assert read & UNSEEN <= COUNTED


def test_every_table_named_is_one():
    models = apps.get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models}

    assert tables >= UNSEEN - NOT_MODELS
    assert tables >= UNSEEN_WHEN_ADDED
    for table, columns in UNSEEN_COLUMNS.items():
        model = next(m for m in models if m._meta.db_table == table)
        assert columns <= {field.column for field in model._meta.concrete_fields}
