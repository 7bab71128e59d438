"""What contacts and rules refer to, to read: seats, topics, roles, own fields."""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from crm.api import shapes
from crm.api.access import may_see_people, require
from crm.api.contacts import show_seat
from crm.api.paging import Page, cut_page
from crm.api.texts import Key, Line
from crm.custom import all_fields
from crm.models import Affiliation, Role, Seat, Topic

router = Router(tags=["words and seats"])


class SeatFilter(Page):
    """What to look for; everything given must hold."""

    organisation: Key | None = None
    role: Line | None = None
    network: Line | None = None
    vacant: bool | None = None


@router.get("/seats", response=shapes.SeatPage, summary="List seats")
def list_seats(request: HttpRequest, chosen: Query[SeatFilter]):
    require(request, "crm.view_seat")
    shows = may_see_people(request)

    def show(seat) -> dict[str, Any]:
        return {
            **show_seat(seat),
            "email": seat.email,
            "is_vacant": seat.holder is None,
            "holder": seat.holder if shows else None,
        }

    return cut_page(filter_seats(chosen), chosen, show)


@router.get("/topics", response=list[shapes.Term], summary="List topics")
def list_topics(request: HttpRequest):
    require(request, "crm.view_topic")
    return [show_term(term) for term in Topic.objects.all()]


@router.get("/roles", response=list[shapes.Term], summary="List roles")
def list_roles(request: HttpRequest):
    require(request, "crm.view_role")
    return [show_term(term) for term in Role.objects.all()]


@router.get(
    "/custom-fields",
    response=list[shapes.CustomField],
    summary="List the fields that the administrator added",
)
def list_custom_fields(request: HttpRequest):
    require(request, "crm.view_contact")
    names = ("slug", "name_sv", "name_en", "type", "options", "is_merge_field")
    return [{name: getattr(field, name) for name in names} for field in all_fields()]


def filter_seats(chosen: SeatFilter):
    """Return the seats that meet everything asked, each with ``holder`` of today."""
    today = timezone.localdate()
    held = Affiliation.objects.held(today).filter(seat=OuterRef("pk"))
    found = Seat.objects.select_related("role", "organisation", "network").annotate(
        holder=Subquery(held.order_by("pk").values("contact")[:1])
    )
    if chosen.organisation:
        found = found.filter(organisation=chosen.organisation)
    if chosen.role is not None:
        found = found.filter(role__slug=chosen.role)
    if chosen.network is not None:
        found = found.filter(network__slug=chosen.network)
    if chosen.vacant is not None:
        found = found.filter(holder__isnull=chosen.vacant)
    return found


def show_term(term: Topic | Role) -> dict[str, str]:
    """Return a topic or role as the API shows it."""
    return {"slug": term.slug, "name_sv": term.name_sv, "name_en": term.name_en}
