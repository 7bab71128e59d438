"""Texts and numbers that a database can take, as types of the API's shapes."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field


def _check_text(text: str) -> str:
    """Refuse what neither database keeps: NUL, and halves of characters."""
    if "\x00" in text:
        raise ValueError("A text may not contain NUL.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("A text may not contain half a character.") from error
    return text


def _check_moment(value: object) -> object:
    if isinstance(value, str) and "T" not in value.upper():
        raise ValueError("Write it like 2026-03-01T12:00:00Z.")
    return value


Text = Annotated[str, AfterValidator(_check_text)]
Line = Annotated[Text, Field(max_length=254)]
LongText = Annotated[Text, Field(max_length=20_000)]
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
# In a body JSON has types of its own: 1 is no truth, "1" no number.
BodyKey = Annotated[int, Field(ge=1, le=2**63 - 1, strict=True)]
# A bare number would be read as seconds since 1970.
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_check_moment),
    Field(examples=["2026-03-01T12:00:00Z"]),
]
