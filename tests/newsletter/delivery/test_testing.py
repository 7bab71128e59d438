"""Test mails: the letter as somebody gets it, over a real conversation, without rows."""

from email import message_from_bytes, policy

import pytest

from newsletter.delivery.testing import send_test
from newsletter.exceptions import CampaignStateError
from newsletter.models import Delivery
from tests.factories import make_contact
from tests.newsletter.delivery.scenes import make_draft
from tests.smtp_server import running_smtp_server

pytestmark = pytest.mark.django_db

GREETING = [("lead", {"text": "Hej [[given_name|kollega]]!"})]


@pytest.fixture
def use_server(settings):
    def use(port: int) -> None:
        settings.MAILERS = {
            **settings.MAILERS,
            "bulk": {
                "BACKEND": "newsletter.delivery.transports.smtp.Mailer",
                "OPTIONS": {"host": "127.0.0.1", "port": port, "starttls": "never"},
            },
        }

    return use


def send(campaign, *, as_contact=None):
    send_test(
        campaign,
        addresses=["me@example.org"],
        as_contact=as_contact,
    )


def test_test_of_unsaved_draft_is_refused():
    campaign = make_draft([make_contact()])
    campaign.revision = None

    with pytest.raises(CampaignStateError):
        send(campaign)


def test_test_the_server_refuses_says_its_answer(use_server):
    campaign = make_draft([make_contact()])

    def answer(phase, argument):
        return "550 5.1.1 no such user" if phase == "RCPT" else None

    with running_smtp_server(answer=answer) as server:
        use_server(server.port)
        with pytest.raises(CampaignStateError) as refused:
            send(campaign)

    assert "550 5.1.1 no such user" in str(refused.value)


@pytest.mark.parametrize(
    ("given_name", "greeting"), [("Åsa", "Hej Åsa!"), (None, "Hej kollega!")]
)
def test_test_greets_as_the_letter_would(use_server, given_name, greeting):
    campaign = make_draft([make_contact()], body=GREETING)
    reader = make_contact(given_name=given_name) if given_name else None
    with running_smtp_server() as server:
        use_server(server.port)

        send(campaign, as_contact=reader)

    message = message_from_bytes(server.messages[0].content, policy=policy.default)
    assert message["Subject"] == f"[TEST] {campaign.subject}"
    assert message["To"] == "me@example.org"
    for part in message.iter_parts():
        assert greeting in part.get_content()
    assert Delivery.objects.count() == 0
