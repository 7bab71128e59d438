"""Test mails: the letter as somebody gets it, over a real conversation, without rows."""

from email import message_from_bytes, policy

import pytest

from newsletter.choices import Fallback
from newsletter.delivery.testing import send_test, send_test_of_each
from newsletter.exceptions import CampaignStateError, NoLetterError
from newsletter.models import Delivery
from tests.factories import make_contact, make_newsletter, make_segment
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


def send(campaign, *, reader=None):
    send_test(campaign, addresses=["me@example.org"], reader=reader)


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

        send(campaign, reader=reader)

    message = message_from_bytes(server.messages[0].content, policy=policy.default)
    assert message["Subject"] == f"[TEST] {campaign.subject}"
    assert message["To"] == "me@example.org"
    for part in message.iter_parts():
        assert greeting in part.get_content()
        assert "test" in part.get_content()
    assert Delivery.objects.count() == 0


def test_test_as_a_reader_of_no_language_of_the_item_is_refused():
    newsletter = make_newsletter(fallback=Fallback.NOTHING)
    campaign = make_draft([make_contact()], newsletter=newsletter)

    with pytest.raises(NoLetterError):
        send(campaign, reader=make_contact(language="en"))


def test_test_of_each_letter_when_nobody_gets_one_is_refused():
    with pytest.raises(CampaignStateError):
        send_test_of_each(make_draft([]), addresses=["me@example.org"])


def test_test_of_each_letter_goes_to_every_address_the_largest_first(
    use_server, monkeypatch
):
    monkeypatch.setattr("newsletter.delivery.testing.MOST_VARIANTS", 2)
    people = [make_contact() for _person in range(4)]
    few, one = make_segment(added=people[:2]), make_segment(added=people[:1])
    campaign = make_draft(
        people,
        body=[
            ("lead", {"text": "Till alla"}),
            ("lead", {"text": "Till två", "only_for": [str(few.pk)]}),
            ("lead", {"text": "Till en", "only_for": [str(one.pk)]}),
        ],
    )
    with running_smtp_server() as server:
        use_server(server.port)

        tested = send_test_of_each(
            campaign, addresses=["me@example.org", "you@example.org"]
        )

    assert (tested.variants, tested.all_variants) == (2, 3)
    assert server.recipients == ["me@example.org", "you@example.org"] * 2
    letters = [
        message_from_bytes(m.content, policy=policy.default)
        .get_body(("plain",))
        .get_content()
        for m in server.messages
    ]
    shown = [["Till två" in text, "Till en" in text] for text in letters]
    assert shown == [[False, False]] * 2 + [[True, False]] * 2
    assert Delivery.objects.count() == 0
