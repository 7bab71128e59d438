"""Lost updates: an ETag for what was read, and If-Match for what is written."""

import hashlib
import json
import re
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from crm.api.problems import ProblemError

TAG = re.compile(r'"[\x21\x23-\x7e]*"')
TAGS = re.compile(rf"(W/)?{TAG.pattern}(\s*,\s*(W/)?{TAG.pattern})*")


def make_etag(shown: dict[str, Any]) -> str:
    """Return the strong ETag of a thing as it is shown."""
    text = json.dumps(shown, cls=DjangoJSONEncoder, sort_keys=True)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def mark_version(response: HttpResponse, shown: dict[str, Any]) -> dict[str, Any]:
    """Put the ETag of what is shown on the answer; return what is shown."""
    response["ETag"] = make_etag(shown)
    return shown


def check_version(request: HttpRequest, shown: dict[str, Any]) -> None:
    """Raise a 412 problem when If-Match names another version than the present one.

    Without If-Match the write goes ahead, as the last one to write. Raises a 400
    problem when If-Match is no list of ETags (RFC 9110 §13.1.1).
    """
    wanted = request.headers.get("If-Match")
    if wanted is None or wanted.strip() == "*":
        return
    if not TAGS.fullmatch(wanted.strip()):
        raise ProblemError(
            400, _("If-Match takes the ETag as it came, quotes and all.")
        )
    if make_etag(shown) not in TAG.findall(wanted):
        raise ProblemError(
            412, _("Somebody changed it since you read it. Read it again.")
        )
