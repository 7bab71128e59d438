"""The newsletter's tables. See docs/architecture.md for how they hang together."""

from newsletter.models.approval import Approval, SecondEyesTask
from newsletter.models.campaign import Campaign, LeftOut, Variant
from newsletter.models.delivery import (
    Delivery,
    DeliveryEvent,
    Destination,
    Epoch,
    Worker,
)
from newsletter.models.digest import DigestItem, DigestPage
from newsletter.models.joining import SignUp
from newsletter.models.newsletter import Newsletter, Recipients
from newsletter.models.pages import NewsPage, NewsPageTopic
from newsletter.models.preflight import Acknowledgement
from newsletter.models.sender import SenderCheck
from newsletter.models.statistics import CountedReport, LinkTotal, PageVisits

__all__ = [
    "Acknowledgement",
    "Approval",
    "Campaign",
    "CountedReport",
    "Delivery",
    "DeliveryEvent",
    "Destination",
    "DigestItem",
    "DigestPage",
    "Epoch",
    "LeftOut",
    "LinkTotal",
    "NewsPage",
    "NewsPageTopic",
    "Newsletter",
    "PageVisits",
    "Recipients",
    "SecondEyesTask",
    "SenderCheck",
    "SignUp",
    "Variant",
    "Worker",
]
