"""The report of a send: on its page, fetched, and as a file."""

import csv
import io

import pytest
from django.test import override_settings
from openpyxl import load_workbook

from newsletter.choices import BounceClass, DeliveryState
from newsletter.models import LinkTotal, PageVisits
from newsletter.statistics import report as module
from newsletter.statistics.figures import Part
from newsletter.views.reports import judge_complaints
from tests.factories import make_contact, make_organisation, make_seat
from tests.newsletter.browsing import count_queries, log_in
from tests.newsletter.statistics.scenes import START, add_row, make_send

pytestmark = pytest.mark.django_db


def make_full_send(*, people: int = 2):
    """Make a send that has something for every part of the report."""
    campaign = make_send(counts_links=True, frozen_count=3 * people)
    for number in range(people):
        seat = make_seat(
            organisation=make_organisation(name=f"=Kommun {campaign.pk}-{number}"),
            holder=make_contact(given_name="Rut", family_name="Hemlig"),
        )
        domain = f"d{number}.example"
        add_row(campaign, seat=seat, domain=domain, heard=("unsubscribed",))
        add_row(campaign, domain=domain, heard=("complained",), after_minutes=9)
        add_row(campaign, DeliveryState.FAILED, bounce_class=BounceClass.BLOCK)
    for number in range(people):
        LinkTotal.objects.create(
            campaign=campaign, number=number, url=f"https://a.example/{number}"
        )
    PageVisits.objects.create(page=campaign.page, on=START.date(), people=4)
    campaign.variants.create(
        locale="sv", subject="x", html="x", text="x", content_hash="x", html_size=2048
    )
    return campaign


def figures_url(campaign, ending: str = "/") -> str:
    return f"/admin/sends/{campaign.pk}/figures{ending}"


def read_tables(content: bytes) -> dict[str, list[list[str]]]:
    """Return the tables of a CSV report by name, headings first."""
    tables: dict[str, list[list[str]]] = {}
    rows = []
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"):
        if len(row) == 1:
            rows = tables.setdefault(row[0], [])
        elif row:
            rows.append(row)
    return tables


@pytest.mark.parametrize("ending", ["/", ".csv", ".xlsx"])
def test_figures_are_refused_to_who_may_not_see_sends(ending):
    campaign = make_full_send()

    assert log_in("Register keepers").get(
        figures_url(campaign, ending)
    ).status_code in (
        302,
        403,
    )


def test_file_of_another_format_is_not_found():
    campaign = make_full_send()

    assert log_in("Auditors").get(figures_url(campaign, ".pdf")).status_code == 404


def test_figures_change_nothing_and_cannot_be_posted():
    campaign = make_full_send()

    assert log_in("Senders").post(figures_url(campaign)).status_code == 405


@pytest.mark.database
def test_page_of_a_small_send_holds_its_report():
    campaign = make_full_send()

    html = (
        log_in("Senders").get(f"/admin/sends/inspect/{campaign.pk}/").content.decode()
    )

    for words in ("people in the frozen send", "Pace", "Destinations", "Links"):
        assert words in html
    assert "Together they are 6." in html
    assert 'data-rb-report-waiting-value="false"' in html


def test_page_of_a_large_send_fetches_its_report(monkeypatch):
    monkeypatch.setattr(module, "LARGE", 0)
    campaign = make_full_send()
    client = log_in("Senders")

    before = client.get(f"/admin/sends/inspect/{campaign.pk}/").content.decode()
    answer = client.get(figures_url(campaign)).json()
    after = client.get(f"/admin/sends/inspect/{campaign.pk}/").content.decode()

    assert "Counting the letters" in before
    assert 'data-rb-report-waiting-value="true"' in before
    assert "people in the frozen send" in answer["html"]
    assert answer["is_moving"] is False
    assert "people in the frozen send" in after


def test_report_names_nobody():
    campaign = make_full_send()
    client = log_in("Auditors")

    for ending in ("/", ".csv"):
        text = client.get(figures_url(campaign, ending)).content.decode()
        assert "Hemlig" not in text
        assert "@" not in text


@pytest.mark.database
def test_report_asks_the_database_equally_often():
    small, large = make_full_send(people=1), make_full_send(people=3)
    client = log_in("Auditors")

    assert count_queries(client, figures_url(small)) == count_queries(
        client, figures_url(large)
    )


@pytest.mark.database
def test_csv_holds_what_the_page_says_and_no_formula():
    campaign = make_full_send()

    response = log_in("Auditors").get(figures_url(campaign, ".csv"))

    name = f"{campaign.newsletter.slug}-2026-05-11.csv"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    tables = read_tables(response.content)
    assert sum(int(row[1]) for row in tables["Delivery"][1:]) == 6
    assert tables["Not arrived"][1:] == [["Blocked by the receiving server", "2", "0"]]
    organisations = [row[0] for row in tables["Organisations"][1:]]
    assert all(name.startswith("'=Kommun") for name in organisations)
    assert tables["Accepted over time"][1:] == [
        ["2026-05-11 09:01", "2", "2"],
        ["2026-05-11 09:09", "2", "4"],
    ]


def test_workbook_has_a_sheet_for_each_table_with_numbers():
    campaign = make_full_send()

    response = log_in("Auditors").get(figures_url(campaign, ".xlsx"))

    book = load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == [
        "Delivery",
        "Not arrived",
        "Letters",
        "Destinations",
        "Organisations",
        "Links",
        "Visits of the page",
        "Earlier sends",
        "Accepted over time",
    ]
    accepted = {row[0].value: row[1].value for row in book["Delivery"].iter_rows()}
    assert accepted["Accepted by the mail server"] == 4
    assert {cell.data_type for row in book["Organisations"] for cell in row[:1]} == {
        "s"
    }


def test_organisation_is_looked_for_on_the_page():
    campaign = make_full_send()
    client = log_in("Editors")
    address = f"/admin/sends/inspect/{campaign.pk}/?organisation="

    found = client.get(address + f"kommun+{campaign.pk}-1").content.decode()
    nothing = client.get(address + "zzz").content.decode()

    assert "Organisations that were looked for" in found
    assert "Nobody in an organisation of that name" in nothing


@pytest.mark.parametrize(
    ("accepted", "complained", "line"),
    [
        (0, 0, ""),
        (1000, 0, ""),
        (2000, 1, ""),
        (1000, 1, "near"),
        (100, 1, "near"),
        (1000, 2, "near"),
        (1000, 3, "over"),
        (10, 2, "over"),
    ],
)
@override_settings(
    NEWSLETTER_WARN_COMPLAINT_PERCENT=0.1, NEWSLETTER_PAUSE_COMPLAINT_PERCENT=0.3
)
def test_complaints_are_judged_by_the_mail_services_lines(accepted, complained, line):
    part = Part(people=accepted, accepted=accepted, complained=complained)

    assert judge_complaints(part) == line


def test_figures_of_a_send_that_was_never_frozen_are_empty():
    campaign = make_send(started_at=None, frozen_at=None, state="draft")
    client = log_in("Auditors")

    answer = client.get(figures_url(campaign)).json()

    assert "people in the frozen send" in answer["html"]
    assert client.get(figures_url(campaign, ".csv")).status_code == 200
