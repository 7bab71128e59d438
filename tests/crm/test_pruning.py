"""What the register forgets by itself, and what it keeps."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from crm.choices import ImportState, JobState
from crm.imports.parking import park_file
from crm.models import Contact, ImportBatch, ImportChange, Job, Merge
from tests.crm.imports.runs import run
from tests.factories import make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def prune(**options):
    out = StringIO()
    call_command("prune_register", stdout=out, **options)
    return out.getvalue().splitlines()


def make_old_and_new(tmp_path):
    """Make of everything one that has had its time and one that has not."""
    now = timezone.now()
    run("E-post\na@b.example\n")
    ImportBatch.objects.update(applied_at=now - timedelta(days=91))
    run("E-post\nc@b.example\n")
    for days in (2, 0):
        waiting = ImportBatch.objects.create(file_name="w", parked=park_file(b"x"))
        ImportBatch.objects.filter(pk=waiting.pk).update(
            created_at=now - timedelta(days=days)
        )
    for days in (91, 1):
        ended = now - timedelta(days=days)
        Job.objects.create(kind="test", state=JobState.DONE, finished_at=ended)
        merge = Merge.objects.create(kept=make_contact())
        Merge.objects.filter(pk=merge.pk).update(created_at=ended)


def test_prune_removes_what_has_had_its_time_and_keeps_the_rest(tmp_path):
    make_old_and_new(tmp_path)

    assert prune() == [
        "1 import records",
        "0 import records of people who are gone",
        "1 merge records",
        "1 files never imported",
        "0 leads dealt with, from people who are in no register",
        "1 finished jobs",
        "0 sign-ups never confirmed",
    ]
    assert (ImportChange.objects.count(), Merge.objects.count()) == (1, 1)
    assert Job.objects.count() == 1
    assert ImportBatch.objects.filter(state=ImportState.APPLIED).count() == 2
    assert len(list((tmp_path / "imports").iterdir())) == 1


def test_prune_tried_only_counts(tmp_path):
    make_old_and_new(tmp_path)

    assert prune(dry_run=True)[0] == "1 import records"
    assert ImportChange.objects.count() == 2


def test_prune_forgets_what_imports_wrote_about_people_who_are_gone():
    run("E-post\na@b.example\nc@b.example\n")
    Contact.objects.filter(email="a@b.example").delete()

    assert "1 import records of people who are gone" in prune()
    assert "a@b.example" not in str(ImportChange.objects.values_list("after"))
