"""newsletter/delivery/approving.py: the second pair of eyes, and when it still holds."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from wagtail.models import TaskState, WorkflowState

from crm.choices import ConsentAction
from crm.consent import record_consent
from crm.merging.joining import merge_contacts
from newsletter.choices import CampaignState, Trouble
from newsletter.delivery.approvers import set_up_approval
from newsletter.delivery.approving import (
    approve,
    ask_for_approval,
    ask_for_changes,
    find_approval,
    list_changes,
)
from newsletter.delivery.authors import find_authors
from newsletter.delivery.campaigns import (
    save_campaign,
    schedule_campaign,
    send_campaign,
    undo_send,
)
from newsletter.delivery.scheduling import fire_scheduled
from newsletter.exceptions import CampaignStateError
from newsletter.history import list_acts
from newsletter.models import Approval, Campaign
from tests.factories import make_contact, make_newsletter, make_segment, make_user
from tests.newsletter.delivery.scenes import make_draft

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def speak_english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def hold(settings):
    settings.NEWSLETTER_HOLD_SECONDS = 60


@pytest.fixture
def author():
    return make_user(role="Editors")


@pytest.fixture
def approver():
    return make_user(role="Approvers")


def make_guarded(author, *, people=3, contacts=None, tolerance=5, **fields) -> Campaign:
    """Make a saved draft, written by ``author``, of a newsletter that needs approval."""
    fields.setdefault(
        "newsletter", make_newsletter(needs_approval=True, approval_tolerance=tolerance)
    )
    draft = make_draft(contacts or [make_contact() for _n in range(people)], **fields)
    set_up_approval()
    return write(draft, author, title="Skriven av redaktören")


def write(draft: Campaign, user, **changes) -> Campaign:
    """Let somebody change the item, publish it and save it for sending."""
    page = draft.page.get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision(user=user).publish()
    page.refresh_from_db()
    return save_campaign(page, revision=page.latest_revision)


def send(draft: Campaign, user) -> Campaign:
    return send_campaign(draft, user=user, now=timezone.now())


def test_send_without_approval_is_refused(author):
    draft = make_guarded(author)

    with pytest.raises(CampaignStateError, match="second person has to approve"):
        send(draft, author)

    assert draft.deliveries.count() == 0


def test_approve_own_changes_is_refused_whoever_saved_last(author, approver):
    draft = write(make_guarded(author), approver, title="Ändrad")
    saved_by_author = write(draft, author)

    with pytest.raises(CampaignStateError, match="latest changes yourself"):
        approve(saved_by_author, user=approver)

    assert find_authors(saved_by_author) == {approver.pk}
    assert Approval.objects.count() == 0


def test_approve_without_the_right_is_refused(author):
    draft = make_guarded(author)

    with pytest.raises(CampaignStateError, match="right to approve"):
        approve(draft, user=make_user(role="Senders"))


def test_approved_send_goes_whoever_presses_it(author, approver):
    draft = make_guarded(author)

    approval = approve(draft, user=approver, comment="Bra.")

    assert (approval.people, approval.by, approval.comment) == (3, approver, "Bra.")
    assert send(draft, approver).state == CampaignState.HELD


def test_change_of_the_text_voids_and_says_so(author, approver):
    draft = make_guarded(author)
    approve(draft, user=approver)

    draft = write(draft, author, title="En annan rubrik")

    (approval,) = draft.approvals.all()
    assert approval.void_reason == "The letter in Swedish was changed."
    with pytest.raises(CampaignStateError, match="second person has to approve"):
        send(draft, author)


def test_saving_the_same_text_again_keeps_the_approval(author, approver):
    draft = make_guarded(author)
    approve(draft, user=approver)

    draft = write(draft, approver)

    assert send(draft, author).state == CampaignState.HELD


def test_change_of_rules_and_people_is_told_in_words(author, approver):
    people = [make_contact() for _n in range(3)]
    segment = make_segment(name="Samordnare", added=people)
    draft = make_guarded(author, contacts=people)
    draft.recipients.include.set([segment])
    approval = approve(draft, user=approver)
    segment.added.add(make_contact())

    assert list_changes(approval, draft) == [
        "People were added to or left out of “Samordnare” by hand.",
        "It would go to 4 people; 3 were approved, and the number may change by 5 "
        "per cent.",
    ]
    draft.recipients.include.set([make_segment(added=people)])
    assert list_changes(approval, draft) == [
        "Other segments were chosen as recipients."
    ]
    with pytest.raises(CampaignStateError, match="no longer holds: Other segments"):
        send(draft, author)


def test_people_who_leave_are_left_out_and_void_nothing(author, approver):
    people = [make_contact() for _n in range(3)]
    draft = make_guarded(author, contacts=people)
    approve(draft, user=approver)
    purpose = draft.newsletter.purpose

    record_consent(people[0], purpose, ConsentAction.WITHDRAWN, source="test")

    sent = send(draft, author)
    assert {d.contact for d in sent.deliveries.all()} == set(people[1:])


def test_number_within_the_tolerance_holds(author, approver):
    segment = make_segment(name="S", added=[make_contact() for _n in range(4)])
    draft = make_guarded(author, contacts=[make_contact()], tolerance=25)
    draft.recipients.include.set([segment])
    approval = approve(draft, user=approver)
    segment.rules = {**segment.rules}
    approval.bound["people"] = approval.bound["members"] = 5
    approval.save()

    assert list_changes(approval, draft) == []


def test_change_of_the_sender_voids(author, approver):
    draft = make_guarded(author)
    approval = approve(draft, user=approver)
    draft.newsletter.reply_to = "other@example.org"

    assert list_changes(approval, draft) == ["The sender was changed."]


def test_workflow_brings_it_to_the_approver_and_back(author, approver):
    draft = make_guarded(author)
    ask_for_approval(draft, user=author)
    with pytest.raises(CampaignStateError, match="asked for already"):
        ask_for_approval(draft, user=author)

    (waiting,) = TaskState.objects.reviewable_by(approver)
    assert list(TaskState.objects.reviewable_by(author)) == []
    assert waiting.workflow_state.content_object.pk == draft.page.pk
    with pytest.raises(CampaignStateError, match="what is to be changed"):
        ask_for_changes(draft, user=approver, comment=" ")
    ask_for_changes(draft, user=approver, comment="Datum saknas.")
    state = WorkflowState.objects.get()
    assert state.status == WorkflowState.STATUS_NEEDS_CHANGES
    ask_for_approval(draft, user=author)
    approval = approve(draft, user=approver)
    state.refresh_from_db()
    assert state.status == WorkflowState.STATUS_APPROVED
    assert [(act.words, act.by) for act in reversed(list_acts(draft))] == [
        ("Asked for an approval", author.username),
        ("Asked for changes", approver.username),
        ("Asked for an approval", author.username),
        (f"Approved it for {approval.people} people", approver.username),
    ]


def test_scheduled_send_fires_approved_and_is_held_back_when_changed(author, approver):
    segment = make_segment(name="S", added=[make_contact(), make_contact()])
    draft = make_guarded(author, contacts=[make_contact()])
    draft.recipients.include.set([segment])
    send_at = timezone.now() + timedelta(minutes=5)
    with pytest.raises(CampaignStateError, match="second person"):
        schedule_campaign(draft, send_at=send_at, user=author)
    approve(draft, user=approver)
    scheduled = schedule_campaign(draft, send_at=send_at, user=author)
    draft.newsletter.reply_to = "other@example.org"
    draft.newsletter.save()

    assert not fire_scheduled(scheduled, now=send_at)

    scheduled.refresh_from_db()
    assert (scheduled.state, scheduled.trouble) == (
        CampaignState.DRAFT,
        Trouble.UNAPPROVED,
    )
    assert scheduled.approvals.get().void_reason == "The sender was changed."
    approve(scheduled, user=approver)
    scheduled = schedule_campaign(scheduled, send_at=send_at, user=author)
    assert fire_scheduled(scheduled, now=send_at)


def test_undone_send_takes_its_approval_along(author, approver):
    draft = make_guarded(author)
    approve(draft, user=approver)
    undo_send(send(draft, author))

    fresh = save_campaign(draft.page, revision=draft.page.latest_revision)

    assert fresh.pk != draft.pk
    assert find_approval(fresh).by == approver
    assert send(fresh, author).state == CampaignState.HELD


def test_merging_a_person_chosen_by_hand_keeps_the_approval(author, approver):
    lost, kept = make_contact(), make_contact()
    segment = make_segment(name="S", added=[lost, make_contact()])
    draft = make_guarded(author, contacts=[make_contact()])
    draft.recipients.include.set([segment])
    approval = approve(draft, user=approver)

    merge_contacts(kept, lost, by=author)

    approval.refresh_from_db()
    assert list_changes(approval, draft) == []
