"""Rows go to a worker and come back with an outcome. The only writer of Delivery.state
once a send is frozen, but for cancelling what nobody has claimed, and for settling."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from crm.choices import ConsentStatus
from crm.models import ConsentState, Contact, Suppression
from newsletter.choices import CampaignState, DeliveryState, Trouble
from newsletter.delivery.backoff import next_attempt_at
from newsletter.delivery.outcomes import Outcome, Verdict
from newsletter.delivery.statements import (
    Answer,
    Claim,
    Claimed,
    take_rows,
    write_answers,
)
from newsletter.delivery.windows import Window, is_open
from newsletter.mail.bounces import classify_reply, hide_addresses
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

# Nothing was said to the server about them: the attempt does not count.
UNTRIED = (Verdict.RELEASED, Verdict.SUPPRESSED, Verdict.CANCELLED)


def find_open_campaigns(now: datetime) -> list[Campaign]:
    """Return the sends whose letters may go now: not paused, and within their hours."""
    zone = timezone.get_default_timezone()
    sends = Campaign.objects.filter(state=CampaignState.SENDING)
    return [
        send
        for send in sends.select_related("newsletter")
        .defer("frozen_rules", "conditions", "audit")
        .order_by("pk")
        if is_open(Window.of(send.newsletter), now, zone)
    ]


def exchange_rows(
    worker: Worker, outcomes: Mapping[int, Outcome], claim: Claim, *, now: datetime
) -> list[Claimed]:
    """Record outcomes and claim due rows of one send, together; return the claimed.

    They come by variant. Safe to run in parallel: a row goes to one worker. Both are
    committed when this returns. Does not send.
    """
    answers = _phrase_answers(worker, outcomes, now)
    return take_rows(worker.pk, claim, answers, now)


def record_outcomes(
    worker: Worker, outcomes: Mapping[int, Outcome], *, now: datetime
) -> int:
    """Write what became of the worker's claimed deliveries; return how many rows it was.

    A row that is no longer the worker's is left alone, so recording the same outcomes
    twice (once by the worker, once from its journal) changes nothing.
    """
    answers = _phrase_answers(worker, outcomes, now)
    return write_answers(worker.pk, answers) if answers else 0


def find_unwanted(delivery_ids: Iterable[int]) -> dict[int, Outcome]:
    """Return those claimed deliveries that must not go any more, and what they become.

    People who left, objected, paused or were erased, and addresses that were stopped, since
    the claim (invariant I7); sends that were paused or cancelled (I8). One query.
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
        Delivery.objects.filter(pk__in=list(delivery_ids))
        .annotate(
            verdict=Case(
                When(
                    campaign__state=CampaignState.CANCELLED,
                    then=Value(Verdict.CANCELLED.value),
                ),
                When(
                    Q(contact__isnull=True)
                    | Q(address="")
                    | Q(contact__paused_until__gt=timezone.localdate())
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


def hold_open_rows(worker: Worker) -> int:
    """Mark every row still claimed by a worker whose journal is lost as uncertain."""
    return _claimed(worker).update(state=DeliveryState.UNKNOWN, reply="journal lost")


def release_open_rows(worker: Worker, *, next_at: datetime) -> int:
    """Give back the rows a worker claimed and, by its journal, never offered."""
    return _claimed(worker).update(
        state=DeliveryState.QUEUED, attempts=F("attempts") - 1, next_at=next_at
    )


def set_aside(
    campaign_ids: Iterable[int], domain: str, *, until: datetime, most: int
) -> int:
    """Let up to ``most`` waiting rows to a slowed domain wait; return how many did.

    So that claims need not pass over all of them, each time, to find the others.
    """
    due = Delivery.objects.filter(
        campaign__in=list(campaign_ids),
        state__in=[DeliveryState.QUEUED, DeliveryState.DEFERRED],
        domain=domain,
        next_at__lt=until,
    )
    with transaction.atomic():
        return Delivery.objects.filter(
            pk__in=list(due.values_list("pk", flat=True)[:most]),
            state__in=[DeliveryState.QUEUED, DeliveryState.DEFERRED],
        ).update(next_at=until)


def cancel_leftovers() -> int:
    """Cancel the waiting rows of cancelled sends; return how many there were.

    A worker that held rows when their send was cancelled gives them back afterwards.
    """
    return Delivery.objects.filter(
        campaign__state=CampaignState.CANCELLED,
        state__in=[DeliveryState.QUEUED, DeliveryState.DEFERRED],
    ).update(state=DeliveryState.CANCELLED)


def forget_lost_people(campaign: Campaign) -> int:
    """Take people off their rows who were erased while the send was being frozen.

    Erasing did not see these rows yet, and no constraint of the database holds the two
    together: it would look every reader of a freeze up again. Return how many there were.
    """
    known = Contact.objects.filter(pk=OuterRef("contact_id"))
    lost = campaign.deliveries.filter(~Exists(known), contact_id__isnull=False)
    return lost.update(contact=None, address="")


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


def _phrase_answers(
    worker: Worker, outcomes: Mapping[int, Outcome], now: datetime
) -> list[Answer]:
    deferred = [pk for pk, o in outcomes.items() if o.verdict == Verdict.DEFERRED]
    tries = _find_tries(worker, deferred) if deferred else {}
    return [
        _phrase_deferral(pk, outcome, *tries.get(pk, (1, None)), now)
        if outcome.verdict == Verdict.DEFERRED
        else _phrase(pk, outcome)
        for pk, outcome in outcomes.items()
    ]


def _phrase(pk: int, outcome: Outcome) -> Answer:
    is_unused = outcome.verdict in UNTRIED
    return Answer(
        delivery_id=pk,
        state=STATE_AFTER[outcome.verdict],
        reply=None if is_unused and not outcome.text else _say(outcome),
        bounce_class=_classify(outcome) if outcome.verdict == Verdict.FAILED else "",
        next_at=outcome.again_at,
        unused=int(is_unused),
        at=outcome.at,
    )


def _phrase_deferral(
    pk: int, outcome: Outcome, attempts: int, since: datetime | None, now: datetime
) -> Answer:
    """Say when to try again, or that it was tried for long enough."""
    patience = timedelta(hours=settings.NEWSLETTER_EXPIRE_HOURS)
    is_over = since is not None and now - since > patience
    again_at = next_attempt_at(now, attempts)
    return Answer(
        delivery_id=pk,
        state=DeliveryState.EXPIRED if is_over else DeliveryState.DEFERRED,
        reply=_say(outcome),
        bounce_class=_classify(outcome) if is_over else "",
        next_at=max(again_at, outcome.again_at or again_at),
        unused=0,
        at=outcome.at,
    )


def _find_tries(
    worker: Worker, ids: Sequence[int]
) -> dict[int, tuple[int, datetime | None]]:
    """Return how often each was tried, and since when its send goes."""
    rows = _claimed(worker).filter(pk__in=ids)
    found = rows.values_list("pk", "attempts", "campaign__going_since")
    return {pk: (attempts, since) for pk, attempts, since in found}


def _say(outcome: Outcome) -> str:
    reply = outcome.reply
    return hide_addresses(reply) if "@" in reply else reply


def _classify(outcome: Outcome) -> str:
    # Without a code no server has spoken: the letter could not be written, say.
    return classify_reply(outcome.code, outcome.text) if outcome.code else ""


def _claimed(worker: Worker) -> Any:
    return Delivery.objects.filter(worker=worker, state=DeliveryState.CLAIMED)
