"""The page of a newsletter's sender."""

import pytest
from wagtail.models import ModelLogEntry

from newsletter.models import SenderCheck
from tests.factories import make_newsletter
from tests.newsletter.browsing import log_in, read_messages

pytestmark = pytest.mark.django_db


@pytest.fixture
def newsletter():
    return make_newsletter(sender_email="office@example.org")


def address(newsletter) -> str:
    return f"/admin/newsletters/sender/{newsletter.pk}/"


def test_check_by_who_may_only_read_is_refused(newsletter):
    response = log_in("Auditors").post(address(newsletter))

    assert response.status_code == 302
    assert not SenderCheck.objects.exists()


def test_page_before_the_first_check_says_so_and_asks_nobody(newsletter):
    html = log_in("Senders").get(address(newsletter)).content.decode()

    assert "Never" in html
    assert "Check the sender" in html
    assert not SenderCheck.objects.exists()


def test_page_for_who_may_only_read_has_no_button(newsletter):
    html = log_in("Auditors").get(address(newsletter)).content.decode()

    assert '<button type="submit" class="button">' not in html


def test_check_is_stored_logged_and_told(newsletter):
    client = log_in("Senders")

    response = client.post(address(newsletter))

    assert read_messages(response) == ["Checked. Nothing stands in the way."]
    assert SenderCheck.objects.get().address == "office@example.org"
    entry = ModelLogEntry.objects.get(action="newsletter.check_sender")
    assert (entry.user, entry.data) == (client.user, {"errors": 0})
    assert (
        "Letters are caught on this machine"
        in client.get(address(newsletter)).content.decode()
    )


def test_errors_are_told_with_what_to_do(newsletter):
    SenderCheck.objects.create(
        newsletter=newsletter,
        address=newsletter.sender_email,
        findings=[{"code": "spf_absent", "values": {"domain": "example.org"}}],
    )

    html = log_in("Senders").get(address(newsletter)).content.decode()

    assert "example.org has no SPF record" in html
    assert "rb-check__finding--error" in html


def test_overview_of_the_newsletter_leads_there(newsletter):
    html = (
        log_in("Auditors")
        .get(f"/admin/newsletters/inspect/{newsletter.pk}/")
        .content.decode()
    )

    assert address(newsletter) in html
