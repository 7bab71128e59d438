"""Saying no in JSON: problem details (RFC 9457), with the field at fault."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as ShapeError

MEDIA_TYPE = "application/problem+json"


class Fault(Schema):
    field: str
    detail: str


class Problem(Schema):
    """What went wrong: ``detail`` is a sentence, ``errors`` name the fields."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[Fault] = []


class ProblemError(Exception):
    """Ends a request with a problem; ``errors`` are (field, sentence)."""

    def __init__(
        self, status: int, detail: str, errors: list[tuple[str, str]] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, errors or []


TITLES = {
    400: "Bad request",
    401: "No valid token",
    403: "Not allowed",
    404: "Not found",
    409: "Conflict",
    412: "Changed meanwhile",
    422: "Not accepted",
    429: "Too many requests",
}


def answer(
    status: int,
    detail: str = "",
    errors: list[tuple[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """Return the problem as an HTTP answer."""
    body = Problem(
        title=TITLES.get(status, "Problem"),
        status=status,
        detail=detail,
        errors=[Fault(field=field, detail=said) for field, said in errors or []],
    )
    return JsonResponse(
        body.model_dump(), status=status, content_type=MEDIA_TYPE, headers=headers
    )


def refuse_invalid(error: ValidationError, prefix: str = "") -> ProblemError:
    """Return the problem for what a model or a field refused, field by field."""
    if hasattr(error, "error_dict"):
        found = error.message_dict.items()
        errors = [
            ("" if field == "__all__" else f"{prefix}{field}", sentence)
            for field, sentences in found
            for sentence in sentences
        ]
    else:
        errors = [(prefix, sentence) for sentence in error.messages]
    return ProblemError(422, _("Some of it cannot be accepted."), errors)


def register_handlers(api: NinjaAPI) -> None:
    """Let the API answer each kind of refusal as a problem."""
    api.add_exception_handler(ProblemError, _answer_problem)
    api.add_exception_handler(ShapeError, _answer_shape)
    api.add_exception_handler(AuthenticationError, _answer_stranger)
    api.add_exception_handler(PermissionDenied, _answer_forbidden)
    api.add_exception_handler(Http404, _answer_missing)
    api.add_exception_handler(HttpError, _answer_http)


def _answer_problem(request: HttpRequest, error: ProblemError) -> HttpResponse:
    return answer(error.status, error.detail, error.errors)


def _answer_shape(request: HttpRequest, error: ShapeError) -> HttpResponse:
    errors = [
        (".".join(map(str, fault["loc"][1:])), str(fault["msg"]))
        for fault in error.errors
    ]
    # The first part says where: body, query, path. A body has the name of its argument.
    shown = [
        (field.removeprefix("data.").removeprefix("chosen."), said)
        for field, said in errors
    ]
    return answer(422, _("Some of it cannot be read."), shown)


def _answer_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return answer(
        401,
        _("Send a token: Authorization: Bearer …"),
        headers={"WWW-Authenticate": "Bearer"},
    )


def _answer_forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return answer(403, _("This token may not do that."))


def _answer_missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return answer(404, _("There is no such thing."))


def _answer_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    status = error.status_code
    headers = {}
    if status == 429:
        headers["Retry-After"] = str(getattr(error, "wait", None) or 60)
    return answer(status, str(error), headers=headers)
