"""newsletter/delivery/room.py."""

import pytest
from django.db import connection

from newsletter.delivery.room import room_for_everybody

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def read_room():
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size" if is_sqlite else "SHOW work_mem")
        return cursor.fetchone()[0]


def test_room_for_everybody_is_there_for_the_block_or_the_transaction():
    before = read_room()

    with room_for_everybody():
        during = read_room()

    assert during in (-262_144, "256MB")
    # PostgreSQL forgets it when the transaction of this test ends.
    assert read_room() == (before if connection.vendor == "sqlite" else during)
