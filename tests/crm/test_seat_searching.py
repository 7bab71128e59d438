"""Finding seats by parts of what they are known by, whether few or many have them."""

import pytest
from django.db import connection, transaction

from crm import seat_searching
from crm.models import Seat
from crm.seat_searching import SeatSearch
from tests.factories import make_network, make_organisation, make_role, make_seat

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def seats():
    places = {
        name: make_organisation(name=name)
        for name in ("Ås kommun", "Lunds universitet")
    }
    role = make_role(name_sv="samordnare", name_en="coordinator")
    network = make_network(name="Klimatnätet")
    for number, (title, place, email) in enumerate(
        [
            ("Chair", "Ås kommun", "chair@as.example"),
            ("50 % _off", "Ås kommun", ""),
            ("Klimatstrateg", "Lunds universitet", ""),
        ]
    ):
        make_seat(
            title=title,
            email=email,
            organisation=places[place],
            role=role if number == 1 else make_role(),
            network=network if number == 2 else None,
        )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("chair", ["Chair"]),
        ("AS.EXAMPLE", ["Chair"]),
        ("ås", ["Chair", "50 % _off"]),
        ("kommun", ["Chair", "50 % _off"]),
        ("kommun chair", ["Chair"]),
        ("kommun lund", []),
        ("Coordinator", ["50 % _off"]),
        ("samordnare kommun", ["50 % _off"]),
        ("klimatnätet", ["Klimatstrateg"]),
        ("klimat lund", ["Klimatstrateg"]),
        ("% _o", ["50 % _off"]),
        ('"', []),
        ("xyzzy", []),
        ("", ["Chair", "50 % _off", "Klimatstrateg"]),
    ],
)
@pytest.mark.parametrize("many", [0, 1_000], ids=["walked", "listed"])
def test_search_finds_every_word_however_it_is_asked(
    seats, monkeypatch, words, found, many
):
    monkeypatch.setattr(seat_searching, "MANY_PLACES", many)

    rows = SeatSearch(words.split()).find(Seat.objects.order_by("pk"))

    assert [seat.title for seat in rows] == found


def test_title_changed_or_gone_is_no_longer_found(seats):
    Seat.objects.filter(title="Chair").update(title="Secretary")
    Seat.objects.filter(title="Klimatstrateg").delete()

    search = SeatSearch(["chair", "as"])
    titles = SeatSearch(["secretary"]).find(Seat.objects.all())

    assert [seat.email for seat in search.find(Seat.objects.all())] == [
        "chair@as.example"
    ]
    assert titles.count() == 1
    assert not SeatSearch(["strateg"]).find(Seat.objects.all()).exists()


def test_index_stands_in_the_database(seats):
    with transaction.atomic(), connection.cursor() as cursor:
        table = "sqlite_master" if connection.vendor == "sqlite" else "pg_class"
        column = "name" if connection.vendor == "sqlite" else "relname"
        cursor.execute(f"SELECT 1 FROM {table} WHERE {column} = 'crm_seat_parts'")

        assert cursor.fetchone()


@pytest.mark.parametrize("many", [0, 9])
def test_seats_of_a_role_or_network_are_the_same_however_many(monkeypatch, many):
    monkeypatch.setattr(seat_searching, "MANY_SEATS", many)
    role, network = make_role(), make_network()
    ours = [make_seat(role=role), make_seat(role=role, network=network)]
    make_seat(network=make_network())

    assert list(seat_searching.seats_of(Seat.objects.order_by("pk"), role)) == ours
    assert list(seat_searching.seats_of(Seat.objects.all(), network)) == ours[1:]
