"""Lost updates: an ETag for what was read, and If-Match for what is written."""

import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from crm.api.problems import ProblemError


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

    Without If-Match the write goes ahead, as the last one to write.
    """
    wanted = request.headers.get("If-Match", "").strip()
    tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
    if wanted and "*" not in tags and make_etag(shown) not in tags:
        raise ProblemError(
            412, _("Somebody changed it since you read it. Read it again.")
        )
