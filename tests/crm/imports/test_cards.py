"""Reading vCards of every version, and what is broken among them."""

import pytest

from crm.imports.files import read_sheet, read_table

pytestmark = pytest.mark.django_db

THREE = """BEGIN:VCARD
VERSION:3.0
N:Öberg;Åsa;Maria;;
FN:Åsa Öberg
EMAIL;TYPE=HOME:home@b.example
EMAIL;TYPE=WORK,PREF:asa@b.example
TEL;TYPE=WORK:+46 8 1
ORG:Norrhamns kommun;Kansliet
TITLE:Sam\\, ordnare
CATEGORIES:skola,arbete
PHOTO;ENCODING=b;TYPE=JPEG:AAAA
END:VCARD
"""
FOUR = """BEGIN:VCARD
VERSION:4.0
FN:Bo Berg
EMAIL;PREF=1:bo@b.example
TEL;VALUE=uri:tel:+46-8-2
LANG:en
END:VCARD
"""
TWO = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=96hrn;M=C3=A4rit;;;
EMAIL;INTERNET:marit@b.example
END:VCARD
"""
BROKEN = "BEGIN:VCARD\nVERSION:3.0\nN:Ek;Eva\nBEGIN:NOTHING\nEND:VCARD\n"


def test_cards_of_each_version_are_read_row_by_row():
    table = read_table((THREE + FOUR + TWO).encode())

    assert [line.cells for line in table.lines] == [
        [
            *("Åsa Maria", "Öberg", "asa@b.example", "+46 8 1", ""),
            *("Norrhamns kommun", "Sam, ordnare", "skola; arbete"),
        ],
        ["Bo", "Berg", "bo@b.example", "+46-8-2", "en", "", "", ""],
        ["Märit", "Öhrn", "marit@b.example", "", "", "", "", ""],
    ]


def test_card_that_cannot_be_read_spoils_no_other():
    table = read_table((BROKEN + FOUR).encode())

    assert [(line.number, bool(line.problem)) for line in table.lines] == [
        (1, True),
        (2, False),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_cards_in_each_encoding_keep_the_letters(encoding):
    sheet = read_sheet(THREE.replace("\n", "\r\n").encode(encoding))

    assert sheet.rows[0].cells["given_name"] == "Åsa Maria"
    assert sheet.columns[:3] == ["given_name", "family_name", "email"]


def test_card_with_several_addresses_gives_the_most_preferred():
    table = read_table(
        b"BEGIN:VCARD\nVERSION:4.0\nFN:Bo Berg\nEMAIL:none@b.example\n"
        b"EMAIL;PREF=20:second@b.example\nEMAIL;PREF=3:first@b.example\nEND:VCARD\n"
    )

    assert table.lines[0].cells[2] == "first@b.example"


@pytest.mark.parametrize("kind", ["org", "GROUP", "location"])
def test_card_about_no_person_is_a_row_with_a_problem(kind):
    lines = read_table(
        f"BEGIN:VCARD\nVERSION:4.0\nKIND:{kind}\nFN:Acme\nEND:VCARD\n{FOUR}".encode()
    ).lines

    assert [line.problem for line in lines] == [
        "The card is about an organisation, a group or a place, not a person.",
        "",
    ]
