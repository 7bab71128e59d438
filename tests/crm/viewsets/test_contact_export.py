"""Exporting contacts: who may, what is in the file, and that it is written down."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from crm.imports.columns import EXPORTED
from crm.imports.files import read_sheet
from tests.crm.viewsets.browser import log_in
from tests.factories import (
    make_contact,
    make_organisation,
    make_role,
    make_seat,
    make_topic,
)

pytestmark = pytest.mark.django_db
EXPORT = "/admin/register/contacts/export/"
ORGANISATIONS = "/admin/register/organisations/export/"
SEATS = "/admin/register/seats/export/"


@pytest.fixture
def keeper():
    return log_in("Register keepers")


def content_of(answer):
    return b"".join(answer.streaming_content)


def read_csv(answer):
    text = content_of(answer).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_export_needs_its_own_permission():
    make_contact(email="asa@example.org")
    may_edit = log_in(
        "wagtailadmin.access_admin", "crm.view_contact", "crm.change_contact"
    )

    answers = [may_edit.get(EXPORT), may_edit.post(EXPORT, {"format": "csv"})]

    assert [answer.headers.get("Location") for answer in answers] == ["/admin/"] * 2
    assert "/export/" not in may_edit.get("/admin/register/contacts/").content.decode()


def test_export_without_the_right_to_view_is_refused():
    only_export = log_in("wagtailadmin.access_admin", "crm.export_contact")

    answer = only_export.post(EXPORT, {"format": "csv"})

    assert answer.headers["Location"] == "/admin/"


def test_get_counts_and_makes_no_file(keeper):
    make_contact(language="en")
    make_contact(language="sv")

    answer = keeper.get(EXPORT, {"language": "en"})

    assert "1 contact of 2 goes into the file" in answer.content.decode()
    assert not ModelLogEntry.objects.exists()


def test_file_holds_the_filtered_contacts_and_is_logged(keeper):
    seat = make_seat(
        organisation=make_organisation(name="Ås kommun"),
        role=make_role(name_en="Expert"),
        holder=make_contact(
            given_name="Åsa",
            family_name="Öberg",
            email="asa@example.org",
            language="en",
            topics=[make_topic(name_en="Housing"), make_topic(name_en="Work")],
        ),
    )
    make_contact(language="sv")

    answer = keeper.post(f"{EXPORT}?language=en", {"format": "csv"})

    (row,) = read_csv(answer)
    assert row == {
        "given_name": "Åsa",
        "family_name": "Öberg",
        "email": "asa@example.org",
        "language": "en",
        "phone": "",
        "paused_until": "",
        "topics": "Housing | Work",
        "organisation": seat.organisation.name,
        "role": "Expert",
        "network": "",
        "seat_title": "",
        "seat_email": "",
        "from": "",
    }
    entry = ModelLogEntry.objects.get()
    assert (entry.action, entry.data) == (
        "crm.contacts_exported",
        {"count": 1, "filters": "language=en", "model": "contact"},
    )


def test_file_is_read_back_by_the_import(keeper):
    make_contact(email="asa@example.org")

    sheet = read_sheet(content_of(keeper.post(EXPORT, {"format": "csv"})))

    assert sheet.columns == list(EXPORTED)
    assert [row.cells["email"] for row in sheet.rows] == ["asa@example.org"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝"])
def test_cell_that_looks_like_a_formula_is_disarmed(keeper, sign):
    make_contact(given_name=f"{sign}1+1")

    (row,) = read_csv(keeper.post(EXPORT, {"format": "csv"}))

    assert row["given_name"] == f"'{sign}1+1"


def test_workbook_holds_text_only(keeper):
    make_contact(given_name="=1+1", phone="+46 8 1")

    answer = keeper.post(EXPORT, {"format": "xlsx"})

    sheet = load_workbook(io.BytesIO(content_of(answer))).active
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[1]][:5][0] == "'=1+1"
    assert {cell.data_type for row in rows for cell in row if cell.value} == {"s"}


def test_cards_hold_the_contacts_of_the_listing(keeper):
    make_contact(given_name="Åsa", family_name="Öberg; Ek", email="a@example.org")

    answer = keeper.post(EXPORT, {"format": "vcard"})

    assert content_of(answer).decode().splitlines()[2:5] == [
        "N:Öberg\\; Ek;Åsa;;;",
        "FN:Åsa Öberg\\; Ek",
        "EMAIL;TYPE=INTERNET,PREF:a@example.org",
    ]
    assert answer.headers["Content-Disposition"].endswith('.vcf"')


def test_plain_text_has_commas_and_no_mark(keeper):
    make_contact(email="a@example.org")

    content = content_of(keeper.post(EXPORT, {"format": "plain"}))

    assert content.startswith(b"given_name,family_name,email,")


def test_organisations_are_exported_as_filtered_and_logged(keeper):
    make_organisation(name="Ås kommun", country="SE", region="Norr")
    make_organisation(name="Wien", country="AT")

    answer = keeper.post(f"{ORGANISATIONS}?country=SE", {"format": "csv"})

    assert [list(row.values())[:6] for row in read_csv(answer)] == [
        ["Ås kommun", "", "", "Municipality", "SE", "Norr"]
    ]
    entry = ModelLogEntry.objects.get()
    with translation.override("en"):
        assert entry.message == "Exported 1 organisation"


def test_seats_are_exported_as_filtered_with_who_holds_them(keeper):
    office, role = make_organisation(name="=Ås"), make_role(slug="expert")
    place = {"organisation": office, "role": role}
    held = make_contact(given_name="Bo", family_name="Ek", email="bo@b.example")
    make_seat(**place, title="Chef", holder=held, starts_on=date(2026, 1, 1))
    make_seat(**place, title="Strateg", email="strateg@b.example")

    everything = read_csv(keeper.post(SEATS, {"format": "csv"}))
    vacant = read_csv(keeper.post(f"{SEATS}?vacant=yes", {"format": "csv"}))

    at, named = ["'=Ås", role.name_en, ""], list(everything[0].values())
    person = ["Bo", "Ek", "bo@b.example", "2026-01-01"]
    empty = [*at, "Strateg", "strateg@b.example", "", "", "", ""]
    assert named == [*at, "Chef", "", *person]
    assert list(everything[1].values()) == empty
    assert [list(row.values()) for row in vacant] == [empty]
    assert "/seats/export/?vacant=yes" in listing_of(keeper, "vacant=yes")
    with translation.override("en"):
        assert str(ModelLogEntry.objects.latest("pk").message) == "Exported 1 seat"


def test_export_of_seats_asks_the_same_queries_however_many(keeper):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            content_of(keeper.post(SEATS, {"format": "csv"}))
        return len(asked)

    make_seat(holder=make_contact())
    one = queries()
    for _number in range(2):
        make_seat(holder=make_contact())

    assert queries() == one


def listing_of(browser, filters):
    return browser.get(f"/admin/register/seats/?{filters}").content.decode()


def test_export_of_organisations_needs_the_permission_to_export():
    browser = log_in("wagtailadmin.access_admin", "crm.view_organisation")

    answers = [browser.get(ORGANISATIONS), browser.post(ORGANISATIONS)]
    seats = browser.post(SEATS, {"format": "csv"})

    locations = [answer.headers["Location"] for answer in (*answers, seats)]
    assert locations == ["/admin/"] * 3
