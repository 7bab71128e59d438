"""Organisations for programs."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from wagtail.log_actions import log

from crm.api import shapes
from crm.api.access import require
from crm.api.paging import Page, cut_page
from crm.api.problems import ProblemError, refuse_invalid
from crm.api.texts import Key, Line
from crm.api.versions import check_version, mark_version
from crm.choices import OrganisationKind
from crm.models import Membership, Organisation
from crm.names import make_sort_key
from crm.seats import refresh_organisation

router = Router(tags=["organisations"])
PLAIN = (
    "kind",
    "name",
    "name_sv",
    "name_en",
    "country",
    "region",
    "municipality",
    "website",
    "latitude",
    "longitude",
    "is_published",
)


class OrganisationFilter(Page):
    """What to look for; everything given must hold."""

    q: Line | None = None
    kind: OrganisationKind | None = None
    country: Line | None = None
    region: Line | None = None
    network: Line | None = None
    parent: Key | None = None


@router.get("", response=shapes.OrganisationPage, summary="List organisations")
def list_organisations(request: HttpRequest, chosen: Query[OrganisationFilter]):
    require(request, "crm.view_organisation")
    return cut_page(filter_organisations(chosen), chosen, show_organisation)


@router.post("", response={201: shapes.Organisation}, summary="Add an organisation")
@transaction.atomic
def add_organisation(
    request: HttpRequest, response: HttpResponse, data: shapes.OrganisationNew
):
    require(request, "crm.add_organisation")
    organisation = Organisation()
    write_organisation(organisation, data.model_dump(exclude_unset=True))
    log(organisation, "wagtail.create", user=request.user, data=_by_token(request))
    return Status(201, mark_version(response, show_organisation(organisation)))


@router.get(
    "/{int:organisation_id}",
    response=shapes.Organisation,
    summary="Read an organisation",
)
def get_organisation(
    request: HttpRequest, response: HttpResponse, organisation_id: Key
):
    require(request, "crm.view_organisation")
    organisation = get_object_or_404(Organisation, pk=organisation_id)
    return mark_version(response, show_organisation(organisation))


@router.patch(
    "/{int:organisation_id}",
    response=shapes.Organisation,
    summary="Change an organisation",
)
@transaction.atomic
def change_organisation(
    request: HttpRequest,
    response: HttpResponse,
    organisation_id: Key,
    data: shapes.OrganisationChange,
):
    require(request, "crm.change_organisation")
    organisation = _lock(organisation_id)
    check_version(request, show_organisation(organisation))
    write_organisation(organisation, data.model_dump(exclude_unset=True))
    # Segment rules read copies of these facts.
    refresh_organisation(organisation)
    log(organisation, "wagtail.edit", user=request.user, data=_by_token(request))
    return mark_version(response, show_organisation(organisation))


@router.delete(
    "/{int:organisation_id}",
    response={204: None},
    summary="Delete an organisation that has no seats",
)
@transaction.atomic
def delete_organisation(request: HttpRequest, organisation_id: Key):
    """Delete an organisation without seats, parts and memberships; else 409."""
    require(request, "crm.delete_organisation")
    organisation = _lock(organisation_id)
    check_version(request, show_organisation(organisation))
    users = (organisation.seats, organisation.parts, organisation.memberships)
    if any(rows.exists() for rows in users):
        raise ProblemError(
            409, _("It has seats, parts or memberships. Remove those first.")
        )
    log(
        organisation,
        "wagtail.delete",
        user=request.user,
        deleted=True,
        data=_by_token(request),
    )
    organisation.delete()
    return Status(204, None)


def filter_organisations(chosen: OrganisationFilter) -> QuerySet[Organisation]:
    """Return the organisations that meet everything that was asked."""
    found = Organisation.objects.all()
    for word in (chosen.q or "").split():
        found = found.filter(sort_key__contains=make_sort_key(word))
    plain = ("kind", "country", "region", "parent")
    for name in plain:
        if (value := getattr(chosen, name)) is not None:
            found = found.filter(**{name: value})
    if chosen.network is not None:
        now = Membership.objects.filter(network__slug=chosen.network).exclude(
            ends_on__lt=timezone.localdate()
        )
        found = found.filter(pk__in=now.values("organisation"))
    return found


def show_organisation(organisation: Organisation) -> dict[str, Any]:
    """Return an organisation as the API shows it."""
    return {
        "id": organisation.pk,
        **{name: getattr(organisation, name) for name in PLAIN},
        "parent": organisation.parent_id,
    }


def write_organisation(organisation: Organisation, values: dict[str, Any]) -> None:
    """Write the given fields and save; ProblemError names what cannot be accepted."""
    if "parent" in values:
        parent = values.pop("parent")
        _check_parent(organisation, parent)
        organisation.parent_id = parent
    for name, value in values.items():
        setattr(organisation, name, value)
    try:
        organisation.full_clean()
    except ValidationError as error:
        raise refuse_invalid(error) from error
    organisation.save()


def _check_parent(organisation: Organisation, parent: int | None) -> None:
    """Refuse a parent that is not there, or is the organisation itself or part of it."""
    above, seen = parent, set()
    while above is not None and above not in seen:
        seen.add(above)
        if above == organisation.pk:
            sentence = _("An organisation cannot be part of itself.")
            raise ProblemError(422, sentence, [("parent", sentence)])
        row = Organisation.objects.filter(pk=above).values("parent").first()
        if row is None:
            sentence = _("There is no such organisation.")
            raise ProblemError(422, sentence, [("parent", sentence)])
        above = row["parent"]


def _lock(organisation_id: int) -> Organisation:
    return get_object_or_404(
        Organisation.objects.select_for_update(), pk=organisation_id
    )


def _by_token(request: HttpRequest) -> dict[str, str]:
    return {"token": request.auth.name}
