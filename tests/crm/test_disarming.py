"""Cells that a spreadsheet would run: made harmless, and back again exactly."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.disarming import disarm, rearm

HOSTILE = st.text(alphabet=" '=+-@\t\r\n＝＋－＠,;|\"ab1\u00a0å")


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+46 8 1", "'+46 8 1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("＝1", "'＝1"),
        ("  =1", "'  =1"),
        ("x,=1", "x,'=1"),
        ("x; =1", "x;' =1"),
        ('x"=1', "x\"'=1"),
        ("'=1", "''=1"),
        ("'Hej", "'Hej"),
        ("Öberg-Sjöström", "Öberg-Sjöström"),
        ("a@b.example", "a@b.example"),
        ("", ""),
    ],
)
def test_disarm_puts_an_apostrophe_only_where_it_would_be_run(cell, written):
    assert disarm(cell) == written
    assert rearm(written) == cell


@settings(max_examples=500, database=None)
@given(HOSTILE | st.text())
def test_rearm_gives_back_whatever_was_disarmed(cell):
    assert rearm(disarm(cell)) == cell


@settings(max_examples=500, database=None)
@given(HOSTILE)
def test_disarmed_cell_is_run_nowhere_it_might_be_split(cell):
    for part in re.split(r"[,;|\t\r\n\"]", disarm(cell)):
        assert not re.match(r"[ \u00a0]*[=+\-@＝＋－＠]", part)
