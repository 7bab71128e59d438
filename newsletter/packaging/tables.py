"""The tables of a package, row by row; every cell is harmless to a spreadsheet."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from crm.disarming import disarm
from newsletter.choices import DeliveryState, LeftOutReason
from newsletter.history import list_all_acts
from newsletter.models import Campaign

CHUNK = 2000
STATES = {state.value: str(state.label) for state in DeliveryState}


def recipient_rows(campaign: Campaign, *, with_people: bool) -> Iterator[list[str]]:
    """Yield the headings, then a row per delivery in the order they were frozen.

    Addresses only ``with_people``; they are blank for who has been erased since.
    """
    columns = ["pk", "locale", "shown", "state", "accepted_at", "attempts", "reply"]
    headings = [
        _("Number"),
        _("Language"),
        _("Blocks"),
        _("State"),
        _("Accepted"),
        _("Attempts"),
        _("Answer"),
    ]
    if with_people:
        columns.append("address")
        headings.append(_("Address"))
    yield headings
    rows = campaign.deliveries.order_by("pk").values_list(*columns)
    for (
        pk,
        locale,
        shown,
        state,
        accepted_at,
        attempts,
        reply,
        *address,
    ) in rows.iterator(chunk_size=CHUNK):
        yield [
            str(pk),
            locale,
            str(shown),
            STATES[state],
            write_time(accepted_at),
            str(attempts),
            disarm(reply),
            *(disarm(text) for text in address),
        ]


def left_out_rows(campaign: Campaign, *, with_people: bool) -> Iterator[list[str]]:
    """Yield the headings, then a row per person who got nothing, with the reason."""
    columns = ["reason", *(["contact__email"] if with_people else [])]
    yield [_("Reason"), *([_("Address")] if with_people else [])]
    rows = campaign.left_out.order_by("pk").values_list(*columns)
    for reason, *address in rows.iterator(chunk_size=CHUNK):
        words = str(LeftOutReason(reason).label)
        yield [words, *(disarm(text or "") for text in address)]


def approval_rows(campaign: Campaign) -> Iterator[list[str]]:
    """Yield the headings, then each approval with what it was bound to, oldest first."""
    yield [
        _("When"),
        _("Approved by"),
        _("People"),
        _("Content"),
        _("Rules"),
        _("Comment"),
        _("Voided"),
        _("Why"),
    ]
    for approval in campaign.approvals.select_related("by").order_by("at", "pk"):
        yield [
            write_time(approval.at),
            name_user(approval.by),
            str(approval.people),
            approval.content_hash,
            approval.rules_hash,
            disarm(approval.comment),
            write_time(approval.voided_at),
            disarm(approval.void_reason),
        ]


def acknowledgement_rows(campaign: Campaign) -> Iterator[list[str]]:
    """Yield the headings, then each warning of the check that somebody let stand."""
    yield [_("When"), _("Let stand by"), _("Warning")]
    if campaign.page is None:
        return
    rows = campaign.page.acknowledgements.select_related("by").order_by("at", "pk")
    for row in rows:
        yield [write_time(row.at), name_user(row.by), disarm(row.text)]


def act_rows(campaign: Campaign) -> Iterator[list[str]]:
    """Yield the headings, then what people did with the send, oldest first."""
    yield [_("When"), _("Who"), _("What")]
    for act in reversed(list_all_acts(campaign)):
        yield [write_time(act.at), disarm(act.by), disarm(act.words)]


def write_time(moment: datetime | None) -> str:
    """Return a moment in UTC as ISO 8601 to the second; "" for none."""
    if moment is None:
        return ""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def name_user(user: Any) -> str:
    """Return who it was, harmless to a spreadsheet; "" for an account that is gone."""
    return disarm(user.get_full_name() or user.get_username()) if user else ""
