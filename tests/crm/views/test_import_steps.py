"""The steps of an import: who may, what each shows, and that nothing is half-done."""

import os
import time

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import translation
from wagtail.models import ModelLogEntry

from crm.choices import FieldType, ImportState, LawfulBasis, SuppressionReason
from crm.consent import suppress
from crm.imports import batches, parking
from crm.models import (
    Contact,
    CustomField,
    ImportBatch,
    ImportSource,
    Organisation,
    Suppression,
)
from tests.crm.views.importing import (
    choose,
    confirm,
    latest,
    look_at,
    say_ground,
    url,
)
from tests.crm.viewsets.browser import log_in, texts_in
from tests.factories import (
    make_contact,
    make_organisation,
    make_purpose,
    make_role,
    make_seat,
    make_user,
)

pytestmark = pytest.mark.django_db
KEEPER = ("wagtailadmin.access_admin", "crm.add_contact", "crm.change_contact")
PAGES = ("batch", "columns", "ground", "preview", "confirm", "undo")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with translation.override("en"):
        yield


@pytest.fixture
def keeper():
    return log_in(*KEEPER)


@pytest.fixture
def purpose():
    return make_purpose(name_en="The newsletter")


def parked(tmp_path):
    folder = tmp_path / "imports"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# --- Who may


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("granted", ["crm.add_contact", "crm.change_contact"])
def test_import_without_both_permissions_is_refused(method, granted):
    browser = log_in("wagtailadmin.access_admin", granted)
    batch = ImportBatch.objects.create(file_name="a.csv")
    addresses = [reverse("crm_import"), reverse("crm_imports")]
    addresses += [url(page, batch) for page in PAGES]

    answers = [getattr(browser, method)(address) for address in addresses]

    assert {answer.headers.get("Location") for answer in answers} == {"/admin/"}


def test_import_of_somebody_elses_file_is_refused_and_keeps_it(
    keeper, purpose, tmp_path
):
    look_at(keeper, purpose)
    batch, other = latest(), log_in(*KEEPER)

    answers = [
        other.get(url("columns", batch)),
        other.get(url("preview", batch)),
        confirm(other, batch),
    ]

    assert {answer.headers["Location"] for answer in answers} == {
        reverse("crm_imports")
    }
    assert (len(parked(tmp_path)), Contact.objects.count()) == (2, 0)


def test_import_creating_unknown_needs_its_own_permissions(keeper, purpose):
    make_role(name_sv="samordnare")
    row = "E-post;Organisation;Roll\na@b.example;Ny kommun;samordnare\n"

    answer = look_at(keeper, purpose, row, creates_unknown="on")

    fields = keeper.get(url("ground", latest())).context["form"].fields
    assert "creates_unknown" not in fields
    assert answer.context["outcome"].counts["error"] == 1


def test_import_creating_unknown_with_the_permissions_works(
    purpose, django_capture_on_commit_callbacks
):
    browser = log_in(*KEEPER, "crm.add_organisation", "crm.add_role", "crm.add_topic")
    row = "E-post;Organisation;Roll\na@b.example;Ny kommun;samordnare\n"
    look_at(browser, purpose, row, creates_unknown="on")

    with django_capture_on_commit_callbacks(execute=True):
        confirm(browser, latest())

    assert Organisation.objects.get().name == "Ny kommun"
    assert [name.partition(" (")[0] for name in latest().options["created"]] == [
        "Organisation: Ny kommun",
        "Role: samordnare",
    ]


# --- The file


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04", "The workbook is damaged."),
        (b"\xd0\xcf\x11\xe0", "This is an old Excel workbook"),
        (b"E-post\n", "The file has column names, but no row below them."),
    ],
)
def test_file_that_is_none_is_answered_beside_the_field(
    keeper, tmp_path, content, message
):
    answer = choose(keeper, content)

    with translation.override("en"):
        [error] = answer.context["form"].errors["file"]
    assert error.startswith(message)
    assert (parked(tmp_path), ImportBatch.objects.count()) == ([], 0)


