"""Whether a send is still what a package of it was made of."""

import hashlib
import json
from typing import Any

from django.db.models import Count, Max, Q, Sum

from newsletter.history import list_all_acts
from newsletter.models import Campaign, DeliveryEvent


def digest_rows(campaign: Campaign) -> str:
    """Return a digest that differs when a package of the send would: hex SHA-256.

    Counts and sums over its rows, by a few queries whatever its size: letters and their
    states, addresses and people that are still named, answers, events, approvals, acts.
    Of the figures without persons (links, page visits) it knows nothing.
    """
    said = json.dumps(_count(campaign), sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _count(campaign: Campaign) -> dict[str, Any]:
    letters = campaign.deliveries.order_by("state").values_list("state")
    events = DeliveryEvent.objects.filter(delivery__campaign=campaign)
    return {
        "letters": list(
            letters.annotate(
                Count("pk"),
                Count("contact"),
                Sum("contact_id"),
                Sum("attempts"),
                Max("accepted_at"),
                named=Count("pk", filter=~Q(address="")),
            )
        ),
        "left_out": campaign.left_out.aggregate(Count("contact"), Sum("contact_id")),
        "events": events.aggregate(Count("pk"), Max("pk")),
        "approvals": list(campaign.approvals.order_by("pk").values("pk", "voided_at")),
        "rules": campaign.frozen_rules,
        "state": campaign.state,
        "acts": len(list_all_acts(campaign)),
    }
