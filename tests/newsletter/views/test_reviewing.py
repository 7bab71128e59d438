"""Approving in the admin: all on one page, and what is refused."""

import pytest
from django.core import mail
from wagtail.models import TaskState

from newsletter.delivery.approvers import set_up_approval
from newsletter.delivery.campaigns import save_campaign
from newsletter.models import Approval
from tests.factories import make_contact, make_newsletter, make_segment
from tests.newsletter.browsing import log_in, press, read_messages
from tests.newsletter.delivery.scenes import make_item

pytestmark = pytest.mark.django_db


def make_guarded(author, *, people=3, **fields):
    """Make an item, written by ``author``, of a newsletter that needs approval."""
    set_up_approval()
    page = make_item(
        [make_contact() for _n in range(people)],
        newsletter=make_newsletter(needs_approval=True),
        **fields,
    )
    page.title = "Skriven av redaktören"
    page.save_revision(user=author).publish()
    page.refresh_from_db()
    return page


def address(page) -> str:
    return f"/admin/sends/items/{page.pk}/review/"


def read(client, page) -> str:
    return client.get(address(page)).content.decode()


def decide(client, page, act: str, **filled) -> list[str]:
    seen = client.get(address(page)).context["seen"]
    answer = client.post(address(page), {"act": act, "seen": seen, **filled})
    return read_messages(answer)


def test_review_is_refused_to_who_neither_approves_nor_edits():
    client = log_in("Auditors")
    page = make_guarded(client.user)

    assert client.get(address(page)).status_code == 302
    assert client.get(f"{address(page)}sv/0/html/").status_code == 302


def test_author_looks_but_may_not_approve():
    client = log_in("Editors", "Approvers")
    page = make_guarded(client.user)

    assert "You made the latest changes yourself." in read(client, page)
    (told,) = decide(client, page, "approve")
    assert told.startswith("You made the latest changes yourself.")
    assert Approval.objects.count() == 0


def test_approving_what_was_changed_meanwhile_is_refused():
    author, client = log_in("Editors"), log_in("Approvers")
    page = make_guarded(author.user)
    seen = client.get(address(page)).context["seen"]
    page.title = "En annan rubrik"
    page.save_revision(user=author.user)

    answer = client.post(address(page), {"act": "approve", "seen": seen})

    assert read_messages(answer) == [
        "It was changed while you looked at it. Look it through once more."
    ]
    assert Approval.objects.count() == 0


def test_panel_asks_the_approver_approves_and_it_is_sent():
    author, approver = log_in("Editors", "Senders"), log_in("Approvers")
    page = make_guarded(author.user)

    assert (
        'data-send-action="ask"'
        in author.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    )
    assert read_messages(press(author, page, "send")) == [
        "A second person has to approve it first. Ask for it on the tab Send."
    ]
    told = read_messages(press(author, page, "ask"))
    assert told[-1] == "Somebody who may approve has been asked."
    dashboard = approver.get("/admin/").content.decode()
    assert "Skriven av redaktören" in dashboard
    menu = approver.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert f'href="{address(page)}"' in menu
    html = read(approver, page)
    assert "3 people get it." in html
    assert "3 people" in html
    assert f"{address(page)}sv/0/text/" in html
    assert decide(approver, page, "approve") == ["Approved. It can be sent now."]
    assert "It holds." in read(approver, page)
    assert "Sending to 3 people." in read_messages(press(author, page, "send"))
    send_page = author.get(f"/admin/sends/inspect/{page.campaigns.get().pk}/")
    assert "Approved for 3 people" in send_page.content.decode()


@pytest.mark.parametrize(
    ("language", "subject"), [("en", "rejected"), ("sv", "avvisa")]
)
def test_wish_for_changes_is_mailed_to_who_asked(
    django_capture_on_commit_callbacks, language, subject
):
    author, approver = log_in("Editors"), log_in("Approvers")
    author.user.email = "author@example.org"
    author.user.save()
    author.user.wagtail_userprofile.preferred_language = language
    author.user.wagtail_userprofile.save()
    page = make_guarded(author.user)
    press(author, page, "ask")
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        (told,) = decide(approver, page, "changes", comment="Datum saknas.")

    assert told == "Sent back, with what is to be changed."
    letters = [m for m in mail.outbox if m.to == ["author@example.org"]]
    assert len(letters) == 1
    assert "Datum saknas." in letters[0].body
    assert subject in letters[0].subject.lower()
    assert TaskState.objects.get().status == TaskState.STATUS_REJECTED
    assert (
        "Datum saknas." in author.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    )


def test_letter_of_each_kind_is_shown_without_anybody_s_name():
    client = log_in("Approvers")
    segment = make_segment(name="Partner", added=[make_contact()])
    page = make_item(
        [make_contact()],
        newsletter=make_newsletter(needs_approval=True),
        body=[
            ("lead", {"text": "Hej [[given_name|kollega]]."}),
            ("lead", {"text": "Till partner.", "only_for": segment.pk}),
        ],
    )
    save_campaign(page, revision=page.latest_revision)

    all_blocks = client.get(f"{address(page)}sv/1/text/").content.decode()
    fewer = client.get(f"{address(page)}sv/0/html/").content.decode()

    assert "Hej kollega." in all_blocks
    assert "Till partner." in all_blocks
    assert "Till partner." not in fewer


def test_item_without_newsletter_says_what_is_missing():
    client = log_in("Approvers")
    page = make_item([make_contact()], newsletter=None)

    assert "Choose a newsletter first" in read(client, page)
    told = client.post(address(page), {"act": "approve"})
    assert read_messages(told)[-1].startswith("Choose a newsletter first")
