"""The second pair of eyes: asking for it, giving it, and whether it still holds.

Where a newsletter needs approval, nothing of it is sent or scheduled without an approval
by somebody else than who wrote what is sent (design decision 10). Who presses send may
be either of the two. Wagtail's workflow carries the question to the approvers.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import TaskState, WorkflowState

from newsletter.delivery.authors import find_authors
from newsletter.delivery.binding import Bound, bind_campaign, explain_changes
from newsletter.exceptions import CampaignStateError
from newsletter.models import Approval, Campaign, NewsPage, SecondEyesTask
from newsletter.models.approval import find_workflow

APPROVED = "newsletter.approve"
CHANGES_ASKED = "newsletter.ask_for_changes"
VOIDED = "newsletter.void_approval"
APPROVAL_ASKED = "newsletter.ask_for_approval"


@transaction.atomic
def ask_for_approval(draft: Campaign, *, user: Any) -> WorkflowState:
    """Put the newest version of a draft's item before the approvers; return the workflow.

    The log of the send names who asked. Raises CampaignStateError when it is before the
    approvers already, or when nobody may approve.
    """
    workflow = find_workflow()
    if workflow is None:
        raise CampaignStateError(
            _("Nobody is set up to approve. Open the newsletter and save it again.")
        )
    item: Any = draft.page
    # A digest as itself, not only as what it has in common with other items.
    page = item.specific
    if page.workflow_in_progress:
        raise CampaignStateError(_("It has been asked for already."))
    state = page.current_workflow_state
    if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user=user)
    else:
        state = workflow.start(page, user)
    log(page, APPROVAL_ASKED, user=user, data={"campaign": draft.pk})
    return state


@transaction.atomic
def approve(
    campaign: Campaign, *, user: Any, comment: str = "", seen: str = ""
) -> Approval:
    """Approve a saved draft as it stands now; return what that is bound to.

    ``seen`` is ``Bound.seen`` of what was looked at; anything else is refused then. Ends the item's workflow, which publishes the version that was approved. Raises
    CampaignStateError when that person may not, or when it cannot be sent as it is.
    """
    refuse_approver(campaign, user)
    if seen and seen != bind_campaign(campaign, on=timezone.localdate()).seen:
        raise CampaignStateError(
            _("It was changed while you looked at it. Look it through once more.")
        )
    task_state = find_task_state(campaign.page)
    if task_state:
        # Before it is bound: letters link to each other's published pages.
        task_state.approve(user=user, comment=comment)
    bound = bind_campaign(campaign, on=timezone.localdate())
    void_approvals(campaign, _("Somebody approved it anew."))
    approval = Approval.objects.create(
        campaign=campaign,
        by=user,
        content_hash=bound.content_hash,
        rules_hash=bound.rules_hash,
        people=bound.people,
        bound=bound.as_data(),
        comment=comment,
    )
    data = {"campaign": campaign.pk, "people": bound.people}
    log(campaign.page, APPROVED, user=user, data=data)
    return approval


@transaction.atomic
def ask_for_changes(campaign: Campaign, *, user: Any, comment: str) -> None:
    """Send the item back to who asked, with what is to be changed.

    Wagtail mails them the comment. Raises CampaignStateError when that person may not
    approve, when there is no comment, or when nobody has asked for an approval.
    """
    refuse_approver(campaign, user)
    if not comment.strip():
        raise CampaignStateError(_("Write what is to be changed."))
    task_state = find_task_state(campaign.page)
    if task_state is None:
        raise CampaignStateError(_("Nobody is waiting for an approval of this item."))
    task_state.reject(user=user, comment=comment)
    void_approvals(campaign, _("Changes were asked for."))
    log(campaign.page, CHANGES_ASKED, user=user, data={"campaign": campaign.pk})


def refuse_approver(campaign: Campaign, user: Any) -> None:
    """Raise CampaignStateError, with the reason, when that person may not approve it."""
    if not user.has_perm("newsletter.approve_campaign"):
        raise CampaignStateError(_("You do not have the right to approve."))
    if campaign.page is None or campaign.revision is None:
        raise CampaignStateError(
            _("The last save did not succeed, so there is nothing to send. Save again.")
        )
    if user.pk in find_authors(campaign):
        raise CampaignStateError(
            _("You made the latest changes yourself. Somebody else has to approve it.")
        )


def refuse_unapproved(campaign: Campaign) -> None:
    """Raise CampaignStateError when the send needs an approval and has none that holds."""
    if not campaign.newsletter.needs_approval:
        return
    approval = find_approval(campaign)
    if approval is None:
        raise CampaignStateError(
            _("A second person has to approve it first. Ask for it on the tab Send.")
        )
    changes = list_changes(approval, campaign)
    if changes:
        raise CampaignStateError(
            _("The approval no longer holds: %(changes)s Ask for a new one.")
            % {"changes": " ".join(changes)}
        )


def find_approval(campaign: Campaign) -> Approval | None:
    """Return the newest approval that was not voided; it may be overtaken by changes."""
    return campaign.approvals.filter(voided_at=None).select_related("by").first()


def list_changes(approval: Approval, campaign: Campaign) -> list[str]:
    """Return in sentences what was changed since the approval; empty while it holds."""
    now = bind_campaign(campaign, on=timezone.localdate())
    tolerance = campaign.newsletter.approval_tolerance
    return explain_changes(Bound.from_data(approval.bound), now, tolerance=tolerance)


def void_changed(campaign: Campaign) -> str:
    """Void the approval of a send that was changed since; return in words what changed.

    Empty while it holds, and where there is none.
    """
    approval = find_approval(campaign)
    changes = " ".join(list_changes(approval, campaign)) if approval else ""
    if changes:
        void_approvals(campaign, changes)
    return changes


def void_approvals(campaign: Campaign, reason: str) -> int:
    """Void whatever approval of the send holds, and say why; return how many there were."""
    holding = campaign.approvals.filter(voided_at=None)
    limit = Approval._meta.get_field("void_reason").max_length
    number = holding.update(voided_at=timezone.now(), void_reason=reason[:limit])
    if number and campaign.page:
        log(campaign.page, VOIDED, data={"campaign": campaign.pk, "reason": reason})
    return number


def adopt_approvals(undone: Campaign, fresh: Campaign) -> None:
    """Let a new draft have the approvals of a send that was undone before it went."""
    if undone.started_at is None:
        undone.approvals.update(campaign=fresh)


def describe_since_last_send(draft: Campaign, now: Bound) -> list[str]:
    """Return what differs from the newsletter's last approved send, in sentences.

    Only what can be compared from one item to another: the sender, the rules, how many.
    """
    last = (
        Approval.objects.filter(
            campaign__newsletter=draft.newsletter, campaign__started_at__isnull=False
        )
        .exclude(campaign__page=draft.page)
        .order_by("-campaign__started_at")
        .first()
    )
    if last is None:
        return []
    then = Bound.from_data({**last.bound, "letters": now.letters})
    if then.rules["audience"] != now.rules["audience"]:
        return []
    tolerance = draft.newsletter.approval_tolerance
    return explain_changes(then, now, tolerance=tolerance)


def find_task_state(page: NewsPage | None) -> TaskState | None:
    """Return what the item's workflow waits for, if that is a second pair of eyes."""
    state = page.current_workflow_task_state if page else None
    is_ours = state is not None and isinstance(state.task.specific, SecondEyesTask)
    return state if is_ours else None


def find_wish(page: NewsPage) -> str:
    """Return what an approver wants changed before the item is asked for again, or ""."""
    state = page.current_workflow_state
    if state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return ""
    return state.current_task_state.comment if state.current_task_state else ""


def asked_since(page: NewsPage) -> datetime | None:
    """Return since when the item is before the approvers, or None."""
    state = find_task_state(page)
    return state.started_at if state else None
