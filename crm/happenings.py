"""What the register itself tells in timelines: notes, seats, what people said, tasks."""

from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.choices import InteractionKind, RequestKind
from crm.models import (
    Affiliation,
    ConsentEntry,
    DataRequest,
    Interaction,
    Organisation,
    SeatTask,
)
from crm.timeline import Asked, Entry, register_source, start_of_day


def register_happenings() -> None:
    """Register notes, seats, what people said and tasks; called once, at start."""
    register_source(read_notes, kinds=dict(InteractionKind.choices))
    register_source(read_seats, kinds={"seat": gettext_lazy("Seat")})
    register_source(read_said, kinds={"said": gettext_lazy("About mail")})
    register_source(read_tasks, kinds={"task": gettext_lazy("To look at")})
    register_source(read_requests, kinds={"request": gettext_lazy("About own data")})


def read_notes(asked: Asked) -> list[Entry]:
    """Return what was written down by hand.

    At an organisation also what was said with those who held a seat there that day.
    """
    rows = Interaction.objects.filter(kind__in=asked.kinds).select_related(
        "contact", "by"
    )
    if asked.contact is not None:
        found = list(rows.filter(contact=asked.contact)[: asked.limit])
    elif asked.organisation is not None:
        # Asked apart: with OR between them neither would use its index.
        found = list(rows.filter(organisation=asked.organisation)[: asked.limit])
        known = {row.pk for row in found}
        others = _notes_with_people_of(asked.organisation, rows)[: asked.limit]
        found += [row for row in others if row.pk not in known]
    else:
        return []
    return [
        Entry(
            at=row.at,
            kind=row.kind,
            title=row.text,
            contact=row.contact,
            who=_name(row.by),
            edit_url=reverse("crm_note_edit", args=[row.pk]),
            owner_id=row.by_id,
        )
        for row in found
    ]


def read_seats(asked: Asked) -> list[Entry]:
    """Return who took a seat and who left one, as far as the days are known."""
    rows = Affiliation.objects.filter(**asked.where(organisation="organisation"))
    today = timezone.localdate()
    taken = rows.filter(starts_on__lte=today).order_by("-starts_on", "-pk")
    left = rows.filter(ends_on__lt=today).order_by("-ends_on", "-pk")
    named = ("contact", "seat__role", "seat__organisation", "seat__network")
    if asked.seat is not None:
        # On the seat's own page its name says nothing.
        took, gave = _("Took the seat"), _("Left the seat")
    else:
        took, gave = _("Took the seat %(seat)s"), _("Left the seat %(seat)s")
    return [
        *(
            _say_seat(row, row.starts_on, took)
            for row in taken.beginning(asked.limit).select_related(*named)
        ),
        *(
            _say_seat(row, row.ends_on, gave)
            for row in left.beginning(asked.limit).select_related(*named)
        ),
    ]


def read_said(asked: Asked) -> list[Entry]:
    """Return what a contact said about mail: the ledger. It is nobody else's."""
    if asked.contact is None:
        return []
    rows = ConsentEntry.objects.filter(contact=asked.contact).select_related(
        "purpose", "by"
    )
    return [
        Entry(
            at=row.at,
            kind="said",
            title=str(row),
            text=row.source_label,
            who=_name(row.by),
        )
        for row in rows[: asked.limit]
    ]


def read_tasks(asked: Asked) -> list[Entry]:
    """Return why somebody was to look at a seat, and whether it is done."""
    rows = SeatTask.objects.filter(**asked.where()).select_related(
        "contact", "closed_by"
    )
    return [
        Entry(
            at=row.opened_at,
            kind="task",
            title=row.get_reason_display(),
            text="\n".join(filter(None, [row.detail, _say_done(row)])),
            contact=row.contact,
            who=_name(row.closed_by),
            url=reverse("crm_seat:inspect", args=[row.seat_id]),
        )
        for row in rows.order_by(F("opened_at").desc(), "-pk")[: asked.limit]
    ]


def read_requests(asked: Asked) -> list[Entry]:
    """Return what a contact asked about their own data; copies they took among it."""
    if asked.contact is None:
        return []
    rows = DataRequest.objects.filter(contact=asked.contact).select_related("closed_by")
    return [
        Entry(
            at=row.asked_at,
            kind="request",
            title=_say_request(row),
            text="\n".join(filter(None, [row.text, row.answer])),
            who=_name(row.closed_by),
            url="" if row.kind == RequestKind.COPY else reverse("crm_requests"),
        )
        for row in rows.order_by("-asked_at", "-pk")[: asked.limit]
    ]


def _say_request(row: DataRequest) -> str:
    if row.kind == RequestKind.COPY:
        return _("Took a copy of their own data")
    if row.closed_at:
        return _("Asked, and was answered: %(kind)s") % {
            "kind": row.get_kind_display().lower()
        }
    return _("Asks: %(kind)s. To be answered by %(day)s.") % {
        "kind": row.get_kind_display().lower(),
        "day": date_format(row.due_on, "SHORT_DATE_FORMAT"),
    }


def _notes_with_people_of(organisation: Organisation, rows: Any) -> Any:
    people = Affiliation.objects.filter(organisation=organisation)
    day = OuterRef("day")
    there = people.filter(
        Q(starts_on__isnull=True) | Q(starts_on__lte=day),
        Q(ends_on__isnull=True) | Q(ends_on__gte=day),
        contact=OuterRef("contact"),
    )
    met = rows.filter(contact__in=people.values("contact"))
    return met.annotate(day=TruncDate("at")).filter(Exists(there))


def _say_seat(row: Affiliation, day: date | None, text: str) -> Entry:
    assert day is not None  # noqa: S101 -- the query asked for it
    return Entry(
        at=start_of_day(day),
        kind="seat",
        title=text % {"seat": row.seat},
        contact=row.contact,
        url=reverse("crm_seat:inspect", args=[row.seat_id]),
        is_whole_day=True,
    )


def _name(user: Any) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def _say_done(task: SeatTask) -> str:
    if task.closed_at is None:
        return _("Not done yet.")
    day = timezone.localtime(task.closed_at)
    return _("Done on %(day)s.") % {"day": date_format(day, "SHORT_DATE_FORMAT")}
