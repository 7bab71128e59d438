"""The administrator's own fields: what is read, what is shown."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some

from crm.choices import FieldType
from crm.custom import (
    all_fields,
    check_values,
    put_value,
    read_stored,
    read_value,
    show_value,
    shown_values,
    write_value,
)
from crm.models import Contact, CustomField
from tests.factories import make_custom_field

TEXT = CustomField(slug="title", type=FieldType.TEXT, name_sv="Titel", name_en="Title")
NUMBER = CustomField(slug="number", type=FieldType.NUMBER)
DATE = CustomField(slug="date", type=FieldType.DATE)
DIET = CustomField(slug="diet", type=FieldType.CHOICE, options=["Vegan", "Allt"])


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        (TEXT, "two\nlines", "It has a line break or a control character in it."),
        (TEXT, "x" * 501, "At most 500 characters."),
        (NUMBER, "many", "“many” is no number. Write it like 12 or 12.5."),
        (NUMBER, "1_000", "“1_000” is no number. Write it like 12 or 12.5."),
        (NUMBER, "nan", "“nan” is no number. Write it like 12 or 12.5."),
        (NUMBER, "--1", "“--1” is no number. Write it like 12 or 12.5."),
        (NUMBER, "٣", "“٣” is no number. Write it like 12 or 12.5."),
        (NUMBER, "1e400", "“1e400” is too great a number."),
        (NUMBER, "1" * 20, f"“{'1' * 20}” is too great a number."),
        (DATE, "2026-02-30", "“2026-02-30” is no date. Write it like 2026-03-01."),
        (DATE, "soon", "“soon” is no date. Write it like 2026-03-01."),
        (DIET, "fish", "“fish” is not one of: Vegan, Allt."),
    ],
)
def test_value_that_does_not_fit_is_refused_with_a_sentence(field, text, sentence):
    with translation.override("en"), pytest.raises(ValidationError) as caught:
        read_value(field, text)

    assert caught.value.messages == [sentence]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (TEXT, "  Docent  ", "Docent"),
        (TEXT, "   ", None),
        (NUMBER, "", None),
        (NUMBER, "12", 12),
        (NUMBER, "12,0", 12),
        (NUMBER, "1 234,5", 1234.5),
        (NUMBER, "1\u00a0234\u202f567", 1234567),
        (NUMBER, "−3", -3),
        (DATE, "2026-03-01", "2026-03-01"),
        (DATE, "20260301", "2026-03-01"),
        (DATE, "2026/03/01", "2026-03-01"),
        (DATE, "1.3.2026", "2026-03-01"),
        (DIET, "vegan ", "Vegan"),
    ],
)
def test_value_is_read_in_the_form_it_is_stored_in(field, text, value):
    read = read_value(field, text)

    assert read == value
    assert type(read) is type(value)


@given(some.integers(-(10**14), 10**14) | some.floats(-1e14, 1e14))
def test_number_written_is_read_back_the_same(number):
    stored = read_stored(NUMBER, number)

    assert read_value(NUMBER, write_value(NUMBER, stored)) == stored


@pytest.mark.parametrize("value", [True, [], {}])
def test_stored_value_of_another_kind_is_refused(value):
    with pytest.raises(ValidationError):
        read_stored(NUMBER, value)


def test_stored_number_in_a_text_field_becomes_text():
    assert read_stored(TEXT, 12) == "12"


@pytest.mark.parametrize(
    ("field", "value", "english", "swedish"),
    [
        (TEXT, None, "", ""),
        (TEXT, "Docent", "Docent", "Docent"),
        (NUMBER, 12.5, "12.5", "12,5"),
        (DATE, "2026-03-01", "1 March 2026", "1 mars 2026"),
        (DATE, "soon", "soon", "soon"),
        (NUMBER, "many", "many", "many"),
    ],
)
def test_value_is_shown_in_the_readers_language(field, value, english, swedish):
    with translation.override("en"):
        assert show_value(field, value) == english
    with translation.override("sv"):
        assert show_value(field, value) == swedish


def test_values_by_slug_name_every_one_that_does_not_fit():
    with pytest.raises(ValidationError) as caught:
        check_values({"diet": "fish", "number": "3", "shoe": "44"}, [DIET, NUMBER])

    assert set(caught.value.message_dict) == {"diet", "shoe"}


def test_values_by_slug_are_read_and_null_takes_away():
    values = {"diet": "vegan", "number": None}

    assert check_values(values, [DIET, NUMBER]) == {"diet": "Vegan", "number": None}


def test_shown_values_leave_out_what_is_absent():
    contact = Contact(custom={"title": "Docent"})
    put_value(contact, NUMBER, 3)
    put_value(contact, NUMBER, None)

    with translation.override("en"):
        assert shown_values(contact, [TEXT, NUMBER]) == [("Title", "Docent")]


@pytest.mark.django_db
def test_fields_come_in_the_administrators_order():
    last = make_custom_field(order=2)
    first = make_custom_field(order=1)

    assert all_fields() == [first, last]
