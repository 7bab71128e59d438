"""How letters follow when two contacts become one. Registered with the register."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm.exceptions import MergeError
from crm.merging.relations import Pair, register_relation
from newsletter.choices import OPEN_STATES, CampaignState
from newsletter.models import Approval, Campaign, Delivery, LeftOut


def register_merging() -> None:
    """Tell the register how deliveries, left-out rows and waiting sends follow."""
    register_relation("newsletter.Delivery", "contact", move=move_deliveries)
    register_relation("newsletter.LeftOut", "contact", move=move_left_out)
    register_relation("newsletter.Campaign", rows=find_waiting, move=move_by_hand)
    register_relation("newsletter.Approval", rows=find_holding, move=move_approved)


def move_deliveries(pair: Pair) -> None:
    """Let the lost contact's letters be the kept one's.

    Where a send went to both, two letters were sent, so two rows stay and count; the
    lost one's names nobody, since a send has one row per contact. While such a letter
    is still to be handed over the two are not merged: one person would get two.
    """
    both = Delivery.objects.filter(contact=pair.kept).values("campaign")
    doubles = Delivery.objects.filter(contact=pair.lost, campaign__in=both)
    if _is_under_way(pair):
        raise MergeError(
            _("A letter to both is on its way. Merge them when it has been sent.")
        )
    doubles.update(contact=None)
    Delivery.objects.filter(contact=pair.lost).update(contact=pair.kept)


def move_left_out(pair: Pair) -> None:
    """Let what the lost contact did not get be what the kept one did not get.

    A person who got the letter was not left out of it, and nobody is left out twice:
    such a row stays and counts, and names nobody. Runs after the deliveries have moved.
    """
    rows = LeftOut.objects.filter(contact__in=[pair.kept, pair.lost])
    got = Delivery.objects.filter(contact=pair.kept).values("campaign")
    rows.filter(campaign__in=got).update(contact=None)
    both = LeftOut.objects.filter(contact=pair.kept).values("campaign")
    rows.filter(contact=pair.lost, campaign__in=both).update(contact=None)
    rows.filter(contact=pair.lost).update(contact=pair.kept)


def find_waiting(pair: Pair) -> QuerySet:
    """Return the scheduled sends that name one of the two by hand."""
    ids = {pair.kept.pk, pair.lost.pk}
    waiting = Campaign.objects.filter(state=CampaignState.SCHEDULED)
    named = [
        campaign.pk
        for campaign in waiting.only("frozen_rules")
        if ids & _named_by_hand(campaign)
    ]
    return Campaign.objects.filter(pk__in=named)


def move_by_hand(pair: Pair) -> None:
    """Put the kept contact where a scheduled send's frozen segments name the lost one."""
    for campaign in find_waiting(pair):
        _rename(campaign.frozen_rules, pair)
        campaign.save(update_fields=["frozen_rules"])


def find_holding(pair: Pair) -> QuerySet:
    """Return the approvals that hold and are bound to one of the two by hand."""
    ids = {pair.kept.pk, pair.lost.pk}
    holding = Approval.objects.filter(voided_at=None, campaign__started_at=None)
    named = [
        approval.pk
        for approval in holding.only("bound")
        if ids & _named_in(approval.bound.get("rules"))
    ]
    return Approval.objects.filter(pk__in=named)


def move_approved(pair: Pair) -> None:
    """Let an approval hold: the person that it names has another number now."""
    for approval in find_holding(pair):
        _rename(approval.bound["rules"], pair)
        approval.save(update_fields=["bound"])


def _rename(rules: dict[str, Any], pair: Pair) -> None:
    """Put the kept contact where frozen segments name the lost one. Changes the rules."""
    for segment in rules["segments"].values():
        for ids in (segment["added"], segment["excluded"]):
            if pair.lost.pk in ids:
                ids[:] = sorted({*ids, pair.kept.pk} - {pair.lost.pk})


def _named_by_hand(campaign: Campaign) -> set[int]:
    return _named_in(campaign.frozen_rules)


def _named_in(rules: dict[str, Any] | None) -> set[int]:
    segments = (rules or {}).get("segments", {}).values()
    return {pk for segment in segments for pk in segment["added"] + segment["excluded"]}


def _is_under_way(pair: Pair) -> bool:
    """Say whether one of two letters of one send is still to be handed over."""
    letters = Delivery.objects.filter(contact__in=[pair.kept, pair.lost])
    states: dict[int, list[str]] = {}
    for campaign, state in letters.values_list("campaign", "state"):
        states.setdefault(campaign, []).append(state)
    return any(
        len(both) == 2 and any(state in OPEN_STATES for state in both)
        for both in states.values()
    )
