"""Rows go to a worker and come back with an outcome. The only writer of Delivery.state
once a send is frozen, but for cancelling what nobody has claimed."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, Value, When

from crm.choices import ConsentStatus
from crm.models import ConsentState, Suppression
from newsletter.choices import CampaignState, DeliveryState, Trouble
from newsletter.delivery.backoff import next_attempt_at
from newsletter.delivery.outcomes import Outcome, Verdict
from newsletter.models import Campaign, Delivery, Worker

STATE_AFTER = {
    Verdict.ACCEPTED: DeliveryState.ACCEPTED,
    Verdict.DEFERRED: DeliveryState.DEFERRED,
    Verdict.FAILED: DeliveryState.FAILED,
    Verdict.UNKNOWN: DeliveryState.UNKNOWN,
    Verdict.RELEASED: DeliveryState.QUEUED,
    Verdict.SUPPRESSED: DeliveryState.SUPPRESSED,
    Verdict.CANCELLED: DeliveryState.CANCELLED,
}


def claim_deliveries(worker: Worker, *, limit: int, now: datetime) -> list[Delivery]:
    """Give up to ``limit`` due deliveries to the worker; return them, oldest first.

    Safe to run in parallel: a row goes to one worker. The claim is committed when this
    returns. Does not send.
    """
    with transaction.atomic():
        due = Delivery.objects.due(now).select_for_update(
            of=("self",) if connection.features.has_select_for_update_of else (),
            skip_locked=connection.features.has_select_for_update_skip_locked,
        )
        ids = list(due.values_list("pk", flat=True)[:limit])
        Delivery.objects.filter(pk__in=ids).update(
            state=DeliveryState.CLAIMED, worker=worker, attempts=F("attempts") + 1
        )
    return list(
        Delivery.objects.filter(pk__in=ids)
        .select_related("contact", "campaign__newsletter")
        .order_by("campaign", "pk")
    )


def find_unwanted(delivery_ids: Iterable[int]) -> dict[int, Outcome]:
    """Return those claimed deliveries that must not go any more, and what they become.

    People who left, objected or were erased, and addresses that were stopped, since the
    claim (invariant I7); sends that were paused or cancelled (I8). One query.
    """
    refused = ConsentState.objects.filter(contact=OuterRef("contact")).filter(
        Q(
            purpose=OuterRef("campaign__newsletter__purpose"),
            status=ConsentStatus.WITHDRAWN,
        )
        | Q(status=ConsentStatus.OBJECTED)
    )
    stopped = Suppression.objects.filter(address_hash=OuterRef("address_hash"))
    rows = (
        Delivery.objects.filter(pk__in=delivery_ids)
        .annotate(
            verdict=Case(
                When(
                    campaign__state=CampaignState.CANCELLED,
                    then=Value(Verdict.CANCELLED.value),
                ),
                When(
                    Q(contact__isnull=True)
                    | Q(address="")
                    | Exists(refused)
                    | Exists(stopped),
                    then=Value(Verdict.SUPPRESSED.value),
                ),
                When(
                    ~Q(campaign__state=CampaignState.SENDING),
                    then=Value(Verdict.RELEASED.value),
                ),
                default=Value(""),
            )
        )
        .exclude(verdict="")
    )
    return {pk: Outcome(Verdict(v)) for pk, v in rows.values_list("pk", "verdict")}


@transaction.atomic
def record_outcomes(
    worker: Worker, outcomes: Mapping[int, Outcome], *, now: datetime
) -> int:
    """Write what became of the worker's claimed deliveries; return how many rows it was.

    A row that is no longer the worker's is left alone, so recording the same outcomes
    twice (once by the worker, once from its journal) changes nothing.
    """
    written = 0
    for verdict in Verdict:
        chosen = {i: o for i, o in outcomes.items() if o.verdict == verdict}
        if chosen:
            written += _record(worker, verdict, chosen, now)
    return written


def hold_open_rows(worker: Worker) -> int:
    """Mark every row still claimed by a worker whose journal is lost as uncertain."""
    return _claimed(worker).update(state=DeliveryState.UNKNOWN, reply="journal lost")


def release_open_rows(worker: Worker, *, next_at: datetime) -> int:
    """Give back the rows a worker claimed and, by its journal, never offered."""
    return _claimed(worker).update(
        state=DeliveryState.QUEUED, attempts=F("attempts") - 1, next_at=next_at
    )


def cancel_leftovers() -> int:
    """Cancel the waiting rows of cancelled sends; return how many there were.

    A worker that held rows when their send was cancelled gives them back afterwards.
    """
    return Delivery.objects.filter(
        campaign__state=CampaignState.CANCELLED,
        state__in=[DeliveryState.QUEUED, DeliveryState.DEFERRED],
    ).update(state=DeliveryState.CANCELLED)


def note_trouble(campaign_ids: Iterable[int], trouble: Trouble) -> None:
    """Say on the sends what hinders them; the editor's screen shows it."""
    Campaign.objects.filter(pk__in=set(campaign_ids)).exclude(trouble=trouble).update(
        trouble=trouble
    )


def clear_trouble(campaign_ids: Iterable[int], trouble: Trouble) -> None:
    """Take that trouble off the sends: it is over."""
    Campaign.objects.filter(pk__in=set(campaign_ids), trouble=trouble).update(
        trouble=""
    )


def _record(
    worker: Worker, verdict: Verdict, chosen: dict[int, Outcome], now: datetime
) -> int:
    rows = _claimed(worker).filter(pk__in=chosen)
    changes: dict[str, Any] = {"state": STATE_AFTER[verdict]}
    if verdict == Verdict.RELEASED:
        changes["attempts"] = F("attempts") - 1
    else:
        changes["reply"] = Case(
            *(When(pk=pk, then=Value(o.reply)) for pk, o in chosen.items()),
            default=Value(""),
        )
    if verdict == Verdict.ACCEPTED:
        changes["accepted_at"] = now
    if verdict == Verdict.DEFERRED:
        return _defer(rows, changes, now)
    return rows.update(**changes)


def _defer(rows: Any, changes: dict[str, Any], now: datetime) -> int:
    given_up = now - timedelta(hours=settings.NEWSLETTER_EXPIRE_HOURS)
    attempts = dict(rows.values_list("pk", "attempts"))
    old = set(
        rows.filter(campaign__going_since__lt=given_up).values_list("pk", flat=True)
    )
    expired = rows.filter(pk__in=old).update(
        **{**changes, "state": DeliveryState.EXPIRED}
    )
    again = {pk: n for pk, n in attempts.items() if pk not in old}
    if not again:
        return expired
    changes["next_at"] = Case(
        *(
            When(pk=pk, then=Value(next_attempt_at(now, n), DateTimeField()))
            for pk, n in again.items()
        ),
        output_field=DateTimeField(),
    )
    return expired + rows.filter(pk__in=again).update(**changes)


def _claimed(worker: Worker) -> Any:
    return Delivery.objects.filter(worker=worker, state=DeliveryState.CLAIMED)
