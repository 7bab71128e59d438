"""How the register's own rows follow when two contacts become one."""

from datetime import timedelta

from django.apps import apps
from django.utils import timezone

from crm.consent import move_ledger
from crm.merging.relations import (
    Move,
    Pair,
    move_key,
    register_relation,
    through_label,
)
from crm.models import (
    Affiliation,
    Contact,
    DataRequest,
    DistinctPair,
    Event,
    Seat,
    SeatTask,
    Segment,
)


def register_own_relations() -> None:
    """Register every relation to contacts that the register itself has."""
    register_relation("crm.Affiliation", "contact", move=move_affiliations)
    register_relation("crm.SeatTask", "contact", move=move_tasks)
    # The ledger's lines and its states move together, by the ledger's own function.
    register_relation("crm.ConsentEntry", "contact", move=_move_said)
    register_relation("crm.ConsentState", "contact", move=_taken_along)
    register_relation(
        "crm.Interaction", "contact", move=move_key("crm.Interaction", "contact")
    )
    register_relation("crm.DataRequest", "contact", move=move_requests)
    register_relation("crm.Merge", "kept", move=move_key("crm.Merge", "kept"))
    register_relation("crm.DistinctPair", "first", "second", move=move_distinctions)
    for model, name in (
        (Contact, "topics"),
        (Segment, "added"),
        (Segment, "excluded"),
        (Event, "speakers"),
    ):
        label = through_label(model, name)
        register_relation(label, "contact", move=move_links(label))


def move_affiliations(pair: Pair) -> None:
    """Let the lost contact's seats be the kept one's, past ones too.

    Nobody shares a seat for a day, so nothing overlaps. Where one held it until the day
    before the other began, it was one person all along: one affiliation remains.
    """
    lock_seats(pair.lost)
    for row in Affiliation.objects.filter(contact=pair.lost).order_by("pk"):
        twins = Affiliation.objects.filter(contact=pair.kept, seat=row.seat_id)
        twin = next((twin for twin in twins if _adjoin(twin, row)), None)
        if twin is None:
            Affiliation.objects.filter(pk=row.pk).update(contact=pair.kept)
            continue
        # Gone first: for a moment both would hold the seat.
        Affiliation.objects.filter(pk=row.pk).delete()
        first, last = (twin, row) if _follows(twin, row) else (row, twin)
        Affiliation.objects.filter(pk=twin.pk).update(
            starts_on=first.starts_on, ends_on=last.ends_on
        )


def lock_seats(contact: Contact) -> None:
    """Lock the seats a contact holds or held, as every writer of affiliations does."""
    seats = Affiliation.objects.filter(contact=contact).values("seat")
    list(Seat.objects.select_for_update().filter(pk__in=seats).order_by("pk"))


def move_tasks(pair: Pair) -> None:
    """Move the tasks on seats; of two open ones about one seat the lost one's is done."""
    held = SeatTask.objects.filter(contact=pair.kept, closed_at__isnull=True)
    tasks = SeatTask.objects.filter(contact=pair.lost)
    tasks.filter(closed_at__isnull=True, seat__in=held.values("seat")).update(
        closed_at=timezone.now(), closed_by=pair.by
    )
    tasks.update(contact=pair.kept)


def move_requests(pair: Pair) -> None:
    """Move what was asked; two open ones of a kind are one, asked when the first was."""
    open_ones = DataRequest.objects.filter(closed_at__isnull=True)
    held = {row.kind: row for row in open_ones.filter(contact=pair.kept)}
    for row in open_ones.filter(contact=pair.lost, kind__in=list(held)):
        twin = held[row.kind]
        DataRequest.objects.filter(pk=twin.pk).update(
            asked_at=min(twin.asked_at, row.asked_at),
            text="\n\n".join(filter(None, (twin.text, row.text))),
        )
        DataRequest.objects.filter(pk=row.pk).delete()
    DataRequest.objects.filter(contact=pair.lost).update(contact=pair.kept)


def move_distinctions(pair: Pair) -> None:
    """Whoever was said to be somebody else than the lost one is so of the kept one."""
    DistinctPair.objects.filter(**_ordered(pair.kept.pk, pair.lost.pk)).delete()
    for field, other in (("first_id", "second_id"), ("second_id", "first_id")):
        for row in DistinctPair.objects.filter(**{field: pair.lost.pk}):
            ordered = _ordered(pair.kept.pk, getattr(row, other))
            if DistinctPair.objects.filter(**ordered).exists():
                DistinctPair.objects.filter(pk=row.pk).delete()
            else:
                DistinctPair.objects.filter(pk=row.pk).update(**ordered)


def move_links(label: str) -> Move:
    """Return a move for a many-to-many table, in which each link stands once."""

    def move(pair: Pair) -> None:
        links = apps.get_model(label)._base_manager
        other = next(
            field.name
            for field in links.model._meta.local_fields
            if field.name not in ("id", "contact")
        )
        held = links.filter(contact=pair.kept).values(other)
        links.filter(contact=pair.lost, **{f"{other}__in": held}).delete()
        links.filter(contact=pair.lost).update(contact=pair.kept)

    return move


def _move_said(pair: Pair) -> None:
    move_ledger(pair.lost, pair.kept)


def _taken_along(pair: Pair) -> None:
    """Do nothing: the ledger's lines took their states along."""


def _adjoin(one: Affiliation, other: Affiliation) -> bool:
    return _follows(one, other) or _follows(other, one)


def _follows(first: Affiliation, second: Affiliation) -> bool:
    """Say whether the second begins on the day after the first ended."""
    return (
        first.ends_on is not None
        and second.starts_on is not None
        and second.starts_on - first.ends_on == timedelta(days=1)
    )


def _ordered(one: int, other: int) -> dict[str, int]:
    first, second = sorted((one, other))
    return {"first_id": first, "second_id": second}
