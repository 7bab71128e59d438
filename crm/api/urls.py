"""The API put together: version 1, its description, and a page for people.

Built on django-ninja itself, which Wagtail brings; not on Wagtail's own API v3, which
is a preview.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from crm.api import contacts, organisations, segments, vocabulary
from crm.api.access import TokenAuth
from crm.api.parameters import refuse_unknown_parameters
from crm.api.problems import (
    MEDIA_TYPE,
    TITLES,
    Problem,
    answer,
    register_handlers,
)

PREFIX = "/api/v1/"
# What any address may answer, beside what it says itself.
EVERYWHERE = (400, 401, 403, 404, 422, 429)
WRITING = (409, 412)


class RegisterAPI(NinjaAPI):
    """Describes its refusals, which django-ninja leaves out."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Return the OpenAPI description with the problems that can come back."""
        schema = super().get_openapi_schema(**kwargs)
        shapes = schema["components"]["schemas"]
        model = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        shapes.update(model.pop("$defs", {}))
        shapes["Problem"] = model
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _describe_refusals(method, operation)
                _describe_versions(method, operation)
        return schema


def make_api() -> RegisterAPI:
    """Return the API with everything in it."""
    api = RegisterAPI(
        title="Rundbrev: the register",
        version="1",
        description="Contacts, organisations and segments, to read and to write.",
        urls_namespace="crm_api",
        docs_url=None,
        openapi_url=None,
        auth=TokenAuth(),
    )
    refuse_unknown_parameters(api)
    api.add_router("/contacts", contacts.router)
    api.add_router("/organisations", organisations.router)
    api.add_router("/segments", segments.router)
    api.add_router("", vocabulary.router)
    register_handlers(api)
    return api


def _describe_refusals(method: str, operation: dict[str, Any]) -> None:
    statuses = EVERYWHERE if method == "get" else (*EVERYWHERE, *WRITING)
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status in statuses:
        operation["responses"][str(status)] = {
            "description": TITLES[status],
            "content": content,
        }


def _describe_versions(method: str, operation: dict[str, Any]) -> None:
    """Say where an ETag comes and where it may be sent back."""
    path_ids = [p for p in operation["parameters"] if p["in"] == "path"]
    if method in ("patch", "delete") and path_ids:
        operation["parameters"].append(
            {
                "name": "If-Match",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "pattern": '^"[0-9a-f]{32}"$'},
                "description": "The ETag of what you read; 412 if it is another now.",
            }
        )


api = make_api()


@require_safe
def describe_api(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description. It tells nothing about anybody, so anybody may read it."""
    schema = api.get_openapi_schema(path_prefix=PREFIX.lstrip("/"))
    return JsonResponse(schema, headers={"Cache-Control": "max-age=300"})


@require_safe
def show_api(request: HttpRequest) -> HttpResponse:
    """The same as a page for people, without anything from elsewhere."""
    schema = api.get_openapi_schema(path_prefix=PREFIX.lstrip("/"))
    operations = [
        {
            "method": method.upper(),
            "path": address,
            "summary": operation["summary"],
            "description": operation.get("description", ""),
            "tag": operation["tags"][0],
            "parameters": [
                p["name"] for p in operation["parameters"] if p["in"] == "query"
            ],
        }
        for address, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "web/crm/api.html", {"operations": operations})


@csrf_exempt
def answer_unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """Say to a program in its own language that there is no such address."""
    return answer(404, _("There is no such address."))


api_urls = [
    path("", show_api, name="crm_api_page"),
    path("openapi.json", describe_api, name="crm_api_description"),
    path("", api.urls),
    path("<path:rest>", answer_unknown),
]
