"""What a row says about a seat: found, free, taken, passed on."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from crm.imports.outcome import Change
from crm.models import Affiliation, Contact, Role, Seat
from crm.seats import fill_seat, succeed_seat
from tests.crm.imports.runs import addresses, errors_of, run, statuses_of
from tests.factories import make_contact, make_organisation, make_seat, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_import_seat_title_too_long_is_an_error(office):
    outcome = run(
        "E-post;Organisation;Roll;Titel\n"
        f"a@b.example;Norrhamns kommun;samordnare;{'x' * 201}\n"
    )

    [(number, label, said)] = errors_of(outcome)
    assert (number, label, "At most 200 characters." in said) == (2, "title", True)


@pytest.mark.parametrize("row", ["Norrhamns kommun;;", ";samordnare;", ";;Chef"])
def test_import_half_a_seat_is_an_error_and_never_dropped(office, row):
    outcome = run(f"E-post;Organisation;Roll;Titel\na@b.example;{row}\n")

    assert {said for _number, _label, said in errors_of(outcome)} == {
        "A seat needs both an organisation and a role."
    }
    assert addresses() == []


def test_import_held_seat_is_an_error_that_offers_succession(office):
    maria = make_contact(given_name="Maria", family_name="Öberg", email="m@b.example")
    make_seat(organisation=office, role=Role.objects.get(), holder=maria)

    outcome = run(
        "E-post;Organisation;Roll\nnew@b.example;Norrhamns kommun;samordnare\n"
    )

    assert errors_of(outcome) == [
        (
            2,
            "organisation",
            "Maria Öberg holds the seat coordinator, Norrhamns kommun. End that "
            "affiliation first, or choose the file again and let new people succeed "
            "those who hold a seat.",
        )
    ]
    assert addresses() == ["m@b.example"]


def test_import_two_rows_for_one_seat_refuses_the_second(office):
    outcome = run(
        "E-post;Förnamn;Organisation;Roll\n"
        "a@b.example;Ada;Norrhamns kommun;samordnare\n"
        "c@b.example;Cia;Norrhamns kommun;samordnare\n"
    )

    assert statuses_of(outcome) == [(2, "new"), (3, "error")]
    assert errors_of(outcome)[0][2].startswith("Ada holds the seat")
    assert Seat.objects.count() == 0


def test_import_successor_before_the_predecessor_began_is_an_error(office):
    make_seat(
        organisation=office,
        role=Role.objects.get(),
        holder=make_contact(given_name="Maria", family_name="Öberg"),
        starts_on=date(2026, 3, 1),
    )

    outcome = run(
        "E-post;Organisation;Roll\nnew@b.example;Norrhamns kommun;samordnare\n",
        succeed_on=date(2026, 3, 1),
    )

    assert errors_of(outcome) == [
        (
            2,
            "from",
            "Maria Öberg took the seat on 2026-03-01; nobody can follow before the day "
            "after.",
        )
    ]


def test_import_seat_whose_holder_leaves_later_asks_for_a_later_day(office):
    leaving = timezone.localdate() + timedelta(days=30)
    seat = make_seat(organisation=office, role=Role.objects.get())
    Affiliation.objects.create(
        seat=seat,
        contact=make_contact(given_name="Maria", family_name="Öberg"),
        ends_on=leaving,
        role=seat.role,
        organisation=office,
        kind=office.kind,
        country="SE",
        region="",
    )
    head = "E-post;Organisation;Roll;Från\nnew@b.example;Norrhamns kommun;samordnare;"

    refused = run(f"{head}\n")
    accepted = run(f"{head}{leaving + timedelta(days=1)}\n")

    assert errors_of(refused)[0][2].startswith(
        f"Maria Öberg holds the seat until {leaving}"
    )
    assert accepted.is_done


def test_import_day_that_does_not_fit_the_holders_last_one_is_an_error(office):
    last_day = timezone.localdate() + timedelta(days=10)
    ada = make_contact(email="a@b.example")
    seat = make_seat(organisation=office, role=Role.objects.get())
    fill_seat(seat, ada, ends_on=last_day)

    outcome = run(
        "E-post;Organisation;Roll;Från\nc@b.example;;;\n"
        f"a@b.example;Norrhamns kommun;samordnare;{last_day + timedelta(days=1)}\n"
    )

    [(number, label, said)] = errors_of(outcome)
    assert (number, label, "it cannot begin after that" in said) == (3, "from", True)
    assert addresses() == ["a@b.example"]


def test_import_similar_seats_ask_which_one(office):
    role = Role.objects.get()
    make_seat(organisation=office, role=role, title="Norr")
    make_seat(organisation=office, role=role, title="Syd")
    head = "E-post;Organisation;Roll;Titel\na@b.example;Norrhamns kommun;samordnare;"

    refused, accepted = run(f"{head}\n"), run(f"{head}syd\n")

    assert errors_of(refused)[0][2].startswith("There are 2 such seats")
    assert accepted.is_done
    assert Affiliation.objects.get().seat.title == "Syd"


def test_import_name_of_two_organisations_is_an_error(office):
    make_organisation(name="Norrhamns kommun", country="FI")

    outcome = run("E-post;Organisation;Roll\na@b.example;Norrhamns kommun;samordnare\n")

    assert errors_of(outcome) == [
        (
            2,
            "organisation",
            "More than one organisation is called “Norrhamns kommun”.",
        )
    ]


def test_import_new_contact_with_seat_writes_both(office):
    topic = make_topic(name_sv="Skola")

    outcome = run(
        "Förnamn;Efternamn;E-post;Språk;Ämnen;Organisation;Roll;Titel;Från\n"
        "Åsa;Öberg;Asa@Norrhamn.example;engelska;skola;norrhamns kommun;Samordnare;"
        "Integrationssamordnare;2024-03-01\n"
    )

    assert (outcome.is_done, statuses_of(outcome)) == (True, [(2, "new")])
    contact = Contact.objects.get()
    assert (contact.full_name, contact.email, contact.language) == (
        "Åsa Öberg",
        "asa@norrhamn.example",
        "en",
    )
    assert list(contact.topics.all()) == [topic]
    held = Affiliation.objects.get()
    assert (held.contact, held.organisation, held.role, held.starts_on) == (
        contact,
        office,
        Role.objects.get(),
        date(2024, 3, 1),
    )
    assert held.seat.title == "Integrationssamordnare"


def test_import_facts_of_a_held_seat_are_changed(office):
    ada = make_contact(email="a@b.example")
    make_seat(organisation=office, role=Role.objects.get(), holder=ada)

    outcome = run(
        "E-post;Organisation;Roll;Titel;Funktionsadress;Från\n"
        "a@b.example;Norrhamns kommun;coordinator;Chef;CHEF@b.example;2024-03-01\n"
    )

    assert outcome.rows[0].changes == (
        Change("seat: title", "", "Chef"),
        Change("seat: the seat's own e-mail", "", "chef@b.example"),
        Change("seat: from", "", "2024-03-01"),
    )
    held = Affiliation.objects.select_related("seat").get()
    assert (held.seat.title, held.seat.email, held.starts_on) == (
        "Chef",
        "chef@b.example",
        date(2024, 3, 1),
    )


def test_import_takes_a_vacant_seat_rather_than_making_another(office):
    seat = make_seat(
        organisation=office, role=Role.objects.get(), holder=make_contact()
    )
    succeed_seat(seat, None, ended_on=date(2025, 1, 1), starts_on=date(2025, 1, 1))

    run("E-post;Organisation;Roll\nnew@b.example;Norrhamns kommun;samordnare\n")

    assert Seat.objects.get() == seat
    assert seat.affiliations.get(ends_on=None).contact.email == "new@b.example"


def test_import_with_succession_ends_the_predecessors_affiliation(office):
    maria = make_contact(given_name="Maria", family_name="Öberg")
    seat = make_seat(
        organisation=office,
        role=Role.objects.get(),
        holder=maria,
        starts_on=date(2020, 1, 1),
    )

    outcome = run(
        "E-post;Organisation;Roll\nnew@b.example;Norrhamns kommun;samordnare\n",
        succeed_on=date(2026, 4, 1),
    )

    assert Change(
        "seat", "Maria Öberg holds it", "Maria Öberg leaves on 2026-03-31"
    ) in (outcome.rows[0].changes)
    held = seat.affiliations.order_by("starts_on")
    assert [(a.contact.email, a.starts_on, a.ends_on) for a in held] == [
        (maria.email, date(2020, 1, 1), date(2026, 3, 31)),
        ("new@b.example", date(2026, 4, 1), None),
    ]