def test_file_is_parked_privately_and_leads_to_its_columns(keeper, tmp_path):
    answer = choose(keeper, name="våra\r\nnya.csv")

    batch = latest()
    [name] = parked(tmp_path)
    mode = (tmp_path / "imports" / name).stat().st_mode & 0o777
    assert answer.headers["Location"] == url("columns", batch)
    assert (batch.state, batch.parked, mode) == ("previewed", name, 0o600)
    assert Contact.objects.count() == 0


def test_file_never_confirmed_is_removed_after_a_day(keeper, tmp_path):
    choose(keeper)
    [old] = parked(tmp_path)
    batch = latest()
    yesterday = time.time() - parking.LIFETIME_SECONDS - 1
    os.utime(tmp_path / "imports" / old, (yesterday, yesterday))

    choose(keeper)

    assert old not in parked(tmp_path)
    answer = keeper.get(url("columns", batch), follow=True)
    assert answer.redirect_chain == [(reverse("crm_import"), 302)]
    assert "has waited too long and was removed" in answer.content.decode()


# --- The columns


def test_columns_show_samples_and_the_guess(keeper):
    choose(keeper, "E-post;Mystik\na@b.example;ett\nc@b.example;\nd@b.example;två\n")

    answer = keeper.get(url("columns", latest()))

    assert [
        (row["heading"], row["samples"], row["field"].initial)
        for row in answer.context["rows"]
    ] == [
        ("E-post", ["a@b.example", "c@b.example", "d@b.example"], "email"),
        ("Mystik", ["ett", "två"], ""),
    ]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"column_0": "", "column_1": ""}, "No column is the e-mail address"),
        ({"column_0": "email", "column_1": "email"}, "“A”, “B” mean the same."),
    ],
)
def test_columns_that_cannot_be_imported_say_why(keeper, columns, message):
    choose(keeper, "A;B\na@b.example;Ada\n")

    answer = keeper.post(url("columns", latest()), columns)

    with translation.override("en"):
        [error] = answer.context["form"].non_field_errors()
    assert message in error


def test_columns_said_once_are_known_for_the_next_file_of_that_kind(keeper):
    CustomField.objects.create(
        slug="diet", name_sv="Kost", name_en="Diet", type=FieldType.TEXT
    )
    choose(keeper, "A;B;C\na@b.example;Ada;vego\n")
    meanings = {
        "column_0": "email",
        "column_1": "given_name",
        "column_2": "custom_diet",
    }

    answer = keeper.post(
        url("columns", latest()), {**meanings, "remember_as": "Course system"}
    )
    choose(keeper, "C;B;A\nvego;Bo;b@b.example\n")

    assert answer.headers["Location"].endswith("/ground/")
    batch = latest()
    assert batch.mapping == {"A": "email", "B": "given_name", "C": "custom_diet"}
    assert batch.source == ImportSource.objects.get(name="Course system")
    shown = keeper.get(url("columns", batch)).content.decode()
    assert "The columns were recognised: Course system." in shown


# --- The ground


def test_ground_without_purpose_and_origin_is_asked_for(keeper, purpose):
    choose(keeper)

    answer = keeper.post(url("ground", latest()), {})

    assert set(answer.context["form"].errors) == {"purpose", "ground"}
    assert latest().digest == ""


def test_ground_says_the_lawful_basis_of_each_purpose(keeper, purpose):
    make_purpose(name_en="Courses", lawful_basis=LawfulBasis.CONSENT)
    choose(keeper)

    answer = keeper.get(url("ground", latest()))

    assert texts_in(answer, "#id_purpose label") == [
        "The newsletter (public task)",
        "Courses (consent)",
    ]


def test_ground_with_succession_but_no_day_asks_for_it(keeper, purpose):
    choose(keeper, "E-post;Organisation;Roll\na@b.example;X;Y\n")

    answer = say_ground(keeper, latest(), purpose, succeeds="yes", succeed_on="")

    with translation.override("en"):
        assert answer.context["form"].errors == {
            "succeed_on": ["Write the day on which they take over."]
        }


