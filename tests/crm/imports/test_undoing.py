"""Taking an import back: everything as before, and nobody's later work lost."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from crm.choices import ImportState, InteractionKind, LawfulBasis
from crm.consent import withdraw_consent
from crm.imports.files import read_sheet
from crm.imports.importing import (
    RegisterChangedError,
    apply_sheet,
    import_contacts,
    try_sheet,
)
from crm.imports.outcome import ImportOptions
from crm.imports.undoing import (
    MODELS,
    can_undo,
    forget_contacts,
    preview_undo,
    undo_import,
)
from crm.models import (
    Affiliation,
    ConsentEntry,
    ConsentState,
    Contact,
    ImportBatch,
    ImportChange,
    Interaction,
    Organisation,
    Role,
    Seat,
    Topic,
)
from crm.seats import fill_seat
from tests.crm.imports.runs import run
from tests.crm.imports.worlds import (
    edits,
    make_world,
    read_everything,
    rows,
    write_file,
)
from tests.factories import (
    make_contact,
    make_delivery,
    make_purpose,
    make_seat,
    make_segment,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FEW = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
MANY = settings(FEW, max_examples=400, derandomize=False)
TABLES = {model._meta.db_table: name for name, model in MODELS.items()}


def kept_of(undo):
    return [(kept.model, kept.why, kept.columns) for kept in undo.kept]


def latest():
    return ImportBatch.objects.latest("pk")


def import_file(text, world=None):
    return import_contacts(
        read_sheet(text.encode()),
        ImportOptions(
            creates_unknown=True, succeed_on=date(2026, 4, 1), skips_errors=True
        ),
        file_name="a.csv",
        purpose=world.purpose if world else None,
        dry_run=False,
    )


# --- What must hold of any register and any file


def check_undo_without_edits(data):
    with transaction.atomic():
        world = make_world(data.draw)
        before = read_everything()
        import_file(write_file(data.draw(rows())), world)

        undo = undo_import(latest())

        assert kept_of(undo) == []
        assert read_everything() == before
        transaction.set_rollback(True)


def check_undo_with_edits(data):
    with transaction.atomic():
        world = make_world(data.draw)
        before = read_everything()
        import_file(write_file(data.draw(rows())), world)
        for edit, address in data.draw(edits()):
            for contact in Contact.objects.filter(email=address):
                edit(contact)
        edited = read_everything()
        shown = preview_undo(latest())

        undo = undo_import(latest())

        expected = expect(before, edited, undo)
        assert read_everything() == expected
        assert (shown.restored + shown.removed) >= (undo.restored + undo.removed)
        transaction.set_rollback(True)


def expect(before, edited, undo):
    """Return what undo must leave: what was left alone as it is, the rest as it was."""
    touched = {
        (MODELS[name]._meta.db_table, pk)
        for name, pk in ImportChange.objects.values_list("model", "object_id")
    }
    kept = {(MODELS[row.model]._meta.db_table, row.object_id) for row in undo.kept}
    put_back = touched - kept
    contacts = {pk for table, pk in put_back if table == "crm_contact"}

    def is_put_back(table, key):
        if table == "crm_contact_topics":
            return key[0] in contacts
        return (table, key) in put_back

    stayed = {k: row for k, row in edited.items() if not is_put_back(*k)}
    restored = {k: row for k, row in before.items() if is_put_back(*k)}
    return {**stayed, **restored}


@FEW
@given(st.data())
def test_undo_of_any_import_leaves_every_table_as_before(data):
    check_undo_without_edits(data)


@FEW
@given(st.data())
def test_undo_after_any_edits_leaves_the_edited_rows_alone(data):
    check_undo_with_edits(data)


@pytest.mark.audit
@MANY
@given(st.data())
def test_undo_of_very_many_imports_leaves_every_table_as_before(data):
    check_undo_without_edits(data)
    check_undo_with_edits(data)


# --- What is left alone, and said


@pytest.fixture
def ada():
    return make_contact(email="a@b.example", given_name="Ada", family_name="Ek")


def test_undo_puts_a_changed_contact_back_and_says_so_in_its_history(ada):
    run("E-post;Förnamn\na@b.example;Anna\n")

    undo = undo_import(latest())

    ada.refresh_from_db()
    assert (undo.restored, undo.removed, ada.given_name) == (1, 0, "Ada")
    assert ada.sort_key == "ek ada"
    assert ModelLogEntry.objects.for_instance(ada)[0].action == "crm.import_undone"


def test_undo_leaves_a_contact_alone_that_was_edited_since(ada):
    run("E-post;Förnamn\na@b.example;Anna\n")
    Contact.objects.filter(pk=ada.pk).update(phone="2")

    undo = undo_import(latest())

    assert kept_of(undo) == [("contact", "edited", ("phone",))]
    assert Contact.objects.get().given_name == "Anna"


@pytest.mark.parametrize("refer", ["note", "segment", "seat", "letter"])
def test_undo_leaves_a_new_contact_alone_that_something_refers_to(refer):
    run("E-post;Förnamn\na@b.example;Anna\n")
    anna = Contact.objects.get()
    if refer == "note":
        Interaction.objects.create(
            kind=InteractionKind.NOTE, contact=anna, text="Called."
        )
    elif refer == "segment":
        make_segment(added=[anna])
    elif refer == "seat":
        make_seat(holder=anna)
    else:
        make_delivery(contact=anna)

    undo = undo_import(latest())

    assert kept_of(undo) == [("contact", "referred", ())]
    assert kept_of(preview_undo(latest())) == kept_of(undo)


def test_undo_leaves_a_new_topic_alone_that_a_rule_asks_about():
    run("E-post;Ämnen\na@b.example;fiske\n", creates_unknown=True)
    topic = Topic.objects.get()
    make_segment(rules=[{"kind": "topic", "topics": [topic.pk]}])

    undo = undo_import(latest())

    assert kept_of(undo) == [("topic", "referred", ())]


def test_undo_removes_a_new_contact_with_the_yes_it_brought_but_not_one_who_spoke():
    purpose = make_purpose(lawful_basis=LawfulBasis.CONSENT)
    head = "Email Address,MEMBER_RATING,CONFIRM_TIME\n"
    run(f"{head}a@b.example,1,2020-01-01\nc@b.example,1,2020-01-01\n", purpose=purpose)
    withdraw_consent(Contact.objects.get(email="c@b.example"), purpose, source="link")

    undo = undo_import(latest())

    assert kept_of(undo) == [("contact", "referred", ())]
    assert list(ConsentState.objects.values_list("contact__email", "status")) == [
        ("c@b.example", "withdrawn")
    ]


def test_undo_leaves_what_the_import_wrote_about_somebody_who_was_there(ada):
    purpose = make_purpose(lawful_basis=LawfulBasis.CONSENT)
    run(
        "Email Address,MEMBER_RATING,CONFIRM_TIME\na@b.example,1,2020-01-01\n",
        purpose=purpose,
    )

    undo_import(latest())

    assert ConsentEntry.objects.get().contact == ada


def test_undo_of_a_succession_gives_the_seat_back(office):
    maria = make_contact()
    seat = make_seat(
        organisation=office,
        role=Role.objects.get(),
        holder=maria,
        starts_on=date(2020, 1, 1),
    )
    run(
        "E-post;Organisation;Roll\nnew@b.example;Norrhamns kommun;samordnare\n",
        succeed_on=date(2026, 4, 1),
    )

    undo_import(latest())

    assert [(a.contact, a.ends_on) for a in seat.affiliations.all()] == [(maria, None)]


def test_undo_leaves_a_seat_to_whoever_took_it_meanwhile(office):
    maria, third = make_contact(), make_contact(email="third@b.example")
    seat = make_seat(
        organisation=office,
        role=Role.objects.get(),
        holder=maria,
        starts_on=date(2020, 1, 1),
    )
    run(
        "E-post;Organisation;Roll\nnew@b.example;Norrhamns kommun;samordnare\n",
        succeed_on=date(2026, 4, 1),
    )
    Affiliation.objects.filter(ends_on=None).delete()
    fill_seat(seat, third, starts_on=date(2026, 4, 1))

    undo = undo_import(latest())

    assert kept_of(undo) == [("affiliation", "clash", ())]
    assert seat.affiliations.get(ends_on=None).contact == third


def test_undo_that_died_goes_on_where_it_was(ada):
    run("E-post;Förnamn\na@b.example;Anna\nc@b.example;Cia\n")
    undo_import(latest())

    again = undo_import(latest())

    assert (again.restored, again.removed, kept_of(again)) == (0, 0, [])


def test_undo_ends_after_ninety_days(ada):
    run("E-post;Förnamn\na@b.example;Anna\n")
    batch = latest()
    assert can_undo(batch)

    batch.applied_at = timezone.now() - timedelta(days=91)

    assert not can_undo(batch)


def test_forgotten_contact_is_in_no_record_of_an_import(ada):
    run("E-post;Förnamn\na@b.example;Anna\n")

    assert forget_contacts([ada.pk]) == 1
    assert not ImportChange.objects.filter(model="contact").exists()


def test_failed_import_takes_its_first_rows_back(monkeypatch):
    """The second chunk comes to something else than its preview."""
    monkeypatch.setattr("crm.imports.planning.CHUNK", 1)
    sheet = read_sheet(b"E-post\na@b.example\nc@b.example\n")
    batch = ImportBatch.objects.create(file_name="a.csv", state=ImportState.APPLYING)
    digests = try_sheet(sheet, ImportOptions()).digests

    with pytest.raises(RegisterChangedError):
        apply_sheet(batch, sheet, ImportOptions(), expected=[digests[0], "other"])

    assert (Contact.objects.count(), ImportChange.objects.count()) == (0, 0)


def test_import_in_chunks_comes_to_the_same_as_its_preview(office, monkeypatch):
    """Later rows see what earlier ones made: names, seats and who sits there."""
    monkeypatch.setattr("crm.imports.planning.CHUNK", 1)
    text = (
        "E-post;Förnamn;Ämnen;Organisation;Roll;Titel;Från\n"
        "a@b.example;Ada;fiske;Ny kommun;trollkarl;;2024-01-01\n"
        "a@b.example;Ada;fiske;Norrhamns kommun;samordnare;;\n"
        "c@b.example;Cia;fiske;ny kommun;Trollkarl;;2026-01-01\n"
        "d@b.example;Dan;;Ny kommun;samordnare;Chef;\n"
    )

    outcome = run(text, creates_unknown=True, succeed_on=date(2026, 4, 1))

    assert [row.status for row in outcome.rows] == ["new", "changed", "new", "new"]
    assert (Contact.objects.count(), Seat.objects.count()) == (3, 3)
    undo_import(latest())
    assert (Contact.objects.count(), Seat.objects.count()) == (0, 0)
    assert Organisation.objects.count() == 1
