"""What somebody gets and may get, and what they choose of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.choices import ConsentAction, ConsentStatus, LawfulBasis, SeatTaskReason
from crm.consent import record_consent
from crm.models import (
    Affiliation,
    ConsentState,
    Contact,
    ImportChange,
    Purpose,
    Seat,
    SeatTask,
    Topic,
)
from crm.seats import open_task
from newsletter.models import Delivery, Newsletter

SOURCE = gettext_noop("page with one's own choices")


@dataclass(frozen=True)
class Offer:
    """A purpose that somebody gets mail for, or may; with the newsletters it is for."""

    purpose: Purpose
    newsletters: tuple[Newsletter, ...]
    is_on: bool
    why: str

    @property
    def name(self) -> str:
        return ", ".join(newsletter.name for newsletter in self.newsletters)


def list_offers(contact: Contact) -> list[Offer]:
    """Return what somebody gets or may get, in the active language.

    Not among them: what nobody can ask for and they never got.
    """
    states = {
        state.purpose_id: state
        for state in ConsentState.objects.filter(contact=contact)
    }
    got = set(
        Delivery.objects.filter(contact=contact)
        .values_list("campaign__newsletter__purpose", flat=True)
        .distinct()
    )
    newsletters = Newsletter.objects.select_related("purpose").order_by(
        "purpose", "name"
    )
    offers = []
    for purpose, group in groupby(newsletters, key=lambda n: n.purpose):
        its = tuple(group)
        state = states.get(purpose.pk)
        if state or purpose.pk in got or any(n.is_open for n in its):
            is_on = _is_on(purpose, state, purpose.pk in got)
            offers.append(
                Offer(purpose, its, is_on, _say_why(contact, purpose, state, is_on))
            )
    return offers


@transaction.atomic
def choose(
    contact: Contact,
    *,
    purposes: Collection[int],
    language: str,
    topics: Collection[int],
) -> bool:
    """Keep what somebody chose; return whether anything changed.

    ``purposes`` and ``topics`` are the keys of those that are wanted. What was on and
    is wanted no more is left, what was off and is wanted is a new yes.
    """
    changed = False
    for offer in list_offers(contact):
        wanted = offer.purpose.pk in purposes
        if wanted != offer.is_on:
            action = ConsentAction.GIVEN if wanted else ConsentAction.WITHDRAWN
            record_consent(contact, offer.purpose, action, source=SOURCE)
            changed = True
    if contact.language != language:
        contact.language = language
        contact.save(update_fields=["language", "updated_at"])
        changed = True
    if set(contact.topics.values_list("pk", flat=True)) != set(topics):
        contact.topics.set(Topic.objects.filter(pk__in=topics))
        changed = True
    return changed


@transaction.atomic
def stop_everything(contact: Contact) -> list[int]:
    """Object to all mail (GDPR art. 21); return the purposes that were on until now."""
    on = [offer.purpose for offer in list_offers(contact) if offer.is_on]
    # Somebody for whom nothing is on may object all the same.
    objected = on or list(Purpose.objects.filter(newsletters__isnull=False)[:1])
    for purpose in objected:
        record_consent(contact, purpose, ConsentAction.OBJECTED, source=SOURCE)
    return [purpose.pk for purpose in on]


@transaction.atomic
def resume(contact: Contact, purposes: Collection[int]) -> None:
    """Take the objection back; of the purposes those go on that are named."""
    held = ConsentState.objects.filter(
        contact=contact, status=ConsentStatus.OBJECTED
    ).select_related("purpose")
    for state in held:
        record_consent(contact, state.purpose, ConsentAction.RETURNED, source=SOURCE)
        if state.purpose_id not in purposes:
            record_consent(
                contact, state.purpose, ConsentAction.WITHDRAWN, source=SOURCE
            )


def has_objected(contact: Contact) -> bool:
    """Say whether somebody wants no mail at all."""
    return contact.consent_states.filter(status=ConsentStatus.OBJECTED).exists()


def list_seats(contact: Contact) -> list[Affiliation]:
    """Return the seats that somebody holds today."""
    held = Affiliation.objects.held(timezone.localdate()).filter(contact=contact)
    return list(held.select_related("seat__organisation", "seat__role"))


def report_leaving(seat: Seat, contact: Contact, successor: str) -> SeatTask:
    """Tell the register's keepers that somebody has left a seat, and who follows."""
    return open_task(seat, contact, SeatTaskReason.REPORTED, detail=successor)


def _is_on(purpose: Purpose, state: ConsentState | None, has_got: bool) -> bool:
    if state:
        return state.status == ConsentStatus.GIVEN
    return purpose.lawful_basis != LawfulBasis.CONSENT and has_got


def _say_why(
    contact: Contact, purpose: Purpose, state: ConsentState | None, is_on: bool
) -> str:
    if state:
        said = {
            ConsentStatus.GIVEN: _("You said yes on %(day)s."),
            ConsentStatus.WITHDRAWN: _("You left on %(day)s."),
            ConsentStatus.OBJECTED: _("You asked for no mail at all on %(day)s."),
        }
        return said[ConsentStatus(state.status)] % {"day": _day(state.since)}
    if not is_on:
        return _("You do not get it. Tick it and you do.")
    seats = list_seats(contact)
    if seats:
        return _(
            "Sent to you as %(role)s at %(organisation)s, as part of that post."
        ) % {
            "role": seats[0].seat.title or seats[0].seat.role,
            "organisation": seats[0].seat.organisation,
        }
    return " ".join(filter(None, (_say_origin(contact), purpose.wording)))


def _say_origin(contact: Contact) -> str:
    """Say since when somebody without a post stands in the register, and where from."""
    change = (
        ImportChange.objects.filter(model="contact", object_id=contact.pk)
        .exclude(batch__ground="")
        .select_related("batch")
        .first()
    )
    if change is None:
        return _("You stand in our register since %(day)s.") % {
            "day": _day(contact.created_at)
        }
    return _(
        "You stand in our register since %(day)s; your address came from: %(origin)s."
    ) % {
        "day": _day(contact.created_at),
        "origin": change.batch.ground.rstrip("."),
    }


def _day(moment: datetime) -> str:
    return date_format(timezone.localdate(moment), "DATE_FORMAT")
