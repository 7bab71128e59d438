"""newsletter/mail/quoted.py: what is put together must be what was said."""

import quopri

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.mail.merge import Field, fill_text, split_fields, write_text
from newsletter.mail.quoted import QuotedPart, quote_text

any_text = st.text(
    alphabet=st.one_of(
        st.sampled_from(" .=\n\t-åäöÅ漢字🙂'\"<>&"),
        st.characters(blacklist_categories=["Cs"], blacklist_characters="\r"),
    ),
    max_size=400,
)
# As the register keeps them: no line breaks, but all else.
any_value = st.text(
    alphabet=st.one_of(
        st.sampled_from(" .=\t-åäö漢🙂\x00\x7f\u2028"),
        st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\n"),
    ),
    max_size=200,
)


def decode(quoted: bytes) -> str:
    return quopri.decodestring(quoted).decode().replace("\r\n", "\n")


def assert_fit_for_the_wire(quoted: bytes) -> None:
    lines = quoted.split(b"\r\n")
    assert quoted.isascii()
    assert b"\n" not in quoted.replace(b"\r\n", b"")
    assert [line for line in lines if len(line) > 76] == []
    assert [line for line in lines if line.startswith(b".")] == []
    assert [line for line in lines if line.endswith((b" ", b"\t"))] == []


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("", b""),
        ("å", b"=C3=A5"),
        ("1 = 1", b"1 =3D 1"),
        ("end \nof line", b"end=20\r\nof line"),
        (".\n..", b"=2E\r\n=2E."),
        ("a" * 75, b"a" * 75),
        ("a" * 76, b"a" * 75 + b"=\r\na"),
        ("a" * 74 + "å", b"a" * 74 + b"=\r\n=C3=A5"),
        ("a" * 73 + "å", b"a" * 73 + b"=\r\n=C3=A5"),
        ("a" * 75 + ".b", b"a" * 75 + b"=\r\n=2Eb"),
    ],
)
def test_quote_text_is_exact(text, quoted):
    assert quote_text(text) == quoted


@given(any_text)
def test_quote_text_any_text_is_read_back(text):
    quoted = quote_text(text)

    assert_fit_for_the_wire(quoted)
    assert decode(quoted) == text


@given(any_text, any_text, any_value, any_value)
@example("Hej ", "\n.", "", ".")
@example("", "", ".", "a" * 75 + ".")
@example("x\n", " ", " ", "=")
def test_part_with_any_values_is_read_back(before, after, first, second):
    text = f"{before.replace('[', '')}[[given_name|kollega]] [[family_name]]"
    text += after.replace("[", "")
    values = {"given_name": first, "family_name": second}

    quoted = b"".join(QuotedPart(split_fields(text), write_text).fill(values))

    assert_fit_for_the_wire(quoted)
    assert decode(quoted) == fill_text(text, values)


def test_part_writes_a_value_where_it_stands_and_leaves_the_fallback_alone():
    split = ("Hej ", Field("given_name", "kära = du"), "!")

    part = QuotedPart(split, lambda field, value: f"<{value}>")

    assert decode(b"".join(part.fill({"given_name": "Åsa"}))) == "Hej <Åsa>!"
    assert decode(b"".join(part.fill({}))) == "Hej kära = du!"
