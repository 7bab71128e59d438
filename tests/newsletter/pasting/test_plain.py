"""newsletter/pasting/plain.py: blank lines, wrapped lines, points, tabs."""

from newsletter.pasting.parts import BULLET, NUMBER, Grid
from newsletter.pasting.plain import read_plain

WRAPPED = """\
Projektparterna har genomfört en träningsvecka i maj, och under
tre dagars möte fick de ta del av föreläsare inom områdena migra-
tion, integration och inklusion, samt av varandras erfarenheter.

Nästa stycke."""


def texts(source):
    return [part.text for part in source.parts]


def test_lines_wrapped_by_hand_are_one_paragraph():
    assert texts(read_plain(WRAPPED)) == [
        "Projektparterna har genomfört en träningsvecka i maj, och under tre dagars "
        "möte fick de ta del av föreläsare inom områdena migration, integration och "
        "inklusion, samt av varandras erfarenheter.",
        "Nästa stycke.",
    ]


def test_short_lines_are_not_joined():
    text = "Fores\nKungsbroplan 2\n112 27 Stockholm"

    assert texts(read_plain(text)) == ["Fores", "Kungsbroplan 2", "112 27 Stockholm"]
    assert [part.gap for part in read_plain(text).parts] == [0, 0, 0]


def test_points_and_numbers_lose_their_sign():
    source = read_plain("- ett\n• två\n\n1. först\n2)\tsedan\n– sade hon")

    assert [(part.marker, part.text) for part in source.parts] == [
        (BULLET, "ett"),
        (BULLET, "två"),
        (NUMBER, "först"),
        (NUMBER, "sedan"),
        ("", "– sade hon"),
    ]


def test_lines_with_tabs_are_one_table():
    (grid,) = read_plain("Stad\tÅr\nLund\t2020\nÅbo\t2021").parts

    assert isinstance(grid, Grid)
    assert [len(row) for row in grid.rows] == [2, 2, 2]


def test_quotation_marks_and_dashes_stay_as_they_are():
    text = "”Små kommuner lyckas bra – trots flyktingskrisen”, don’t 10–12 maj."

    assert texts(read_plain(text)) == [text]


def test_links_written_out_become_links():
    (line,) = read_plain(
        "Se <http://a.example/x>, www.b.example. eller c@d.example!"
    ).parts

    assert [(run.text, run.href) for run in line.runs if run.href] == [
        ("http://a.example/x", "http://a.example/x"),
        ("www.b.example", "https://www.b.example"),
        ("c@d.example", "mailto:c@d.example"),
    ]
    assert line.text == "Se http://a.example/x, www.b.example. eller c@d.example!"
