"""What importing a sheet does to the register, and what it never does."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from crm.choices import ConsentAction, SuppressionReason
from crm.consent import hash_of, record_consent, suppress
from crm.imports.outcome import Change, ImportOptions
from crm.imports.reading import read_sheet
from crm.models import (
    Affiliation,
    ConsentEntry,
    ConsentState,
    Contact,
    Organisation,
    Role,
    Seat,
    Suppression,
    Topic,
)
from crm.resources import import_contacts
from crm.seats import fill_seat, succeed_seat
from tests.factories import (
    make_contact,
    make_network,
    make_organisation,
    make_purpose,
    make_role,
    make_seat,
    make_topic,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def office():
    """A municipality and a role, as most rows name them."""
    make_role(slug="coordinator", name_sv="samordnare", name_en="coordinator")
    return make_organisation(name="Norrhamns kommun")


def run(text, *, dry_run=False, expected="", user=None, **options):
    return import_contacts(
        read_sheet(text.encode()),
        ImportOptions(**options),
        file_name="people.csv",
        user=user,
        dry_run=dry_run,
        expected=expected,
    )


def errors_of(outcome):
    return [
        (row.number, error.label, error.message)
        for row in outcome.rows
        for error in row.errors
    ]


def statuses_of(outcome):
    return [(row.number, row.status.value) for row in outcome.rows]


def addresses():
    return sorted(Contact.objects.values_list("email", flat=True))


# --- What is refused


@pytest.mark.parametrize(
    ("row", "label", "message"),
    [
        (";Eva;;", "e-mail", "The e-mail address is missing."),
        ("@eva;Eva;;", "e-mail", "begins with “@”: that is a formula"),
        ("eva;Eva;;", "e-mail", "“eva” is no e-mail address"),
        ("a@b.example;=1+1;;", "given name", "begins with “=”: that is a formula"),
        ("a@b.example;-Eva;;", "given name", "begins with “-”: that is a formula"),
        (
            'a@b.example;"Åsa\r\nBcc: x";;',
            "given name",
            "has a line break or a control character",
        ),
        ("a@b.example;Åsa\u2028Bcc: x;;", "given name", "has a line break"),
        ("a@b.example;" + "x" * 121 + ";;", "given name", "at most 120 characters"),
        ("a@b.example;Eva;norska;", "language", "“norska” is no language we write in"),
        ("a@b.example;Eva;;fiske", "topics", "There is no topic “fiske”."),
    ],
)
def test_import_faulty_cell_names_row_and_column_and_writes_nothing(
    row, label, message
):
    outcome = run(f"E-post;Förnamn;Språk;Ämnen\nfine@b.example;Bo;;\n{row}\n")

    [(number, named, said)] = errors_of(outcome)
    assert (number, named, message in said) == (3, label, True)
    assert (outcome.is_done, addresses()) == (False, [])


def test_import_row_with_several_faults_says_all_of_them(office):
    outcome = run(
        "E-post;Ämnen;Organisation;Roll;Nätverk;Från\n"
        "a@b.example;fiske;Nirgends;trollkarl;Inget;i våras\n"
    )

    assert errors_of(outcome) == [
        (2, "topics", "There is no topic “fiske”."),
        (2, "organisation", "There is no organisation “Nirgends”."),
        (2, "role", "There is no role “trollkarl”."),
        (2, "network or project", "There is no network or project “Inget”."),
        (2, "from", "“i våras” is no date. Write it like 2026-03-01."),
    ]


def test_import_seat_title_too_long_is_an_error(office):
    outcome = run(
        "E-post;Organisation;Roll;Titel\n"
        f"a@b.example;Norrhamns kommun;samordnare;{'x' * 201}\n"
    )

    [(number, label, said)] = errors_of(outcome)
    assert (number, label, "at most 200 characters" in said) == (2, "title", True)


def test_import_creating_a_name_the_register_takes_for_another_is_an_error(office):
    make_organisation(name="Elan")

    outcome = run(
        "E-post;Organisation;Roll\na@b.example;Élan;samordnare\n", creates_unknown=True
    )

    assert errors_of(outcome) == [
        (
            2,
            "organisation",
            "There is already an organisation of that name in that country.",
        )
    ]


def test_import_same_address_in_two_rows_names_both_on_both():
    outcome = run(
        "E-post;Förnamn\nAsa@B.example;Åsa\nx@b.example;X\nasa@b.EXAMPLE;Åsa\n"
    )

    said = (
        "The same address stands in rows 2 and 4, whatever the case of its letters. "
        "Keep one of them."
    )
    assert errors_of(outcome) == [(2, "e-mail", said), (4, "e-mail", said)]
    assert addresses() == []


def test_import_row_with_wrong_number_of_cells_is_an_error():
    outcome = run("E-post;Förnamn\na@b.example\n")

    [(number, label, said)] = errors_of(outcome)
    assert (number, label, "1 cells where there are 2" in said) == (2, "", True)


@pytest.mark.parametrize("row", ["Norrhamns kommun;;", ";samordnare;", ";;Chef"])
def test_import_half_a_seat_is_an_error_and_never_dropped(office, row):
    outcome = run(f"E-post;Organisation;Roll;Titel\na@b.example;{row}\n")

    assert {said for _number, _label, said in errors_of(outcome)} == {
        "A seat needs both an organisation and a role."
    }
    assert addresses() == []


def test_import_failing_row_leaves_nothing_for_the_next_one_to_see(office):
    """The unknown organisation is made by row 2, which fails; row 3 makes it anew."""
    outcome = run(
        "E-post;Språk;Organisation;Roll\n"
        "a@b.example;norska;Ny kommun;samordnare\n"
        "c@b.example;sv;Ny kommun;samordnare\n",
        creates_unknown=True,
    )

    assert statuses_of(outcome) == [(2, "error"), (3, "new")]
    assert len(outcome.created) == 1
    assert Organisation.objects.filter(name="Ny kommun").count() == 0


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
    assert (number, label, "the days do not fit" in said) == (3, "", True)
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


# --- What is done


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


def test_import_dry_run_says_the_same_and_writes_nothing(office):
    text = (
        "E-post;Förnamn;Ämnen;Organisation;Roll\n"
        "a@b.example;Ada;Skola;Ny kommun;trollkarl\n"
    )

    tried = run(text, dry_run=True, creates_unknown=True)
    before = (addresses(), Topic.objects.count(), ModelLogEntry.objects.count())
    done = run(text, creates_unknown=True)

    assert before == ([], 0, 0)
    assert (tried.is_done, done.is_done) == (False, True)
    assert (tried.rows, tried.created) == (done.rows, done.created)
    assert tried.digest == done.digest


def test_import_other_outcome_than_agreed_is_rolled_back():
    tried = run("E-post;Förnamn\na@b.example;Ada\n", dry_run=True)
    make_contact(email="a@b.example", given_name="Anna", family_name="")

    refused = run("E-post;Förnamn\na@b.example;Ada\n", expected=tried.digest)

    assert (refused.is_done, statuses_of(refused)) == (False, [(2, "changed")])
    assert Contact.objects.get().given_name == "Anna"


def test_import_same_file_twice_changes_nothing_the_second_time(office):
    make_network(slug="net", name="Nätet")
    make_topic(name_sv="Skola")
    text = (
        "E-post;Förnamn;Telefon;Ämnen;Organisation;Roll;Nätverk;Titel;Funktionsadress;Från\n"
        "a@b.example;Ada;+46 8 1;Skola;Norrhamns kommun;samordnare;nätet;Chef;"
        "chef@b.example;2024-03-01\n"
    )
    run(text)
    logged = ModelLogEntry.objects.count()
    changed_at = Contact.objects.get().updated_at

    outcome = run(text)

    assert statuses_of(outcome) == [(2, "unchanged")]
    assert ModelLogEntry.objects.count() == logged
    assert Contact.objects.get().updated_at == changed_at


def test_import_known_address_in_other_case_changes_that_contact():
    make_contact(email="asa@b.example", given_name="Asa", family_name="Berg", phone="1")

    outcome = run("E-post;Förnamn;Telefon\nASA@B.EXAMPLE;Åsa;2\n")

    assert [row.changes for row in outcome.rows] == [
        (Change("given name", "Asa", "Åsa"), Change("telephone", "1", "2"))
    ]
    contact = Contact.objects.get()
    assert (contact.full_name, contact.phone) == ("Åsa Berg", "2")


def test_import_blank_cells_leave_what_is_there(office):
    topic = make_topic()
    ada = make_contact(
        email="a@b.example",
        given_name="Ada",
        family_name="Ek",
        phone="1",
        language="en",
        topics=[topic],
    )
    seat = make_seat(
        organisation=office,
        role=Role.objects.get(),
        title="Chef",
        email="chef@b.example",
        holder=ada,
        starts_on=date(2024, 3, 1),
    )

    outcome = run(
        "E-post;Förnamn;Efternamn;Språk;Telefon;Ämnen;Organisation;Roll;Nätverk;Titel;"
        "Funktionsadress;Från\n"
        "a@b.example;;;;;;Norrhamns kommun;samordnare;;;;\n"
    )

    assert statuses_of(outcome) == [(2, "unchanged")]
    ada.refresh_from_db()
    seat.refresh_from_db()
    assert (ada.full_name, ada.phone, ada.language) == ("Ada Ek", "1", "en")
    assert list(ada.topics.all()) == [topic]
    assert (seat.title, seat.email) == ("Chef", "chef@b.example")
    assert seat.affiliations.get().starts_on == date(2024, 3, 1)


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


def test_import_creates_unknown_names_only_when_asked(office):
    text = (
        "E-post;Ämnen;Organisation;Roll\n"
        "a@b.example;Fiske | Jakt;Ny kommun;Trollkarl\n"
        "c@b.example;fiske;ny KOMMUN;samordnare\n"
    )

    refused, done = run(text), run(text, creates_unknown=True)

    assert (refused.is_done, done.is_done) == (False, True)
    assert sorted(done.created) == [
        "Organisation: Ny kommun (kind “Other”, Sweden – put that right in the "
        "register afterwards)",
        "Role: Trollkarl",
        "Topic: Fiske",
        "Topic: Jakt",
    ]
    assert sorted(Topic.objects.values_list("slug", flat=True)) == ["fiske", "jakt"]
    assert Seat.objects.filter(organisation__name="Ny kommun").count() == 2


def test_import_names_the_file_in_each_changed_contacts_history(office):
    user = make_user()

    run("E-post;Förnamn\na@b.example;Ada\n", user=user)

    entry = ModelLogEntry.objects.get()
    assert (entry.object_id, entry.user, entry.message) == (
        str(Contact.objects.get().pk),
        user,
        "Imported from people.csv",
    )


# --- What an import never does


def test_import_never_changes_consent_or_suppression():
    purpose = make_purpose(name_en="Newsletter")
    left = make_contact(email="left@b.example", given_name="L", family_name="")
    record_consent(left, purpose, ConsentAction.WITHDRAWN, source="test")
    objected = make_contact(email="no@b.example", given_name="N", family_name="")
    record_consent(objected, purpose, ConsentAction.OBJECTED, source="test")
    make_contact(email="bounces@b.example", given_name="B", family_name="")
    suppress("bounces@b.example", SuppressionReason.BOUNCE)
    suppress("new@b.example", SuppressionReason.MANUAL)

    outcome = run(
        "E-post;Förnamn;Samtycke\nLeft@b.example;Lea;ja\nno@b.example;Nils;ja\n"
        "bounces@b.example;Bo;ja\nnew@b.example;Ny;ja\n"
    )

    assert [(row.status.value, row.notes) for row in outcome.rows] == [
        ("changed", ("Has left “Newsletter”. The import does not change that.",)),
        ("changed", ("Has objected to all mail. The import does not change that.",)),
        (
            "changed",
            (
                "The address is stopped (The address bounces) and stays so: it gets "
                "no mail.",
            ),
        ),
        (
            "new",
            (
                "The address is stopped (Stopped by hand) and stays so: it gets no "
                "mail.",
            ),
        ),
    ]
    assert ConsentEntry.objects.count() == 2
    assert sorted(ConsentState.objects.values_list("contact__email", "status")) == [
        ("left@b.example", "withdrawn"),
        ("no@b.example", "objected"),
    ]
    assert set(Suppression.objects.values_list("address_hash", flat=True)) == {
        hash_of("bounces@b.example"),
        hash_of("new@b.example"),
    }
    on = timezone.localdate()
    assert list(Contact.objects.mailable(purpose, on)) == []


def test_import_does_not_bring_back_somebody_who_was_erased():
    suppress("gone@b.example", SuppressionReason.ERASURE)

    outcome = run("E-post;Förnamn\nGone@B.example;Gun\na@b.example;Ada\n")

    assert [(row.status.value, row.notes) for row in outcome.rows] == [
        ("left_out", ("The person was erased and is not brought back.",)),
        ("new", ()),
    ]
    assert (outcome.is_done, addresses()) == (True, ["a@b.example"])


def test_import_says_when_the_seats_own_address_is_stopped(office):
    suppress("chef@b.example", SuppressionReason.BOUNCE)

    outcome = run(
        "E-post;Organisation;Roll;Funktionsadress\n"
        "a@b.example;Norrhamns kommun;samordnare;chef@b.example\n"
    )

    assert outcome.rows[0].notes == (
        "The seat's own address is stopped (The address bounces) and stays so.",
    )


def test_import_unchanged_rows_cost_no_queries_of_their_own(
    office, django_assert_max_num_queries
):
    """Thirty rows more cost the four savepoint statements each, and nothing else."""
    head = "E-post;Förnamn;Organisation;Roll;Titel\n"
    rows = [
        f"p{n}@b.example;P{n};Norrhamns kommun;samordnare;T{n}\n" for n in range(31)
    ]
    run(head + "".join(rows))

    with django_assert_max_num_queries(25) as few:
        run(head + rows[0])
    with django_assert_max_num_queries(25 + 30 * 4) as many:
        run(head + "".join(rows))

    assert len(many) - len(few) == 30 * 4
