"""newsletter/delivery/transports/smtp.py against a server that fails where told."""

import smtplib

import pytest
from django.core.mail import EmailMessage

from newsletter.delivery.outcomes import Outcome, Verdict
from newsletter.delivery.transports.smtp import ConnectionFailed, Mailer
from tests.smtp_server import DROP, running_smtp_server

CONTENT = b"Subject: Hej\r\n\r\n.en rad med punkt\r\nslut\r\n"


def deliver(server, *, before_dot=lambda: True, rcpt_to="a@example.org"):
    connection = Mailer("127.0.0.1", server.port).connect()
    outcome = connection.deliver(
        "office@example.org", rcpt_to, CONTENT, before_dot=before_dot
    )
    return connection, outcome


def answer_at(phase, line):
    return lambda at, argument: line if at == phase else None


def test_deliver_message_arrives_byte_for_byte():
    with running_smtp_server() as server:
        connection, outcome = deliver(server)
        connection.close()

    assert outcome == Outcome(Verdict.ACCEPTED, 250, "2.0.0 queued", "DOT")
    [message] = server.messages
    assert message.content == CONTENT
    assert (message.mail_from, message.rcpt_to) == (
        "office@example.org",
        "a@example.org",
    )


@pytest.mark.parametrize(
    ("phase", "line", "verdict", "blames_sender", "stays_open"),
    [
        ("MAIL", "550 no such sender", Verdict.FAILED, True, True),
        ("MAIL", "451 try later", Verdict.DEFERRED, False, True),
        ("RCPT", "550 5.1.1 unknown", Verdict.FAILED, False, True),
        ("RCPT", "450 greylisted", Verdict.DEFERRED, False, True),
        ("RCPT", "421 too many", Verdict.DEFERRED, False, False),
        ("DATA", "554 no", Verdict.FAILED, False, True),
        ("DATA", "451 later", Verdict.DEFERRED, False, True),
        ("DOT", "554 spam", Verdict.FAILED, False, True),
        ("DOT", "452 disk full", Verdict.DEFERRED, False, True),
        ("DOT", "421 going down", Verdict.DEFERRED, False, False),
        ("MAIL", DROP, Verdict.DEFERRED, False, False),
        ("RCPT", DROP, Verdict.DEFERRED, False, False),
        ("DATA", DROP, Verdict.DEFERRED, False, False),
        ("DOT", DROP, Verdict.UNKNOWN, False, False),
        ("STORED", DROP, Verdict.UNKNOWN, False, False),
        ("STORED", "nonsense", Verdict.UNKNOWN, False, False),
    ],
)
def test_deliver_fault_at_phase_is_judged(
    phase, line, verdict, blames_sender, stays_open
):
    with running_smtp_server(answer=answer_at(phase, line)) as server:
        connection, outcome = deliver(server)
        was_open = connection.is_open
        connection.close()

    assert (outcome.verdict, outcome.blames_sender, was_open) == (
        verdict,
        blames_sender,
        stays_open,
    )


def test_deliver_after_refusal_next_message_goes_on_same_connection():
    refuse = answer_at("RCPT", "550 5.1.1 unknown")
    with running_smtp_server(answer=refuse) as server:
        connection, first = deliver(server)
        server.answer = lambda phase, argument: None
        second = connection.deliver(
            "office@example.org", "b@example.org", CONTENT, before_dot=lambda: True
        )
        connection.close()

    assert (first.verdict, second.verdict) == (Verdict.FAILED, Verdict.ACCEPTED)
    assert (server.recipients, server.connections) == (["b@example.org"], 1)


def test_deliver_no_longer_ours_before_dot_nothing_is_taken():
    with running_smtp_server() as server:
        connection, outcome = deliver(server, before_dot=lambda: False)

    assert outcome.verdict == Verdict.RELEASED
    assert (server.messages, connection.is_open) == ([], False)


def test_deliver_unicode_local_part_without_smtputf8_fails_that_one():
    with running_smtp_server() as server:
        connection, outcome = deliver(server, rcpt_to="åsa@example.org")
        connection.close()

    assert outcome == Outcome(Verdict.FAILED, 553, "no SMTPUTF8", "RCPT")
    assert server.messages == []


def test_deliver_unicode_local_part_with_smtputf8_arrives():
    with running_smtp_server(extensions=("8BITMIME", "SMTPUTF8")) as server:
        connection, outcome = deliver(server, rcpt_to="åsa@example.org")
        connection.close()

    assert outcome.verdict == Verdict.ACCEPTED
    assert server.recipients == ["åsa@example.org"]


def test_connect_server_is_down_raises_connection_failed():
    with running_smtp_server() as server:
        port = server.port

    with pytest.raises(ConnectionFailed, match="refused"):
        Mailer("127.0.0.1", port).connect()


@pytest.mark.parametrize("line", ["554 go away", DROP])
def test_connect_server_refuses_raises_connection_failed(line):
    with running_smtp_server(answer=answer_at("CONNECT", line)) as server:
        with pytest.raises(ConnectionFailed):
            Mailer("127.0.0.1", server.port).connect()


def test_connect_starttls_required_but_not_offered_sends_nothing():
    with running_smtp_server() as server:
        with pytest.raises(ConnectionFailed, match="STARTTLS"):
            Mailer("127.0.0.1", server.port, starttls="required").connect()


def test_send_messages_django_message_arrives():
    with running_smtp_server() as server:
        sent = Mailer("127.0.0.1", server.port).send_messages(
            [EmailMessage("Hej", "Text", "office@example.org", ["a@example.org"])]
        )

    assert (sent, server.recipients) == (1, ["a@example.org"])


def test_send_messages_refused_raises():
    refuse = answer_at("RCPT", "550 no")
    with running_smtp_server(answer=refuse) as server:
        with pytest.raises(smtplib.SMTPException, match="RCPT 550 no"):
            Mailer("127.0.0.1", server.port).send_messages(
                [EmailMessage("Hej", "Text", "office@example.org", ["a@example.org"])]
            )
