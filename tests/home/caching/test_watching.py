"""One new number for each transaction that pages may show, after its commit."""

import threading

import pytest
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import DatabaseError, connection, transaction

from crm.models import Suppression, Topic
from crm.population.rows import RowWriter
from home.caching import generation
from home.caching.generation import begin_generation, read_generation
from home.caching.watching import Watcher, watch
from home.models import PageGeneration
from tests.factories import make_topic

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def numbers(monkeypatch) -> list[int]:
    """Return the numbers that were drawn, as they are drawn."""
    drawn = []

    def count(bits):
        drawn.append(len(drawn) + 1)
        return drawn[-1]

    connection.ensure_connection()
    monkeypatch.setattr(generation.secrets, "randbits", count)
    return drawn


class Halt(Exception):
    """Something goes wrong after a write."""


def write_and_halt():
    with transaction.atomic():
        make_topic()
        raise Halt


def test_no_row_yet_is_number_nought():
    PageGeneration.objects.all().delete()

    assert read_generation() == 0


def test_write_outside_a_transaction_draws_at_once(numbers):
    Topic.objects.create(slug="a", name_sv="A")

    assert (numbers, read_generation()) == ([1], 1)


def test_transaction_draws_once_and_after_its_commit(numbers):
    with transaction.atomic():
        for number in range(5):
            Topic.objects.create(slug=f"a-{number}", name_sv="A")
        with transaction.atomic():
            Topic.objects.update(name_sv="B")
        assert numbers == []

    assert numbers == [1]


def test_transaction_taken_back_draws_nothing(numbers):
    with pytest.raises(Halt):
        write_and_halt()

    assert numbers == []


def test_transaction_after_one_taken_back_draws(numbers):
    test_transaction_taken_back_draws_nothing(numbers)

    with transaction.atomic():
        make_topic()

    assert numbers == [1]


def test_savepoint_taken_back_before_another_write_still_draws(numbers):
    with transaction.atomic():
        with pytest.raises(Halt):
            write_and_halt()
        make_topic()

    assert numbers == [1]


def test_savepoint_taken_back_draws_nothing(numbers):
    with transaction.atomic():
        Suppression.objects.count()
        with pytest.raises(Halt):
            write_and_halt()

    assert numbers == []


def test_savepoint_taken_back_after_a_write_draws(numbers):
    with transaction.atomic():
        make_topic()
        with pytest.raises(Halt):
            write_and_halt()

    assert numbers == [1]


def test_unseen_tables_and_reading_draw_nothing(numbers):
    with transaction.atomic():
        Suppression.objects.create(address_hash="x" * 32, reason="manual")
        list(Topic.objects.all())
    Suppression.objects.all().delete()

    assert numbers == []


def test_failed_statement_draws_nothing(numbers):
    make_topic(slug="same")
    with pytest.raises(DatabaseError):
        make_topic(slug="same")

    assert numbers == [1]


def test_rows_copied_past_the_orm_draw(numbers):
    with transaction.atomic():
        RowWriter(Topic, "id", "slug", "name_sv").write([(1, "a", "A"), (2, "b", "B")])

    assert (Topic.objects.filter(slug__in="ab").count(), numbers) == (2, [1])


def test_reader_in_another_thread_sees_the_number():
    before = read_generation()
    make_topic()
    seen = []

    def look():
        seen.append(read_generation())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [read_generation()]
    assert seen != [before]


def test_write_of_another_thread_draws():
    before = read_generation()

    def write():
        make_topic()
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()

    assert read_generation() != before


def test_connection_opened_again_is_watched_once():
    connection.close()
    connection.ensure_connection()
    watch(connection)

    wrappers = [w for w in connection.execute_wrappers if isinstance(w, Watcher)]
    assert len(wrappers) == 1


def test_block_that_opens_the_connection_takes_its_own_wrapper_away(numbers):
    connection.close()
    connection.execute_wrappers.clear()
    with connection.execute_wrapper(lambda ex, *a: ex(*a)):
        connection.ensure_connection()

    make_topic()

    assert numbers == [1]


def test_number_that_cannot_be_drawn_keeps_this_process_from_kept_pages(monkeypatch):
    monkeypatch.setattr(generation, "WRITE", "INSERT INTO nothing VALUES (%s)")
    make_topic()
    assert read_generation() is None

    monkeypatch.undo()
    begin_generation()

    assert read_generation() is not None


def test_no_number_where_the_database_does_not_answer(monkeypatch):
    monkeypatch.setattr(generation, "READ", "SELECT number FROM nothing")

    assert read_generation() is None


def test_pages_can_be_forgotten_by_hand(numbers, capsys):
    call_command("forget_pages")

    assert (numbers, capsys.readouterr().out) == (
        [1],
        "All public pages will be made anew.\n",
    )


def test_migrating_begins_anew(numbers):
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")

    assert numbers[-1] == read_generation()
