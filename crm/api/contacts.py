"""Contacts for programs: the forms' own rules hold, and nobody is revived."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from wagtail.log_actions import log

from crm.api import shapes
from crm.api.access import require
from crm.api.paging import Page, cut_page
from crm.api.problems import ProblemError, refuse_invalid
from crm.api.texts import Key, Line, Moment
from crm.api.versions import check_version, mark_version
from crm.choices import Language, SuppressionReason
from crm.consent import hash_of, suppress
from crm.copies import drop_copies
from crm.custom import all_fields, check_values, put_value
from crm.exceptions import AddressError
from crm.history import STOPPED
from crm.models import (
    Affiliation,
    ConsentState,
    Contact,
    Segment,
    Suppression,
    Topic,
)
from crm.names import make_sort_key
from crm.segments.compiler import segment_members

router = Router(tags=["contacts"])
PLAIN = (
    "given_name",
    "family_name",
    "email",
    "phone",
    "language",
    "biography",
    "paused_until",
    "notes",
)


class ContactFilter(Page):
    """What to look for; everything given must hold."""

    q: Line | None = None
    email: Line | None = None
    language: Language | None = None
    topic: Line | None = None
    role: Line | None = None
    organisation: Key | None = None
    segment: Key | None = None
    changed_since: Moment | None = None


class Deletion(Schema):
    stop_address: bool = True


@router.get("", response=shapes.ContactPage, summary="List contacts")
def list_contacts(request: HttpRequest, chosen: Query[ContactFilter]):
    require(request, "crm.view_contact")
    return cut_page(filter_contacts(chosen), chosen, show_contact)


@router.post("", response={201: shapes.Contact}, summary="Add a contact")
@transaction.atomic
def add_contact(request: HttpRequest, response: HttpResponse, data: shapes.ContactNew):
    """Add somebody. An address that is stopped, or that a contact has, is refused."""
    require(request, "crm.view_contact", "crm.add_contact")
    contact = Contact()
    write_contact(contact, data.model_dump(exclude_unset=True))
    log(contact, "wagtail.create", user=request.user, data=_by_token(request))
    return Status(201, mark_version(response, show_contact(read_contact(contact.pk))))


@router.get("/{int:contact_id}", response=shapes.Contact, summary="Read a contact")
def get_contact(request: HttpRequest, response: HttpResponse, contact_id: Key):
    require(request, "crm.view_contact")
    return mark_version(response, show_contact(read_contact(contact_id)))


@router.patch("/{int:contact_id}", response=shapes.Contact, summary="Change a contact")
@transaction.atomic
def change_contact(
    request: HttpRequest,
    response: HttpResponse,
    contact_id: Key,
    data: shapes.ContactChange,
):
    require(request, "crm.view_contact", "crm.change_contact")
    lock_contact(contact_id)
    contact = read_contact(contact_id)
    check_version(request, show_contact(contact))
    write_contact(contact, data.model_dump(exclude_unset=True))
    log(contact, "wagtail.edit", user=request.user, data=_by_token(request))
    return mark_version(response, show_contact(read_contact(contact_id)))


@router.delete("/{int:contact_id}", response={204: None}, summary="Delete a contact")
@transaction.atomic
def delete_contact(request: HttpRequest, contact_id: Key, chosen: Query[Deletion]):
    """Delete somebody; the address is stopped too unless ``stop_address`` says no."""
    require(request, "crm.view_contact", "crm.delete_contact")
    lock_contact(contact_id)
    contact = read_contact(contact_id)
    check_version(request, show_contact(contact))
    if chosen.stop_address:
        suppression = suppress(contact.email, SuppressionReason.MANUAL)
        log(suppression, STOPPED, user=request.user)
    log(
        contact,
        "wagtail.delete",
        user=request.user,
        deleted=True,
        data=_by_token(request),
    )
    drop_copies()
    contact.delete()
    return Status(204, None)


def filter_contacts(chosen: ContactFilter) -> QuerySet[Contact]:
    """Return the contacts that meet everything that was asked."""
    found = shown_contacts()
    for word in (chosen.q or "").split():
        found = found.filter(sort_key__contains=make_sort_key(word))
    if chosen.email is not None:
        found = found.filter(address_hash=_hash(chosen.email))
    if chosen.language:
        found = found.filter(language=chosen.language)
    if chosen.topic is not None:
        found = found.filter(topics__slug=chosen.topic)
    if chosen.role is not None or chosen.organisation:
        held = Affiliation.objects.held(timezone.localdate())
        if chosen.role is not None:
            held = held.filter(role__slug=chosen.role)
        if chosen.organisation:
            held = held.filter(organisation=chosen.organisation)
        found = found.filter(Exists(held.filter(contact=OuterRef("pk"))))
    if chosen.segment:
        segment = get_object_or_404(Segment, pk=chosen.segment)
        members = segment_members(segment, timezone.localdate())
        found = found.filter(pk__in=members.values("pk"))
    if chosen.changed_since:
        found = found.filter(updated_at__gte=chosen.changed_since)
    return found


def shown_contacts() -> QuerySet[Contact]:
    """Return the contacts with all that is shown of them, in constant queries."""
    held = Affiliation.objects.held(timezone.localdate()).select_related(
        "seat__role", "seat__organisation", "seat__network"
    )
    stopped = Suppression.objects.filter(address_hash=OuterRef("address_hash"))
    return Contact.objects.annotate(is_stopped=Exists(stopped)).prefetch_related(
        "topics",
        Prefetch(
            "consent_states", queryset=ConsentState.objects.select_related("purpose")
        ),
        Prefetch("affiliations", queryset=held.order_by("pk"), to_attr="seats_today"),
    )


def read_contact(contact_id: int) -> Contact:
    """Return one contact as the list would have it. Raises Http404."""
    return get_object_or_404(shown_contacts(), pk=contact_id)


def lock_contact(contact_id: int) -> None:
    """Lock the row until the transaction ends, so that no other write comes between."""
    get_object_or_404(Contact.objects.select_for_update(), pk=contact_id)


def show_contact(contact: Contact) -> dict[str, Any]:
    """Return a contact as the API shows it."""
    return {
        "id": contact.pk,
        **{name: getattr(contact, name) for name in PLAIN},
        "topics": sorted(topic.slug for topic in contact.topics.all()),
        "custom": contact.custom,
        "seats": [
            {**show_seat(row.seat), "since": row.starts_on}
            for row in contact.seats_today
        ],
        "said": [
            {
                "purpose": state.purpose.slug,
                "status": state.status,
                "since": state.since,
            }
            for state in contact.consent_states.all()
        ],
        "is_stopped": contact.is_stopped,
        "added_at": contact.created_at,
        "changed_at": contact.updated_at,
    }


def show_seat(seat) -> dict[str, Any]:
    """Return what a seat is, without who holds it."""
    return {
        "id": seat.pk,
        "title": seat.title,
        "role": seat.role.slug,
        "network": seat.network.slug if seat.network else None,
        "organisation": {
            "id": seat.organisation_id,
            "name": seat.organisation.name,
        },
    }


def write_contact(contact: Contact, values: dict[str, Any]) -> None:
    """Write the given fields into a contact and save it.

    Raises ProblemError naming each field that cannot be accepted. What somebody said
    about mail cannot be written, and a stopped address is not taken in again.
    """
    custom = values.pop("custom", {})
    slugs = values.pop("topics", None)
    topics = find_topics(slugs) if slugs is not None else None
    _write_custom(contact, custom)
    if "email" in values:
        _check_address(contact, values["email"])
    for name, value in values.items():
        setattr(contact, name, value)
    try:
        contact.full_clean()
    except ValidationError as error:
        raise refuse_invalid(error) from error
    contact.save()
    if topics is not None:
        contact.topics.set(topics)


def find_topics(slugs: list[str]) -> list[Topic]:
    """Return the topics of those short names; a problem when one is unknown."""
    known = {topic.slug: topic for topic in Topic.objects.filter(slug__in=slugs)}
    errors = [
        ("topics", _("There is no topic “%(slug)s”.") % {"slug": slug})
        for slug in slugs
        if slug not in known
    ]
    if errors:
        raise ProblemError(422, _("Some of it cannot be accepted."), errors)
    return list(known.values())


def _write_custom(contact: Contact, custom: dict[str, Any]) -> None:
    fields = all_fields()
    try:
        values = check_values(custom, fields)
    except ValidationError as error:
        raise refuse_invalid(error, "custom.") from error
    for field in fields:
        if field.slug in values:
            put_value(contact, field, values[field.slug])


def _check_address(contact: Contact, address: str) -> None:
    """Refuse an address that cannot be used, is stopped, or is another contact's."""
    try:
        address_hash = hash_of(address)
    except AddressError as error:
        raise ProblemError(422, str(error), [("email", str(error))]) from error
    if address_hash == contact.address_hash:
        return
    others = Contact.objects.exclude(pk=contact.pk)
    if others.filter(address_hash=address_hash).exists():
        sentence = _("There is already a contact with that address.")
        raise ProblemError(409, sentence, [("email", sentence)])
    stopped = Suppression.objects.filter(address_hash=address_hash).first()
    if stopped:
        sentence = _("The address is stopped: %(reason)s.") % {
            "reason": stopped.get_reason_display().lower()
        }
        raise ProblemError(422, sentence, [("email", sentence)])


def _hash(address: str) -> str:
    try:
        return hash_of(address)
    except AddressError:
        return "-"  # nobody has an address that is none


def _by_token(request: HttpRequest) -> dict[str, str]:
    return {"token": request.auth.name}
