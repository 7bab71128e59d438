"""crm/jobs.py: long work, by its kind."""

import pytest

from crm.apps import JOBS
from crm.bulk.running import BULK_JOB, run_bulk
from crm.custom_updates import DROP_JOB, run_drop
from crm.duplicates import DUPLICATES_JOB, run_search
from crm.imports.jobs import (
    IMPORT_JOB,
    LOOK_JOB,
    PREVIEW_JOB,
    UNDO_JOB,
    run_import,
    run_look,
    run_preview,
    run_undo,
)
from crm.jobs import find_work, register_job
from crm.segments.recounting import COUNT_JOB, count_segments

WORK = {
    BULK_JOB: run_bulk,
    COUNT_JOB: count_segments,
    DROP_JOB: run_drop,
    DUPLICATES_JOB: run_search,
    IMPORT_JOB: run_import,
    LOOK_JOB: run_look,
    PREVIEW_JOB: run_preview,
    UNDO_JOB: run_undo,
}


def test_find_work_of_every_registered_kind_is_the_function_meant():
    assert {kind: find_work(kind) for kind in JOBS} == WORK


def test_find_work_of_a_kind_that_nobody_does_raises_key_error():
    with pytest.raises(KeyError):
        find_work("nothing")


def test_register_job_twice_raises_value_error():
    with pytest.raises(ValueError, match="already work"):
        register_job(IMPORT_JOB, run_import)
