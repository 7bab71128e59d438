"""Lists in pages by cursor: no offset that slips when rows come and go."""

import base64
import binascii
from collections.abc import Callable
from typing import Annotated, Any

from django.db.models import QuerySet
from ninja import Schema
from pydantic import Field

from crm.api.problems import ProblemError
from crm.api.texts import Text

MOST = 200


class Page(Schema):
    """Which part of a list: at most ``limit`` things after ``cursor``."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[Text, Field(max_length=60)] = ""


def cut_page(
    rows: QuerySet, page: Page, show: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """Return {"items": …, "next": cursor or null} of rows in the order of their ids.

    Costs the same on every page. Raises ProblemError for a cursor that is none of ours.
    """
    after = read_cursor(page.cursor)
    found = list(rows.filter(pk__gt=after).order_by("pk")[: page.limit + 1])
    shown = found[: page.limit]
    more = len(found) > page.limit
    return {
        "items": [show(row) for row in shown],
        "next": write_cursor(shown[-1].pk) if more else None,
    }


def read_cursor(cursor: str) -> int:
    """Return the id after which the page begins; 0 for the first page."""
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode("ascii")
        after = int(text.removeprefix("after:"))
    except (binascii.Error, ValueError) as error:
        raise _bad_cursor() from error
    if not text.startswith("after:") or not 0 <= after < 2**63:
        raise _bad_cursor()
    return after


def write_cursor(pk: int) -> str:
    """Return the cursor of the page after that id."""
    return base64.urlsafe_b64encode(f"after:{pk}".encode()).decode()


def _bad_cursor() -> ProblemError:
    sentence = "Take the cursor from “next” of the page before."
    return ProblemError(422, sentence, [("cursor", sentence)])
