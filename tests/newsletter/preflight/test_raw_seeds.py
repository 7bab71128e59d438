"""The owner's five documents as an editor would paste them: plain paragraphs.

What is expected of each stands at the end of the seeds' description; a finding more is
no harm, one less is.
"""

from datetime import date
from html import escape
from pathlib import Path

import pytest
from django.conf import settings

from newsletter.preflight.running import check_letter
from tests.factories import make_membership, make_network
from tests.newsletter.preflight.letters import make_letter, text

pytestmark = pytest.mark.django_db

SEEDS = Path(settings.BASE_DIR, "fixtures/demo/seeds")


def paste(number: str, *, first_line_is_title=True, **fields):
    """Return the letter of a raw seed: each line a paragraph, the empty ones too."""
    [path] = SEEDS.glob(f"{number}_*.txt")
    lines = path.read_text(encoding="utf-8").strip().splitlines()
    title = lines.pop(0).strip() if first_line_is_title else ""
    body = "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)
    letter = make_letter(text(body), published_on=None, **fields)
    letter.page.title = title
    letter.page.newsletter_subject = ""
    return letter


def codes(letter) -> dict[str, list[str]]:
    """Return what each finding of a letter is about, by code."""
    found: dict[str, list[str]] = {}
    for finding in check_letter(letter):
        found.setdefault(finding.code, []).append(finding.about)
    return found


def test_raw_invitation_lacks_deadline_room_and_the_language_of_its_title():
    found = codes(paste("000", kind="invitation"))

    assert found["no_deadline"] == [""]
    assert found["no_capacity"] == [""]
    assert found["title_language"] == [
        "Workshop 19 feb: Migrants don’t fall from the sky"
    ]
    assert found["past_date"] == ["19 februari 2018"]


def test_raw_report_has_a_dead_link_no_partners_one_row_twice_and_english():
    found = codes(paste("001"))

    assert found["dead_link"] == ["Access the Atlas by clicking here. #"]
    assert found["nothing_follows"] == ["Project Partners:"]
    assert found["same_row"] == ["EFFEKTIVITET"]
    assert found["table_as_text"]
    assert found["missing_funding"] == ["received funding from"]
    [english] = found["language"]
    assert english.startswith("This project has received funding")


def test_raw_fact_sheet_has_a_split_list_a_stray_line_another_number_and_http():
    network = make_network(name="CLIP")
    for _number in range(28):
        make_membership(network=network)

    found = codes(paste("002", network=network, kind="fact_sheet"))

    assert found["split_list"] == ["[4, 2]"]
    assert found["list_as_text"] == ["6", "2", "9"]
    assert found["stray_line"] == ["STUTTGART"]
    assert found["member_count"] == ["omkring 30 städer 28"]
    assert found["http_link"] == [
        "http://www.eurofound.europa.eu/publications/htmlfiles/ef0622.htm",
        "http://www.eurofound.europa.eu/publications/htmlfiles/ef0631.htm",
    ]


def test_raw_note_is_called_like_a_file_and_names_nobody_to_ask():
    found = codes(paste("003", kind="status_note"))

    assert found["file_name"] == ["rundabordssamtal2"]
    assert {"contact", "no_date", "no_link"} <= set(found)


def test_raw_overview_has_no_title_lost_links_and_no_funding_notice():
    found = codes(paste("004", first_line_is_title=False, kind="overview"))

    assert found["no_title"] == [""]
    assert found["lost_link"] == [
        "Läs mer om projektet Framtidens integration",
        "Läs mer om projektet Den subjektiva integrationen",
    ]
    assert found["missing_funding"] == ["AMIF"]


def test_item_in_order_has_none_of_these_findings():
    """A letter that is built of blocks does not trip over the rules about pastes."""
    letter = make_letter(
        text('<p>Läs mer om <a href="https://example.org/">projektet Framtid</a>.</p>'),
        ("contact", {"email": "office@example.org"}),
        title="Träningsveckan",
        preheader="Tre dagar i maj",
        published_on=date(2026, 5, 4),
    )

    assert codes(letter) == {}
