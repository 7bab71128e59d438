import pytest

from newsletter.preflight.rules.lists import (
    find_missing_table_headers,
    find_same_row_headers,
    find_split_lists,
)
from newsletter.preflight.rules.pictures import find_missing_descriptions
from newsletter.preflight.rules.structure import (
    find_empty_sections,
    find_file_name_title,
    find_missing_contact,
    find_missing_parts,
    find_stray_lines,
)
from tests.newsletter.preflight.letters import found, make_letter, text

pytestmark = pytest.mark.django_db

HEADING = ("heading", {"text": "Mål"})
PARAGRAPH = text("<p>Nätverket samlar städer.</p>")


def points(count: int) -> str:
    return "<ul>" + "".join(f"<li>Mål {n}</li>" for n in range(count)) + "</ul>"


def test_item_without_content_is_an_error_and_without_preheader_a_note():
    assert found(find_missing_parts, make_letter()) == [
        ("empty", "error", ""),
        ("preheader", "note", ""),
    ]
    letter = make_letter(PARAGRAPH, preheader="Tre dagar i maj")
    assert found(find_missing_parts, letter) == []


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([HEADING, PARAGRAPH], []),
        ([HEADING], [("empty_section", "error", "Mål")]),
        ([HEADING, HEADING, PARAGRAPH], [("empty_section", "error", "Mål")]),
        ([PARAGRAPH, text("<p> </p>")], [("empty_block", "error", "")]),
        ([], []),
    ],
)
def test_heading_with_nothing_under_it_is_an_error(blocks, expected):
    assert found(find_empty_sections, make_letter(*blocks)) == expected


@pytest.mark.parametrize(
    "title", ["rundabordssamtal2", "faktablad_final", "Program.docx"]
)
def test_title_like_a_file_name_is_a_warning(title):
    letter = make_letter(PARAGRAPH, title=title)

    assert found(find_file_name_title, letter) == [("file_name", "warning", title)]


@pytest.mark.parametrize(
    "title", ["Träningsveckan", "Nytt 2021", "Agenda 2030: nuläge"]
)
def test_title_in_words_is_left_alone(title):
    assert found(find_file_name_title, make_letter(PARAGRAPH, title=title)) == []


def test_line_of_capitals_alone_is_a_warning():
    letter = make_letter(
        text("<p>Resultat</p><p>STUTTGART</p><p>EU och FN</p><p>EU</p>")
    )

    assert found(find_stray_lines, letter) == [("stray_line", "warning", "STUTTGART")]


@pytest.mark.parametrize(
    ("kind", "severity"), [("report", "note"), ("invitation", "warning")]
)
def test_nobody_to_ask_is_worse_in_an_invitation(kind, severity):
    assert found(find_missing_contact, make_letter(PARAGRAPH, kind=kind)) == [
        ("contact", severity, "")
    ]


@pytest.mark.parametrize(
    "block",
    [
        ("contact", {"email": "hello@epi.example", "extent": "full"}),
        text("<p>Anmälan görs via: erik@icld.example</p>"),
        text('<p><a href="mailto:erik@icld.example">Erik</a></p>'),
    ],
)
def test_somebody_to_ask_is_found_wherever_it_stands(block):
    assert found(find_missing_contact, make_letter(PARAGRAPH, block)) == []


def test_contact_that_is_not_mailed_is_nobody_to_ask():
    contact = ("contact", {"email": "hello@epi.example", "extent": "absent"})

    [finding] = find_missing_contact(make_letter(PARAGRAPH, contact))

    assert finding.code == "contact"


def test_list_cut_in_two_by_a_page_break_is_a_warning():
    """Seed 002: six goals, four before the page break and two after."""
    one_block = make_letter(text(points(4) + points(2)))
    two_blocks = make_letter(text("<p>Målen är:</p>" + points(4)), text(points(2)))

    for letter in (one_block, two_blocks):
        [finding] = find_split_lists(letter)
        assert (finding.code, str(finding.severity)) == ("split_list", "warning")
        assert "4" in finding.text
        assert "2" in finding.text


def test_lists_with_text_or_heading_between_are_left_alone():
    letter = make_letter(
        text(points(2) + "<p>och</p>" + points(9)), HEADING, text(points(2))
    )

    assert found(find_split_lists, letter) == []


def rows(*names):
    return [{"header": name, "note": note, "text": "Vad?"} for name, note in names]


def table(rows, first="Dimension", second="Fråga"):
    value = {"caption": "x", "first_heading": first, "second_heading": second}
    return "indicator_table", {**value, "rows": rows}


def test_two_rows_called_the_same_are_a_warning_unless_a_note_sets_them_apart():
    same = rows(("Effektivitet", ""), ("Relevans", ""), ("Effektivitet", ""))
    apart = rows(("Effektivitet", "effectiveness"), ("Effektivitet", "efficiency"))

    assert found(find_same_row_headers, make_letter(table(same))) == [
        ("same_row", "warning", "Effektivitet")
    ]
    assert found(find_same_row_headers, make_letter(table(apart))) == []


@pytest.mark.parametrize("missing", [{"first": ""}, {"second": ""}])
def test_column_without_a_name_is_an_error(missing):
    letter = make_letter(table(rows(("Relevans", "")), **missing))

    assert found(find_missing_table_headers, letter) == [("table_header", "error", "")]


def test_block_without_its_picture_is_an_error():
    letter = make_letter(("image", {"image": None}))

    assert found(find_missing_descriptions, letter) == [("no_picture", "error", "")]