def test_ground_is_kept_with_the_import(keeper, purpose):
    look_at(keeper, purpose)

    batch = latest()
    assert (batch.purpose, batch.ground) == (purpose, "A list")


# --- The preview


def test_preview_with_an_error_imports_nothing_unless_it_is_left_out(
    keeper, purpose, django_capture_on_commit_callbacks
):
    answer = look_at(keeper, purpose, "E-post\nada@b.example\neva\n")
    refused = confirm(keeper, latest(), follow=True)
    with django_capture_on_commit_callbacks(execute=True):
        confirm(keeper, latest(), skips_errors="1")

    assert [row.number for row in answer.context["shown"]] == [3, 2]
    assert "Leave out the row with an error" in answer.content.decode()
    assert refused.headers["Location"] == url("preview", latest())
    assert [c.email for c in Contact.objects.all()] == ["ada@b.example"]
    assert latest().counts["error"] == 1


def test_preview_of_nothing_new_offers_no_confirmation(keeper, purpose):
    make_contact(email="ada@b.example", given_name="Ada", family_name="")

    answer = look_at(keeper, purpose)

    assert "There is nothing to import." in answer.content.decode()
    assert texts_in(answer, ".crm-import__confirm button") == []


def test_preview_changes_nothing_in_the_register(keeper, purpose):
    look_at(keeper, purpose)

    assert (Contact.objects.count(), ModelLogEntry.objects.count()) == (0, 0)


def test_preview_says_old_and_new_in_words_and_not_by_colour_alone(keeper, purpose):
    make_contact(email="ada@b.example", given_name="Ida", family_name="")

    html = look_at(keeper, purpose).content.decode()

    assert "<del>Ida</del>" in html
    assert "<ins>Ada</ins>" in html
    assert '<span aria-hidden="true">±</span> Changed' in html


def test_preview_writes_hostile_cells_as_text(keeper, purpose):
    answer = look_at(
        keeper, purpose, "E-post;Förnamn\na@b.example;<script>alert(1)</script>\n"
    )

    html = answer.content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_preview_of_many_rows_shows_some_and_says_how_many_more(
    keeper, purpose, monkeypatch
):
    monkeypatch.setattr(batches, "SHOWN", 5)
    rows = "".join(f"p{n}@b.example;P\n" for n in range(8))

    answer = look_at(keeper, purpose, f"E-post;Förnamn\n{rows}")

    assert len(answer.context["shown"]) == 5
    assert "3 more rows are not shown." in answer.content.decode()


def test_preview_filtered_by_status_shows_only_those(keeper, purpose):
    make_contact(email="c@b.example", given_name="Cia", family_name="")
    suppress("x@b.example", SuppressionReason.ERASURE)
    look_at(
        keeper,
        purpose,
        "E-post;Förnamn\na@b.example;A\nc@b.example;C\nx@b.example;X\nfel;F\n",
    )

    shown = {
        status: [
            row.number
            for row in keeper.get(url("preview", latest()), {"status": status}).context[
                "shown"
            ]
        ]
        for status in ("new", "changed", "unchanged", "left_out", "error", "noted")
    }

    assert shown == {
        "new": [2],
        "changed": [3],
        "unchanged": [],
        "left_out": [4],
        "error": [5],
        "noted": [4],
    }


