"""Does a send keep its promises? Asked of the rows themselves, invariant by invariant.

What rows cannot show (what a mail server took, how fast a pause took hold) is what
``make faults`` measures; docs/architecture.md lists the invariants. All counting is
done by the database in a fixed number of queries, so a send of a million deliveries is
audited in a few seconds and in flat memory.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from crm.choices import ConsentStatus
from crm.models import ConsentEntry, ConsentState, Suppression
from newsletter.choices import OPEN_STATES, CampaignState, DeliveryState, EventType
from newsletter.delivery.progress import count_progress
from newsletter.delivery.transports.smtp import DOT_SECONDS
from newsletter.mail.hashes import hash_content, hash_send
from newsletter.models import Campaign, DeliveryEvent

logger = logging.getLogger(__name__)

UNFROZEN = (CampaignState.DRAFT, CampaignState.SCHEDULED)
ENDED = (CampaignState.FINISHED, CampaignState.CANCELLED)
# What each invariant promises, in an editor's words, said when it is broken.
PROMISES = {
    "I1": _("Everybody who was to get the letter is accounted for."),
    "I2": _("Nothing is open in a send that has ended."),
    "I3": _("Nobody is in the send twice."),
    "I4": _("Nobody got it twice, unless it was sent again knowingly."),
    "I5": _("Whatever counts as accepted has the mail server's answer."),
    "I7": _("Nobody got it who had left, or whose address was stopped, before."),
    "I9": _("It was frozen once, with a variant for every reader."),
    "I10": _("The content is what was frozen."),
    "I14": _("The figures shown are the rows counted."),
}


@dataclass(frozen=True)
class Finding:
    """One invariant, by its number, whether it holds, and the figures that say so."""

    invariant: str
    holds: bool
    figures: dict[str, int]

    @property
    def figure(self) -> str:
        """The figures as one line: ``frozen 12, rows 12``."""
        return ", ".join(f"{word} {number}" for word, number in self.figures.items())

    @property
    def promise(self) -> str:
        """What the invariant promises, in the active language."""
        return str(PROMISES[self.invariant])


@dataclass(frozen=True)
class Audit:
    """What was found about one send."""

    at: datetime
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        return not self.breaches

    @property
    def breaches(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.holds]


def audit_campaign(campaign: Campaign) -> Audit:
    """Examine a send, log what is broken, keep the result on the send; return it."""
    audit = examine_campaign(campaign)
    for breach in audit.breaches:
        logger.error(
            "Send %s breaks %s: %s", campaign.pk, breach.invariant, breach.figure
        )
    Campaign.objects.filter(pk=campaign.pk).update(
        audit={
            "at": audit.at.isoformat(),
            "findings": [
                {
                    "invariant": finding.invariant,
                    "holds": finding.holds,
                    "figures": finding.figures,
                }
                for finding in audit.findings
            ],
        }
    )
    return audit


def read_audit(campaign: Campaign) -> Audit | None:
    """Return the last audit that was kept on the send, without a query; None if none."""
    at = parse_datetime(campaign.audit.get("at", ""))
    if at is None:
        return None
    return Audit(at, tuple(Finding(**found) for found in campaign.audit["findings"]))


def examine_campaign(campaign: Campaign) -> Audit:
    """Return what the rows say about each invariant. Changes nothing.

    On a send that is moving, the figures of different invariants are of slightly
    different moments; each is counted by one query.
    """
    campaign = Campaign.objects.select_related("newsletter").get(pk=campaign.pk)
    counts = _count_rows(campaign)
    return Audit(
        timezone.now(),
        (
            _check_accounted(campaign, counts),
            _check_closed(campaign, counts),
            _check_once(campaign, counts),
            _check_doubles(campaign, counts),
            _check_answers(counts),
            _check_unwanted(campaign),
            _check_frozen(campaign, counts),
            _check_content(campaign),
            _check_counts(campaign, counts),
        ),
    )


def _count_rows(campaign: Campaign) -> dict[str, int]:
    """Count all that one pass over the send's rows can tell."""
    accepted = Q(state=DeliveryState.ACCEPTED)
    return campaign.deliveries.aggregate(
        rows=Count("pk"),
        people=Count("contact"),
        again=Count("pk", filter=Q(is_duplicate_risk=True)),
        unanswered=Count(
            "pk", filter=accepted & (Q(reply="") | Q(accepted_at__isnull=True))
        ),
        unreasoned=Count("pk", filter=Q(state=DeliveryState.FAILED, reply="")),
        **{state: Count("pk", filter=Q(state=state)) for state in DeliveryState.values},
    )


def _check_accounted(campaign: Campaign, counts: dict[str, int]) -> Finding:
    """I1: every frozen row is there, in a known state, and none is stuck.

    Stuck is a row claimed by a worker that has ended: nobody would ever send it.
    """
    known = sum(counts[state] for state in DeliveryState.values)
    stuck = campaign.deliveries.filter(
        state=DeliveryState.CLAIMED, worker__ended_at__isnull=False
    ).count()
    return Finding(
        "I1",
        campaign.frozen_count == counts["rows"] == known and not stuck,
        {
            "frozen": campaign.frozen_count,
            "accepted": counts[DeliveryState.ACCEPTED],
            "failed": counts[DeliveryState.FAILED],
            "unknown": counts[DeliveryState.UNKNOWN],
            "suppressed": counts[DeliveryState.SUPPRESSED],
            "expired": counts[DeliveryState.EXPIRED],
            "cancelled": counts[DeliveryState.CANCELLED],
            "open": _count_open(counts),
            "stuck": stuck,
        },
    )


