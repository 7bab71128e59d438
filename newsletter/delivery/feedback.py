"""What comes back becomes events, and what follows from them.

Hard bounces stop the address, complaints too; blocks and automatic replies never do.
"""

from collections.abc import Iterable

from django.db import transaction

from crm.choices import SuppressionReason
from crm.consent import suppress
from newsletter.choices import BounceClass, EventSource, EventType
from newsletter.models import Delivery, DeliveryEvent


@transaction.atomic
def hear_refusals(delivery_ids: Iterable[int]) -> None:
    """Draw the consequences of refusals that the worker has just recorded.

    The rows carry ``bounce_class`` already. Idempotent.
    """
    refused = Delivery.objects.filter(pk__in=delivery_ids).exclude(bounce_class="")
    for delivery in refused:
        _created = DeliveryEvent.objects.get_or_create(
            key=f"smtp-{delivery.pk}-{delivery.attempts}",
            defaults={
                "delivery": delivery,
                "type": EventType.BOUNCED,
                "bounce_class": delivery.bounce_class,
                "source": EventSource.SMTP,
                "detail": delivery.reply,
            },
        )
        if delivery.bounce_class == BounceClass.HARD and delivery.address:
            suppress(delivery.address, SuppressionReason.BOUNCE)
