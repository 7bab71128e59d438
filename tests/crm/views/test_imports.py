"""The screens of the import: who may, what each step shows, and that nothing is half-done."""

import os
import time

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from crm.choices import SuppressionReason
from crm.consent import suppress
from crm.imports import parking
from crm.models import Contact, Organisation, Suppression
from crm.views.imports import MAX_SHOWN
from tests.factories import (
    make_contact,
    make_organisation,
    make_role,
    make_seat,
    make_user,
)

pytestmark = pytest.mark.django_db

GOOD = "E-post;Förnamn\nada@b.example;Ada\n"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with translation.override("en"):
        yield


def make_keeper(*more):
    keeper = make_user(
        "wagtailadmin.access_admin", "crm.add_contact", "crm.change_contact", *more
    )
    UserProfile.objects.create(user=keeper, preferred_language="en")
    return keeper


@pytest.fixture
def keeper(client):
    """A browser of somebody who may add and change contacts, in English."""
    client.force_login(make_keeper())
    return client


def upload(browser, content=GOOD, name="people.csv", **choices):
    data = content if isinstance(content, bytes) else content.encode()
    return browser.post(
        reverse("crm_import"), {"file": SimpleUploadedFile(name, data), **choices}
    )


def confirm(browser, token, **kwargs):
    return browser.post(reverse("crm_import_confirm"), {"token": token}, **kwargs)


def parked(tmp_path):
    folder = tmp_path / "imports"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# --- Who may


@pytest.mark.parametrize(
    "name", ["crm_import", "crm_import_confirm", "crm_import_result"]
)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("granted", ["crm.add_contact", "crm.change_contact"])
def test_import_without_both_permissions_is_refused(client, name, method, granted):
    client.force_login(make_user("wagtailadmin.access_admin", granted))

    response = getattr(client, method)(reverse(name))

    assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home"))


def test_import_without_log_in_leads_to_the_log_in(client):
    response = upload(client)

    assert response.url.startswith(reverse("wagtailadmin_login"))
    assert Contact.objects.count() == 0


def test_import_creating_unknown_needs_its_own_permissions(keeper):
    make_role(name_sv="samordnare")
    row = "E-post;Organisation;Roll\na@b.example;Ny kommun;samordnare\n"

    response = upload(keeper, row, creates_unknown="on")

    assert (
        "creates_unknown"
        not in keeper.get(reverse("crm_import")).context["form"].fields
    )
    assert response.context["outcome"].counts["error"] == 1


def test_import_creating_unknown_with_the_permissions_works(client):
    client.force_login(
        make_keeper("crm.add_organisation", "crm.add_role", "crm.add_topic")
    )
    row = "E-post;Organisation;Roll\na@b.example;Ny kommun;samordnare\n"

    preview = upload(client, row, creates_unknown="on")
    confirm(client, preview.context["token"])

    assert Organisation.objects.get().name == "Ny kommun"


# --- Choosing the file


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04", "This is an Excel workbook."),
        ("E-post\na@b.example".encode("utf-16"), "The file is stored as UTF-16"),
        (b"Namn\nEva\n", "There is no column with the e-mail address."),
    ],
)
def test_upload_of_no_such_file_is_answered_beside_the_field(
    keeper, tmp_path, content, message
):
    response = upload(keeper, content)

    with translation.override("en"):
        [error] = response.context["form"].errors["file"]
    assert error.startswith(message)
    assert parked(tmp_path) == []


def test_upload_with_succession_but_no_day_asks_for_it(keeper):
    response = upload(keeper, succeeds="yes", succeed_on="")

    with translation.override("en"):
        assert response.context["form"].errors == {
            "succeed_on": ["Write the day on which they take over."]
        }


# --- The preview


def test_preview_with_an_error_offers_no_confirmation(keeper, tmp_path):
    response = upload(keeper, GOOD + "eva;Eva\n")

    html = response.content.decode()
    assert response.context["token"] == ""
    assert reverse("crm_import_confirm") not in html
    assert "nothing of the file can be imported" in html
    assert [row.number for row in response.context["shown"]] == [3, 2]
    assert (parked(tmp_path), Contact.objects.count()) == ([], 0)


def test_preview_of_nothing_new_offers_no_confirmation(keeper, tmp_path):
    make_contact(email="ada@b.example", given_name="Ada", family_name="")

    response = upload(keeper)

    assert "There is nothing to import." in response.content.decode()
    assert (response.context["token"], parked(tmp_path)) == ("", [])


def test_preview_changes_nothing_but_parks_the_file_privately(keeper, tmp_path):
    response = upload(keeper)

    [name] = parked(tmp_path)
    mode = (tmp_path / "imports" / name).stat().st_mode & 0o777
    assert (response.status_code, mode) == (200, 0o600)
    assert (Contact.objects.count(), ModelLogEntry.objects.count()) == (0, 0)


def test_preview_says_old_and_new_in_words_and_not_by_colour_alone(keeper):
    make_contact(email="ada@b.example", given_name="Ida", family_name="")

    html = upload(keeper).content.decode()

    assert "<del>Ida</del>" in html
    assert "<ins>Ada</ins>" in html
    assert '<span aria-hidden="true">±</span> Changed' in html


