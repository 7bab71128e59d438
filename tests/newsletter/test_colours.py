"""newsletter/colours.py: what the look book measured, and what stands for an accent."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.colours import (
    contrast,
    lighten,
    measure_dark,
    measure_light,
)
from newsletter.models import Newsletter


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#16201d", "#fcfcfa", 16.24),
        ("#0f4a40", "#fcfcfa", 9.86),
        ("#8fd3c0", "#101715", 10.60),
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#777777", 1.0),
    ],
)
def test_contrast_is_that_of_the_look_book(one, other, ratio):
    assert round(contrast(one, other), 2) == ratio
    assert contrast(one, other) == contrast(other, one)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 0xFFFFFF))
def test_every_accent_has_one_that_is_readable_in_the_dark(number):
    assert measure_dark(f"#{number:06x}").is_readable


def test_lighten_keeps_the_hue():
    assert lighten("#0f4a40") == "#8fd3c0"
    red, green, blue = (int(lighten("#7a1020")[at : at + 2], 16) for at in (1, 3, 5))
    assert red > blue > green


@pytest.mark.parametrize("accent", ["#1f8a70", "#f0b83a", "#fcfcfa"])
def test_newsletter_refuses_an_accent_that_cannot_be_read(accent):
    assert not measure_light(accent).is_readable
    newsletter = Newsletter(name="x", accent=accent)

    with pytest.raises(ValidationError) as refused:
        newsletter.clean()

    assert list(refused.value.message_dict) == ["accent"]


def test_newsletter_takes_an_accent_that_can_be_read():
    Newsletter(name="x", accent="#7a1020").clean()
