"""The same file twice: the second time changes nothing at all."""

import pytest
from django.db import transaction
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.crm.imports.test_undoing import FEW, MANY, import_file, latest
from tests.crm.imports.worlds import make_world, read_everything, rows, write_file

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def names_a_seat_twice(found):
    """Say whether two people are to hold what may be one seat: they take turns then."""
    seats = [(row[7], row[8]) for row in found if row[7]]
    return len(set(seats)) < len(seats)


@settings(FEW)
@given(st.data())
def test_any_file_imported_again_changes_nothing(data):
    import_twice(data)


@pytest.mark.audit
@settings(MANY)
@given(st.data())
def test_very_many_files_imported_again_change_nothing(data):
    import_twice(data)


def import_twice(data):
    """Import a file into a world, both drawn, and then once more: nothing changes."""
    with transaction.atomic():
        world = make_world(data.draw)
        found = data.draw(rows())
        assume(not names_a_seat_twice(found))
        first = import_file(write_file(found), world)
        assume(not first.has_errors)
        before = read_everything()

        again = import_file(write_file(found), world)

        assert (again.counts["new"], again.counts["changed"]) == (0, 0)
        assert read_everything() == before
        assert not latest().changes.exists()
        transaction.set_rollback(True)
