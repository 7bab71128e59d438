"""The newsletter's tables. See docs/architecture.md for how they hang together."""

from newsletter.models.campaign import Campaign, LeftOut, Variant
from newsletter.models.delivery import Delivery, DeliveryEvent, Worker
from newsletter.models.newsletter import Newsletter, Recipients
from newsletter.models.pages import NewsPage, NewsPageTopic

__all__ = [
    "Campaign",
    "Delivery",
    "DeliveryEvent",
    "LeftOut",
    "NewsPage",
    "NewsPageTopic",
    "Newsletter",
    "Recipients",
    "Variant",
    "Worker",
]
