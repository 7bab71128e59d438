"""Texts and numbers that a database can take, as types of the API's shapes."""

from typing import Annotated

from pydantic import AfterValidator, Field


def _check_text(text: str) -> str:
    """Refuse what neither database keeps: NUL, and halves of characters."""
    if "\x00" in text:
        raise ValueError("A text may not contain NUL.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("A text may not contain half a character.") from error
    return text


Text = Annotated[str, AfterValidator(_check_text)]
Line = Annotated[Text, Field(max_length=254)]
LongText = Annotated[Text, Field(max_length=20_000)]
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