def _check_closed(campaign: Campaign, counts: dict[str, int]) -> Finding:
    """I2: a send that has ended has no open row (but those a worker still gives back)."""
    left = _count_open(counts)
    if campaign.state == CampaignState.CANCELLED:
        left -= counts[DeliveryState.CLAIMED]
    return Finding("I2", campaign.state not in ENDED or left == 0, {"open": left})


def _check_once(campaign: Campaign, counts: dict[str, int]) -> Finding:
    """I3: one row per address and per person, whatever the constraints say."""
    addresses = campaign.deliveries.aggregate(n=Count("address_hash", distinct=True))
    people = campaign.deliveries.aggregate(n=Count("contact", distinct=True))
    return Finding(
        "I3",
        addresses["n"] == counts["rows"] and people["n"] == counts["people"],
        {"rows": counts["rows"], "addresses": addresses["n"], "people": people["n"]},
    )


def _check_doubles(campaign: Campaign, counts: dict[str, int]) -> Finding:
    """I4: no delivery was reported as delivered twice, unless sent again knowingly."""
    doubled = (
        DeliveryEvent.objects.filter(
            delivery__campaign=campaign,
            delivery__is_duplicate_risk=False,
            type=EventType.DELIVERED,
        )
        .order_by()
        .values("delivery")
        .annotate(reports=Count("pk"))
        .filter(reports__gt=1)
    )
    figures = {"doubled": doubled.count(), "sent again": counts["again"]}
    return Finding("I4", figures["doubled"] == 0, figures)


def _check_answers(counts: dict[str, int]) -> Finding:
    """I5: an accepted row has the answer and its time; a failed one has its reason."""
    figures = {key: counts[key] for key in ("unanswered", "unreasoned")}
    return Finding("I5", not any(figures.values()), figures)


def _check_unwanted(campaign: Campaign) -> Finding:
    """I7: nobody was accepted long after leaving, or after the address was stopped.

    "Long" is as long as a server may take over its answer: who leaves in that time may
    have been on the way (RFC 5321 §4.5.3.2.6), and the row says only when the answer
    came. What an earlier system recorded (an entry with proof) may have been imported
    after the send, with its own date, and does not count.
    """
    before = OuterRef("accepted_at") - timedelta(seconds=DOT_SECONDS)
    brought_along = ConsentEntry.objects.filter(
        contact=OuterRef("contact"), at=OuterRef("since")
    ).exclude(proof={})
    left = ConsentState.objects.filter(
        Q(status=ConsentStatus.OBJECTED)
        | Q(status=ConsentStatus.WITHDRAWN, purpose=campaign.newsletter.purpose_id),
        ~Exists(brought_along),
        contact=OuterRef("contact"),
        since__lt=before,
    )
    stopped = Suppression.objects.filter(
        address_hash=OuterRef("address_hash"), created_at__lt=before
    )
    accepted = campaign.deliveries.filter(state=DeliveryState.ACCEPTED)
    figures = {
        "after leaving": accepted.filter(Exists(left)).count(),
        "after a stop": accepted.filter(Exists(stopped)).count(),
    }
    return Finding("I7", not any(figures.values()), figures)


def _check_frozen(campaign: Campaign, counts: dict[str, int]) -> Finding:
    """I9: rows are there exactly when it was frozen, each with its variant."""
    is_frozen = campaign.frozen_at is not None
    variants = campaign.variants.filter(
        locale=OuterRef("locale"), shown=OuterRef("shown")
    )
    pairs = campaign.deliveries.order_by().values("locale", "shown").distinct()
    bare = pairs.exclude(Exists(variants)).count()
    holds = (
        is_frozen == (counts["rows"] > 0)
        and is_frozen == (campaign.state not in UNFROZEN)
        and bare == 0
    )
    return Finding("I9", holds, {"freezes": int(is_frozen), "without variant": bare})


def _check_content(campaign: Campaign) -> Finding:
    """I10: the content hashes, made anew from what is stored, are those of freezing."""
    changed = 0
    parts = []
    rows = campaign.variants.order_by("locale", "shown").iterator(chunk_size=20)
    for variant in rows:
        content_hash = hash_content(variant.subject, variant.html, variant.text)
        changed += content_hash != variant.content_hash
        parts.append((variant.locale, variant.shown, content_hash))
    whole = hash_send(parts) if campaign.frozen_at else ""
    return Finding(
        "I10",
        whole == campaign.content_hash and not changed,
        {"variants": len(parts), "changed": changed},
    )


def _check_counts(campaign: Campaign, counts: dict[str, int]) -> Finding:
    """I14: what the screens show is what is counted here (once nothing moves)."""
    shown = count_progress(campaign)
    off = sum(shown.counts[state] != counts[state] for state in DeliveryState.values)
    return Finding(
        "I14",
        off == 0 or campaign.state == CampaignState.SENDING,
        {"shown": shown.total, "off": off},
    )


def _count_open(counts: dict[str, int]) -> int:
    return sum(counts[state] for state in OPEN_STATES)
