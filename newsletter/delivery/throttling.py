"""How fast each receiving domain is written to, and all of them together (D15).

A Destination row is shared by all workers: a token bucket of one column (``free_at`` is
when the next letter may go), and how long the domain asked us to wait. Domains without
a row cost nothing. The row of the domain "" holds for all letters together.
"""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Q

from newsletter.choices import DeliveryState
from newsletter.delivery.backoff import slow_seconds, spread
from newsletter.delivery.statements import Claimed
from newsletter.models import Delivery, Destination, Worker

EVERYBODY = ""
# A worker that comes by once a second loses nothing of what could have gone meanwhile.
BURST = timedelta(seconds=1)
# How soon somebody looks again whether another worker has left a domain alone.
AT_ONCE_SECONDS = 2
# While it is not known whether a slowed domain takes letters again.
PROBE_SECONDS = 5


def grant(
    free_at: datetime | None, per_minute: int, wanted: int, now: datetime
) -> tuple[int, datetime]:
    """Return how many of ``wanted`` letters may go now, and the bucket's new time. Pure.

    At most ``per_minute`` go in any minute, but for a burst of one second's worth.
    """
    step = timedelta(minutes=1) / per_minute
    start = max(free_at or now, now - BURST)
    if start > now or wanted <= 0:
        return 0, free_at or now
    granted = min(wanted, math.floor((now - start) / step) + 1)
    return granted, start + granted * step


class Limits:
    """The destinations that are limited or slowed, as read a moment ago."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._rows: dict[str, Destination] = {}

    def load(self) -> None:
        """Read the destinations that need care; one query."""
        rows = Destination.objects.filter(
            Q(per_minute__isnull=False)
            | Q(at_once__isnull=False)
            | Q(slowed_times__gt=0)
        )
        self._rows = {row.domain: row for row in rows}

    def closed(self, now: datetime) -> list[str]:
        """Return the domains that may not be written to at this moment."""
        return sorted(
            domain
            for domain, row in self._rows.items()
            if domain != EVERYBODY and _is_closed(row, now)
        )

    def slowed(self, now: datetime) -> dict[str, datetime]:
        """Return the domains that asked to wait, and until when."""
        return {
            domain: row.slowed_until
            for domain, row in self._rows.items()
            if row.slowed_until and row.slowed_until > now
        }

    def goes_singly(self, domain: str) -> bool:
        """Say whether a worker has but one letter to that domain on its way at a time."""
        row = self._rows.get(domain)
        return row is not None and row.at_once is not None

    def opens_at(self) -> datetime | None:
        """Return when the rate of a limited domain lets the next letter go, if known."""
        times = [row.free_at for row in self._rows.values() if row.free_at]
        return min(times, default=None)

    def take_share(self, wanted: int, now: datetime) -> int:
        """Return how many of ``wanted`` letters may go by the rate for all together."""
        if EVERYBODY not in self._rows or not self._rows[EVERYBODY].per_minute:
            return wanted
        with transaction.atomic():
            row = _lock([EVERYBODY]).get(EVERYBODY)
            return self._take(row, wanted, now) if row else wanted

    def give_back_share(self, unused: int) -> None:
        """Return what was taken of the common rate and found no letter."""
        row = self._rows.get(EVERYBODY)
        if unused and row and row.per_minute:
            step = timedelta(minutes=1) / row.per_minute
            Destination.objects.filter(pk=row.pk).update(
                free_at=F("free_at") - unused * step
            )

    def admit(self, rows: Iterable[Claimed], now: datetime) -> dict[int, datetime]:
        """Return which claimed deliveries must wait, by number, and until when.

        Costs nothing when no row's domain is limited.
        """
        by_domain: dict[str, list[int]] = {}
        for row in rows:
            if row.domain in self._rows and row.domain != EVERYBODY:
                by_domain.setdefault(row.domain, []).append(row.delivery_id)
        if not by_domain:
            return {}
        waiting: dict[int, datetime] = {}
        with transaction.atomic():
            for domain, destination in _lock(by_domain).items():
                ids = by_domain[domain]
                granted = self._admit_to(destination, len(ids), now)
                waiting.update(_stagger(ids[granted:], destination, now))
        return waiting

    def slow(self, domain: str, reply: str, now: datetime) -> datetime:
        """Let a domain rest that said it was too much; return until when.

        Longer each time, spread so that workers do not come back in step.
        """
        with transaction.atomic():
            Destination.objects.get_or_create(domain=domain)
            row = _lock([domain])[domain]
            if row.slowed_until is None or row.slowed_until <= now:
                row.slowed_times += 1
                row.slowed_until = now + timedelta(
                    seconds=slow_seconds(row.slowed_times)
                )
                row.slowed_by = reply[:250]
                row.save(update_fields=["slowed_times", "slowed_until", "slowed_by"])
        self._rows[domain] = row
        return row.slowed_until

    def recover(self, domain: str) -> None:
        """Note that a domain took a letter: it is slow no more. Mostly no query."""
        row = self._rows.get(domain)
        if row is None or not row.slowed_times:
            return
        let_go([row])
        row.slowed_times, row.slowed_until = 0, None

    def _admit_to(self, row: Destination, wanted: int, now: datetime) -> int:
        self._rows[row.domain] = row
        if row.slowed_until and row.slowed_until > now:
            return 0
        if row.at_once and _count_others(row.domain, self._worker) >= row.at_once:
            return 0
        # One letter shows whether it takes any again.
        wanted = min(wanted, 1) if row.slowed_times else wanted
        return self._take(row, wanted, now) if row.per_minute else wanted

    def _take(self, row: Destination, wanted: int, now: datetime) -> int:
        # Only rows with a rate come here.
        granted, row.free_at = grant(row.free_at, row.per_minute or 1, wanted, now)
        row.save(update_fields=["free_at"])
        self._rows[row.domain] = row
        return granted


def let_go(destinations: Iterable[Destination]) -> int:
    """Forget that destinations asked to wait; return how many did."""
    return Destination.objects.filter(
        pk__in=[row.pk for row in destinations], slowed_times__gt=0
    ).update(slowed_times=0, slowed_until=None, slowed_by="")


def _is_closed(row: Destination, now: datetime) -> bool:
    free_at = row.free_at if row.per_minute else None
    return any(at is not None and at > now for at in (row.slowed_until, free_at))


def _lock(domains: Iterable[str]) -> dict[str, Destination]:
    # In one order, so that two workers never wait for each other.
    rows = Destination.objects.select_for_update().filter(domain__in=list(domains))
    return {row.domain: row for row in rows.order_by("domain")}


def _count_others(domain: str, worker: Worker) -> int:
    """Return how many other workers hold letters to that domain."""
    found = (
        Delivery.objects.filter(state=DeliveryState.CLAIMED, domain=domain)
        .exclude(worker=worker)
        .aggregate(workers=Count("worker", distinct=True))
    )
    return found["workers"]


def _stagger(ids: list[int], row: Destination, now: datetime) -> dict[int, datetime]:
    """Return when those who must wait come again, one after the other."""
    if row.slowed_until and row.slowed_until > now:
        start, step = row.slowed_until, timedelta(0)
    elif row.slowed_times:
        start, step = now + timedelta(seconds=PROBE_SECONDS), timedelta(0)
    elif row.per_minute and row.free_at and row.free_at > now:
        start, step = row.free_at, timedelta(minutes=1) / row.per_minute
    else:
        # A little apart, so that those who wait for each other do not meet again.
        start, step = now + timedelta(seconds=spread(AT_ONCE_SECONDS)), timedelta(0)
    return {pk: start + place * step for place, pk in enumerate(ids)}
