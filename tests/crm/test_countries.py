import pytest
from django.utils.translation import override

from crm.countries import country_choices, country_name


@pytest.mark.parametrize(
    ("language", "name"),
    [("sv", "Österrike"), ("en", "Austria"), ("en-gb", "Austria"), (None, "Österrike")],
)
def test_country_name_is_in_the_active_language(language, name):
    with override(language):
        assert country_name("AT") == name


def test_country_name_unknown_code_stands_for_itself():
    assert country_name("QQ") == "QQ"


def test_country_choices_are_the_same_in_both_languages():
    with override("sv"):
        swedish = {code for code, _name in country_choices()}
    with override("en"):
        english = {code for code, _name in country_choices()}

    assert swedish == english
    assert {"SE", "FI", "AX", "XK"} <= swedish
    assert not {"EU", "UN", "ZZ", "IC", "CQ"} & swedish


def test_country_choices_put_swedish_letters_last():
    with override("sv"):
        last = [name for _code, name in country_choices()][-4:]

    assert last == ["Zimbabwe", "Åland", "Österrike", "Östtimor"]
