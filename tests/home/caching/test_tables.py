"""What is said not to show is shown on no page."""

import re

from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home.caching.tables import UNSEEN, UNSEEN_COLUMNS, UNSEEN_WHEN_ADDED
from tests.home.caching.reader import Reader
from tests.home.caching.scene import list_paths, make_scene

READ = re.compile(r'(?:FROM|JOIN)\s+"?(\w+)"?', re.IGNORECASE)
# Counted while an item is read, which the page does not say.
COUNTED = {"newsletter_pagevisits"}
NOT_MODELS = {"django_migrations", "wagtailsearch_indexentry_fts"}


def test_no_page_reads_a_table_that_is_said_to_be_unseen(reader):
    scene, uncached = make_scene(), Reader(is_cached=False)

    with CaptureQueriesContext(connection) as queries:
        for path in list_paths(scene):
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
