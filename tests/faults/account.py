"""What the mail server took against what the rows say: the only proof that counts."""

from dataclasses import dataclass, field
from typing import Any

from newsletter.choices import OPEN_STATES, DeliveryState
from newsletter.delivery.auditing import Audit, examine_campaign
from newsletter.models import Campaign
from tests.faults.mailserver import MailServer

# Rows in these states name their person: nobody wonders what became of them.
NAMED = (
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
    DeliveryState.SUPPRESSED,
    DeliveryState.EXPIRED,
    DeliveryState.CANCELLED,
)


@dataclass(frozen=True)
class Account:
    """A send after a fault, counted in deliveries."""

    people: int
    # Messages that the server took, and deliveries that our rows call accepted.
    taken: int
    accepted: int
    # Neither taken nor named by a row: I1, I5.
    lost: int
    # Taken more than once without a flag: I3, I4. Flagged ones apart.
    doubled: int
    flagged: int
    # Rows that say uncertain (I6), and how many of these the server had not taken.
    in_doubt: int
    in_doubt_untaken: int
    # Taken under one person's number at another's address.
    misaddressed: int
    audit: Audit = field(repr=False)

    def find_breaches(self, *, doubt: int = 0) -> list[str]:
        """Return the invariants that do not hold; ``doubt`` uncertain ones are allowed."""
        found = [
            f"{breach.invariant}: {breach.figure}" for breach in self.audit.breaches
        ]
        if self.lost:
            found.append(f"I5: {self.lost} lost")
        if self.doubled:
            found.append(f"I4: {self.doubled} doubled")
        if self.misaddressed:
            found.append(f"{self.misaddressed} misaddressed")
        if self.in_doubt > doubt:
            found.append(f"I6: {self.in_doubt} in doubt, {doubt} allowed")
        return found


def settle_account(campaign: Campaign, server: MailServer) -> Account:
    """Count a send that has come to rest."""
    taken = server.count(campaign.pk)
    rows: list[dict[str, Any]] = list(
        campaign.deliveries.values("pk", "address", "state", "is_duplicate_risk")
    )
    addresses = {row["pk"]: row["address"] for row in rows}
    unknown = [row["pk"] for row in rows if row["state"] == DeliveryState.UNKNOWN]
    return Account(
        people=len(rows),
        taken=sum(taken.values()),
        accepted=sum(row["state"] == DeliveryState.ACCEPTED for row in rows),
        lost=sum(_is_lost(row, taken) for row in rows),
        doubled=sum(taken[r["pk"]] > 1 and not r["is_duplicate_risk"] for r in rows),
        flagged=sum(taken[r["pk"]] > 1 and r["is_duplicate_risk"] for r in rows),
        in_doubt=len(unknown),
        in_doubt_untaken=sum(not taken[pk] for pk in unknown),
        misaddressed=sum(
            # An erased person's row has no address any more.
            addresses.get(t.delivery_id, t.address) not in ("", t.address)
            for t in server.taken
            if t.campaign_id == campaign.pk
        ),
        audit=examine_campaign(campaign),
    )


def _is_lost(row: dict[str, Any], taken: dict[int, int]) -> bool:
    if row["state"] in OPEN_STATES:
        return True
    return row["state"] not in NAMED and not taken[row["pk"]]
