"""Which letter a report is about, and how sure that is.

By a token of ours first, then by the Message-ID it returns, then by the address it
names. A token is signed: who has one has seen the letter. The other two can be guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature

from crm.consent import hash_of
from crm.exceptions import AddressError
from newsletter.delivery.return_paths import has_token, read_return_path
from newsletter.mail.bounces import ADDRESS
from newsletter.mail.reports import Report
from newsletter.models import Delivery
from newsletter.tokens import read_unsubscribe_token

MESSAGE_ID = re.compile(r"<(\d{1,18})\.(\d{1,18})\.(\d{1,12})@([^<>@\s]{1,253})>")
# The address for leaving stands in the head of every letter and is signed too.
LEAVING = re.compile(r"/u/([0-9A-Za-z._~-]{10,100})/")
# A report that names nothing but an address is about a letter of the last weeks.
RECENT = timedelta(days=30)
MOST_ADDRESSES = 20


@dataclass(frozen=True)
class Trace:
    """The letter a report is about.

    ``is_sure``: nobody can have made it up who had not seen the letter; or there is no
    signed return path here, and the report names the very address we wrote to.
    """

    delivery_id: int
    is_sure: bool


def trace_report(report: Report, *, now: datetime) -> Trace | None:
    """Return the letter a report is about; None when it is none of ours.

    A token that we did not sign makes the whole report a stranger's: what else it says
    is not looked at.
    """
    for trace in report.traces:
        delivery_id = _read_token(trace)
        if delivery_id is not None and _exists(delivery_id):
            return Trace(delivery_id, is_sure=True)
    if any(has_token(trace) for trace in report.traces):
        return None
    hashes = _hash_addresses(report.recipients)
    return _find_by_message_id(report, hashes) or _find_by_address(hashes, now)


def _read_token(trace: str) -> int | None:
    delivery_id = read_return_path(trace)
    if delivery_id is not None:
        return delivery_id
    for token in LEAVING.findall(trace[:4000]):
        try:
            return read_unsubscribe_token(token)
        except BadSignature:
            continue
    return None


def _exists(delivery_id: int) -> bool:
    return Delivery.objects.filter(pk=delivery_id).exists()


def _find_by_message_id(report: Report, hashes: set[str]) -> Trace | None:
    """Our Message-IDs are ``<delivery.campaign.frozen@sender's domain>``; all must fit."""
    match = MESSAGE_ID.search(report.message_id)
    if match is None:
        return None
    delivery = (
        Delivery.objects.filter(pk=int(match[1]), campaign=int(match[2]))
        .select_related("campaign")
        .first()
    )
    if delivery is None or delivery.campaign.frozen_at is None:
        return None
    frozen = int(delivery.campaign.frozen_at.timestamp())
    domain = delivery.campaign.sender_email.rpartition("@")[2]
    if (frozen, domain.lower()) != (int(match[3]), match[4].lower()):
        return None
    return _make_unsigned(delivery, hashes)


def _find_by_address(hashes: set[str], now: datetime) -> Trace | None:
    if not hashes:
        return None
    delivery = (
        Delivery.objects.filter(
            address_hash__in=hashes, campaign__started_at__gte=now - RECENT
        )
        .order_by("-pk")
        .first()
    )
    return _make_unsigned(delivery, hashes) if delivery else None


def _make_unsigned(delivery: Delivery, hashes: set[str]) -> Trace:
    is_sure = not settings.NEWSLETTER_BOUNCE_ADDRESS and delivery.address_hash in hashes
    return Trace(delivery.pk, is_sure=is_sure)


def _hash_addresses(texts: Iterable[str]) -> set[str]:
    """Return the keyed hashes of the addresses in texts such as "Åsa <asa@…>"."""
    hashes = set()
    for text in list(texts)[:MOST_ADDRESSES]:
        for address in ADDRESS.findall(text[:1000]):
            try:
                hashes.add(hash_of(address.strip("<>.")))
            except AddressError:
                continue
    return hashes