def test_preview_of_a_long_file_is_made_by_a_worker(
    keeper, purpose, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("crm.views.import_steps.AT_ONCE", 0)
    choose(keeper)

    with django_capture_on_commit_callbacks(execute=True):
        answer = say_ground(keeper, latest(), purpose)
    shown = keeper.get(answer.headers["Location"], follow=True)

    assert shown.redirect_chain == [(url("preview", latest()), 302)]
    assert latest().counts["new"] == 1


def test_preview_of_a_held_seat_offers_succession_and_can_carry_it_out(
    keeper, purpose, django_capture_on_commit_callbacks
):
    role = make_role(name_sv="samordnare")
    seat = make_seat(
        organisation=make_organisation(name="Norrhamns kommun"),
        role=role,
        holder=make_contact(given_name="Maria", family_name="Öberg"),
    )
    row = "E-post;Organisation;Roll\na@b.example;Norrhamns kommun;samordnare\n"

    refused = look_at(keeper, purpose, row)
    accepted = look_at(keeper, purpose, row, succeeds="yes", succeed_on="2026-04-01")
    with django_capture_on_commit_callbacks(execute=True):
        confirm(keeper, latest())

    assert "Maria Öberg holds the seat" in refused.content.decode()
    assert "Maria Öberg leaves on 2026-03-31" in accepted.content.decode()
    assert seat.affiliations.get(ends_on=None).contact.email == "a@b.example"


# --- Confirming


def test_confirm_imports_what_was_shown_and_removes_the_file(
    keeper, purpose, tmp_path, django_capture_on_commit_callbacks
):
    suppress("ada@b.example", SuppressionReason.BOUNCE)
    look_at(keeper, purpose)

    with django_capture_on_commit_callbacks(execute=True):
        answer = confirm(keeper, latest())
    shown = keeper.get(answer.headers["Location"], follow=True)

    batch = latest()
    assert shown.redirect_chain == [(url("batch", batch), 302)]
    assert Contact.objects.get().given_name == "Ada"
    assert (batch.state, batch.parked, parked(tmp_path)) == ("applied", "", [])
    assert (batch.counts["new"], batch.counts["noted"]) == (1, 1)
    assert "One person in the file gets no mail as before" in shown.content.decode()
    assert Suppression.objects.count() == 1


def test_confirm_twice_imports_once(
    keeper, purpose, django_capture_on_commit_callbacks
):
    look_at(keeper, purpose)
    with django_capture_on_commit_callbacks(execute=True):
        confirm(keeper, latest())

    with django_capture_on_commit_callbacks(execute=True):
        answer = confirm(keeper, latest())

    assert answer.headers["Location"] == url("batch", latest())
    assert Contact.objects.count() == 1
    assert ModelLogEntry.objects.filter(action="crm.import").count() == 2


@pytest.mark.parametrize("digest", ["", "0" * 64])
def test_confirm_of_another_preview_is_refused_in_words(keeper, purpose, digest):
    look_at(keeper, purpose)

    answer = keeper.post(url("confirm", latest()), {"digest": digest}, follow=True)

    assert "its preview is an old one" in answer.content.decode()
    assert (Contact.objects.count(), latest().state) == (0, ImportState.PREVIEWED)


def test_confirm_when_the_register_changed_meanwhile_shows_it_and_imports_nothing(
    keeper, purpose, django_capture_on_commit_callbacks
):
    look_at(keeper, purpose)
    make_contact(email="ada@b.example", given_name="Anna", family_name="")

    with django_capture_on_commit_callbacks(execute=True):
        answer = confirm(keeper, latest())
    shown = keeper.get(answer.headers["Location"], follow=True)

    assert "the register has changed since the preview" in shown.content.decode()
    assert Contact.objects.get().given_name == "Anna"
    with django_capture_on_commit_callbacks(execute=True):
        confirm(keeper, latest())
    assert Contact.objects.get().given_name == "Ada"


def test_confirm_after_losing_the_permission_is_refused(client, purpose):
    user = make_user(*KEEPER)
    client.force_login(user)
    look_at(client, purpose)
    user.user_permissions.remove(Permission.objects.get(codename="change_contact"))

    answer = confirm(client, latest())

    assert (answer.headers["Location"], Contact.objects.count()) == ("/admin/", 0)


def test_later_steps_without_the_earlier_lead_back_to_them(keeper):
    choose(keeper)

    answers = [keeper.get(url(page, latest())) for page in ("preview", "batch")]

    assert [answer.headers["Location"] for answer in answers] == [
        url("ground", latest()),
        url("columns", latest()),
    ]