def test_preview_names_ignored_columns_and_the_guessed_encoding(keeper):
    html = upload(keeper, "E-post;Förnamn;Skor\na@b.example;Åsa;38\n".encode("cp1252"))

    text = html.content.decode()
    assert "One column is not imported, since its name is not known: Skor." in text
    assert "The file was read as Windows-1252." in text
    assert "Åsa" in text


def test_preview_writes_hostile_cells_as_text(keeper):
    response = upload(keeper, "E-post;Förnamn\na@b.example;<script>alert(1)</script>\n")

    html = response.content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_preview_of_many_rows_shows_some_and_says_how_many_more(keeper):
    rows = "".join(f"p{n}@b.example;P\n" for n in range(MAX_SHOWN + 3))

    response = upload(keeper, f"E-post;Förnamn\n{rows}")

    assert len(response.context["shown"]) == MAX_SHOWN
    assert "3 more rows are not shown." in response.content.decode()


def test_preview_of_a_held_seat_offers_succession_and_can_carry_it_out(keeper):
    role = make_role(name_sv="samordnare")
    seat = make_seat(
        organisation=make_organisation(name="Norrhamns kommun"),
        role=role,
        holder=make_contact(given_name="Maria", family_name="Öberg"),
    )
    row = "E-post;Organisation;Roll\na@b.example;Norrhamns kommun;samordnare\n"

    refused = upload(keeper, row)
    accepted = upload(keeper, row, succeeds="yes", succeed_on="2026-04-01")
    confirm(keeper, accepted.context["token"])

    assert "Maria Öberg holds the seat" in refused.content.decode()
    assert "Maria Öberg leaves on 2026-03-31" in accepted.content.decode()
    assert seat.affiliations.get(ends_on=None).contact.email == "a@b.example"


# --- Confirming


def test_confirm_imports_what_was_shown_and_removes_the_file(keeper, tmp_path):
    suppress("ada@b.example", SuppressionReason.BOUNCE)
    token = upload(keeper, name="våra\r\nnya.csv").context["token"]

    response = confirm(keeper, token, follow=True)

    assert response.redirect_chain == [(reverse("crm_import_result"), 302)]
    assert Contact.objects.get().given_name == "Ada"
    with translation.override("en"):
        assert ModelLogEntry.objects.get().message.startswith("Imported from ")
    assert "One person in the file gets no mail as before" in response.content.decode()
    assert Suppression.objects.count() == 1
    assert parked(tmp_path) == []


def test_confirm_twice_imports_once(keeper):
    token = upload(keeper).context["token"]
    confirm(keeper, token)

    response = confirm(keeper, token, follow=True)

    assert "has been used or is too old" in response.content.decode()
    assert (Contact.objects.count(), ModelLogEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize("token", ["", "x", "..%2Fsecret"])
def test_confirm_with_a_made_up_token_is_refused_in_words(keeper, token):
    response = confirm(keeper, token, follow=True)

    assert response.redirect_chain == [(reverse("crm_import"), 302)]
    assert "has been used or is too old" in response.content.decode()


def test_confirm_with_a_tampered_token_is_refused_and_keeps_the_file(keeper, tmp_path):
    token = upload(keeper).context["token"]

    response = confirm(keeper, f"A{token}", follow=True)

    assert "has been used or is too old" in response.content.decode()
    assert (len(parked(tmp_path)), Contact.objects.count()) == (1, 0)


def test_confirm_of_somebody_elses_file_is_refused(keeper, client, tmp_path):
    token = upload(keeper).context["token"]
    client.force_login(make_keeper())

    response = confirm(client, token, follow=True)

    assert "That file was chosen by somebody else." in response.content.decode()
    assert (len(parked(tmp_path)), Contact.objects.count()) == (1, 0)


def test_confirm_after_a_day_is_too_late(keeper, monkeypatch):
    token = upload(keeper).context["token"]
    monkeypatch.setattr(parking, "LIFETIME_SECONDS", -1)

    response = confirm(keeper, token, follow=True)

    assert "has been used or is too old" in response.content.decode()
    assert Contact.objects.count() == 0


def test_confirm_when_the_register_changed_meanwhile_shows_it_and_imports_nothing(
    keeper,
):
    token = upload(keeper).context["token"]
    make_contact(email="ada@b.example", given_name="Anna", family_name="")

    again = confirm(keeper, token)

    assert "the register has changed since the preview" in again.content.decode()
    assert Contact.objects.get().given_name == "Anna"
    confirm(keeper, again.context["token"])
    assert Contact.objects.get().given_name == "Ada"


def test_confirm_after_losing_the_permission_is_refused(client):
    keeper = make_keeper()
    client.force_login(keeper)
    token = upload(client).context["token"]
    keeper.user_permissions.remove(Permission.objects.get(codename="change_contact"))

    response = confirm(client, token)

    assert (response.status_code, Contact.objects.count()) == (302, 0)


@pytest.mark.parametrize("name", ["crm_import_confirm", "crm_import_result"])
def test_later_steps_by_get_lead_to_the_first(keeper, name):
    assert keeper.get(reverse(name)).url == reverse("crm_import")


def test_upload_removes_files_that_were_never_confirmed(keeper, tmp_path):
    upload(keeper)
    [old] = parked(tmp_path)
    yesterday = time.time() - parking.LIFETIME_SECONDS - 1
    os.utime(tmp_path / "imports" / old, (yesterday, yesterday))

    upload(keeper)

    assert len(parked(tmp_path)) == 1
    assert old not in parked(tmp_path)
