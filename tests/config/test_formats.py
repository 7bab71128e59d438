"""config/formats: how dates are written."""

from datetime import date

import pytest
from django.utils import translation
from django.utils.formats import date_format


@pytest.mark.parametrize(
    ("language", "short"), [("en", "16 Aug 2021"), ("sv", "2021-08-16")]
)
def test_short_date_is_no_riddle(language, short):
    with translation.override(language):
        assert date_format(date(2021, 8, 16), "SHORT_DATE_FORMAT") == short
