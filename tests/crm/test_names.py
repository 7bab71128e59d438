import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.names import CONTROL, clean_line, make_sort_key


@pytest.mark.parametrize(
    "names",
    [
        ["Zorn", "Åberg", "Ängström", "Öberg"],
        ["Andersson", "ångström", "Äng", "öberg"],
        ["berg", "Berglund", "Bergström"],
        ["Müll", "Mynt"],
        ["Norén", "Norling"],
        ["Ørsted", "Övre", "Øye"],
        ["Ærø", "Äsp"],
        ["Lodz", "Łomża", "Lund"],
        ["Ö", "Αθήνα"],
    ],
)
def test_sort_key_puts_names_in_swedish_order(names):
    backwards = names[::-1]

    assert sorted(backwards, key=make_sort_key) == names


def test_sort_key_family_name_alone_comes_before_longer_ones():
    people = [("Berg", "Ölle"), ("Berg", "Östen"), ("Bergman", "Anna")]
    backwards = people[::-1]

    assert sorted(backwards, key=lambda parts: make_sort_key(*parts)) == people


def test_sort_key_spelling_of_case_and_composition_is_the_same():
    assert make_sort_key("ÅSA") == make_sort_key("A\u030asa") == make_sort_key(" åsa ")


def test_sort_key_empty_parts_leave_nothing():
    assert make_sort_key("", "  ") == ""


def test_sort_key_fits_its_column():
    assert len(make_sort_key("Å" * 400)) == 255


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Åsa   Berg ", "Åsa Berg"),
        ("Åsa\r\nBcc: x@example.org", "Åsa Bcc: x@example.org"),
        ("Åsa\x00\x1b[31m", "Åsa [31m"),
        ("Åsa\x85Berg", "Åsa Berg"),
        ("Åsa\u2028Berg\u2029", "Åsa Berg"),
        ("\t\n", ""),
    ],
)
def test_clean_line_is_one_line(text, line):
    assert clean_line(text) == line


@settings(max_examples=25, deadline=None, database=None, derandomize=True)
@given(st.text(max_size=12))
def test_clean_line_of_any_text_is_what_the_long_way_makes_of_it(text):
    assert clean_line(text) == re.sub(r"\s+", " ", CONTROL.sub(" ", text)).strip()
