"""Segments for programs: their rules as data, and who is in them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from wagtail.log_actions import log

from crm.api import shapes
from crm.api.access import may_see_people, require
from crm.api.paging import Page, cut_page
from crm.api.problems import ProblemError, refuse_invalid
from crm.api.texts import Key
from crm.api.versions import check_version, mark_version
from crm.exceptions import RuleError
from crm.models import Contact, Segment
from crm.segments.circles import asked_segments, find_circle
from crm.segments.compiler import find_missing, segment_members
from crm.segments.counting import refresh_count
from crm.segments.fields import all_schemas
from crm.segments.rules import dump_rules, empty_rules, parse_rules
from crm.segments.uses import find_uses
from crm.segments.words import describe_segments

router = Router(tags=["segments"])
BY_HAND = ("added", "excluded")


@router.get("", response=shapes.SegmentPage, summary="List segments")
def list_segments(request: HttpRequest, chosen: Query[Page]):
    require(request, "crm.view_segment")
    rows = Segment.objects.prefetch_related(*BY_HAND)
    page = cut_page(rows, chosen, lambda row: row)
    words = describe_segments(page["items"])
    shows = may_see_people(request)
    return {
        **page,
        "items": [show_segment(row, words[row.pk], shows) for row in page["items"]],
    }


@router.post("", response={201: shapes.Segment}, summary="Add a segment")
@transaction.atomic
def add_segment(request: HttpRequest, response: HttpResponse, data: shapes.SegmentNew):
    require(request, "crm.view_segment", "crm.add_segment")
    segment = Segment()
    write_segment(request, segment, data.model_dump(exclude_unset=True))
    log(segment, "wagtail.create", user=request.user, data=_by_token(request))
    return Status(201, mark_version(response, read_segment(request, segment.pk)))


@router.get("/{int:segment_id}", response=shapes.Segment, summary="Read a segment")
def get_segment(request: HttpRequest, response: HttpResponse, segment_id: Key):
    require(request, "crm.view_segment")
    return mark_version(response, read_segment(request, segment_id))


@router.patch("/{int:segment_id}", response=shapes.Segment, summary="Change a segment")
@transaction.atomic
def change_segment(
    request: HttpRequest,
    response: HttpResponse,
    segment_id: Key,
    data: shapes.SegmentChange,
):
    require(request, "crm.view_segment", "crm.change_segment")
    segment = _lock(segment_id)
    check_version(request, read_segment(request, segment_id))
    write_segment(request, segment, data.model_dump(exclude_unset=True))
    log(segment, "wagtail.edit", user=request.user, data=_by_token(request))
    return mark_version(response, read_segment(request, segment_id))


@router.delete(
    "/{int:segment_id}", response={204: None}, summary="Delete an unused segment"
)
@transaction.atomic
def delete_segment(request: HttpRequest, segment_id: Key):
    """Delete a segment that nothing uses; else 409 with what does."""
    require(request, "crm.view_segment", "crm.delete_segment")
    segment = _lock(segment_id)
    check_version(request, read_segment(request, segment_id))
    if uses := find_uses(segment, request.user):
        names = ", ".join(str(use.label) for use in uses)
        raise ProblemError(409, _("It is used by: %(uses)s.") % {"uses": names})
    log(
        segment,
        "wagtail.delete",
        user=request.user,
        deleted=True,
        data=_by_token(request),
    )
    segment.delete()
    return Status(204, None)


@router.get(
    "/{int:segment_id}/members",
    response=shapes.MemberPage,
    summary="List who is in a segment today",
)
def list_members(request: HttpRequest, segment_id: Key, chosen: Query[Page]):
    """List the people in it, whether or not they may be mailed; ``count`` is of all."""
    require(request, "crm.view_segment", "crm.view_contact")
    segment = get_object_or_404(Segment, pk=segment_id)
    members = segment_members(segment, timezone.localdate())
    return {**cut_page(members, chosen, show_member), "count": members.count()}


def read_segment(request: HttpRequest, segment_id: int) -> dict[str, Any]:
    """Return one segment as the list would have it. Raises Http404."""
    rows = Segment.objects.prefetch_related(*BY_HAND)
    segment = get_object_or_404(rows, pk=segment_id)
    words = describe_segments([segment])[segment.pk]
    return show_segment(segment, words, may_see_people(request))


def show_segment(segment: Segment, words: str, shows_people: bool) -> dict[str, Any]:
    """Return a segment as the API shows it; people by hand only to who may see them."""
    return {
        "id": segment.pk,
        "name": segment.name,
        "description": segment.description,
        "rules": segment.rules,
        "rules_in_words": str(words),
        **{
            name: sorted(contact.pk for contact in getattr(segment, name).all())
            if shows_people
            else None
            for name in BY_HAND
        },
        "count": segment.stored_count,
        "counted_at": segment.counted_at,
        "changed_at": segment.updated_at,
    }


def show_member(contact: Contact) -> dict[str, Any]:
    """Return a member as the API shows it."""
    return {
        "id": contact.pk,
        "given_name": contact.given_name,
        "family_name": contact.family_name,
        "email": contact.email,
        "language": contact.language,
    }


def write_segment(
    request: HttpRequest, segment: Segment, values: dict[str, Any]
) -> None:
    """Write the given fields, save and count; ProblemError names what is at fault."""
    people = {name: values.pop(name) for name in BY_HAND if name in values}
    if people:
        require(request, "crm.view_contact")
    found = {name: find_people(name, ids) for name, ids in people.items()}
    if "rules" in values:
        values["rules"] = read_rules(segment, values["rules"] or empty_rules())
    for name, value in values.items():
        setattr(segment, name, value)
    try:
        segment.full_clean()
    except ValidationError as error:
        raise refuse_invalid(error) from error
    segment.save()
    for name, contacts in found.items():
        getattr(segment, name).set(contacts)
    refresh_count(segment)


def read_rules(segment: Segment, rules: Any) -> dict[str, Any]:
    """Return a rule tree as it is stored, after all that the editor would check."""
    try:
        group = parse_rules(rules, all_schemas())
    except RuleError as error:
        place = error.path if error.path.startswith("rules") else "rules"
        raise ProblemError(422, str(error), [(place, str(error))]) from error
    if find_missing(group):
        raise _refuse_rules(_("The rules refer to something that is not there."))
    for target in asked_segments(group):
        if find_circle(segment.pk, target):
            raise _refuse_rules(_("The segment would ask about itself."))
    return dump_rules(group)


def find_people(name: str, ids: list[int]) -> list[Contact]:
    """Return the contacts of those ids; a problem when one is not there."""
    found = list(Contact.objects.filter(pk__in=ids))
    if len(found) < len(set(ids)):
        sentence = _("One of these contacts is not there.")
        raise ProblemError(422, sentence, [(name, sentence)])
    return found


def _refuse_rules(sentence: str) -> ProblemError:
    return ProblemError(422, sentence, [("rules", sentence)])


def _lock(segment_id: int) -> Segment:
    return get_object_or_404(Segment.objects.select_for_update(), pk=segment_id)


def _by_token(request: HttpRequest) -> dict[str, str]:
    return {"token": request.auth.name}
