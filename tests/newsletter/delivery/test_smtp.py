"""newsletter/delivery/transports/smtp.py: connecting, logging in, Django's own letters."""

import smtplib

import pytest
from django.core.mail import EmailMessage

from newsletter.delivery.outcomes import Verdict
from newsletter.delivery.transports.interface import ConnectionFailed
from newsletter.delivery.transports.smtp import Mailer
from tests.newsletter.delivery.talking import (
    ALL,
    PEOPLE,
    answer_at,
    deliver,
    verdicts,
)
from tests.smtp_server import DROP, running_smtp_server


def test_connect_server_is_down_raises_connection_failed():
    with running_smtp_server() as server:
        port = server.port

    with pytest.raises(ConnectionFailed, match="refused"):
        Mailer("127.0.0.1", port).connect()


@pytest.mark.parametrize(
    ("phase", "line", "blames_sender"),
    [
        ("CONNECT", "554 go away", True),
        ("CONNECT", "421 later", False),
        ("CONNECT", DROP, False),
        ("EHLO", DROP, False),
        ("EHLO", "421 later", False),
    ],
)
def test_connect_server_refuses_raises_connection_failed(phase, line, blames_sender):
    with running_smtp_server(answer=answer_at(phase, line, to=ALL)) as server:
        with pytest.raises(ConnectionFailed) as failure:
            Mailer("127.0.0.1", server.port).connect()

    assert failure.value.blames_sender is blames_sender


@pytest.mark.parametrize(
    ("line", "blames_sender"), [("535 no", True), ("454 later", False)]
)
def test_connect_log_in_refused_says_whose_fault_it_is(line, blames_sender):
    with running_smtp_server(
        answer=answer_at("AUTH", line, to=ALL), extensions=("AUTH PLAIN",)
    ) as server:
        with pytest.raises(ConnectionFailed) as failure:
            Mailer("127.0.0.1", server.port, username="u", password="p").connect()

    assert failure.value.blames_sender is blames_sender


def test_connect_log_in_taken_delivers():
    with running_smtp_server(extensions=("PIPELINING", "AUTH PLAIN")) as server:
        _conversation, outcomes = deliver(server, username="u", password="p")

    assert verdicts(outcomes) == [Verdict.ACCEPTED]


def test_connect_password_that_smtplib_cannot_write_is_the_senders_fault():
    with running_smtp_server(extensions=("AUTH PLAIN",)) as server:
        with pytest.raises(ConnectionFailed) as caught:
            Mailer("127.0.0.1", server.port, username="u", password="lösen").connect()

    assert caught.value.blames_sender
    assert "lösen" not in str(caught.value)


def test_connect_starttls_required_but_not_offered_sends_nothing():
    with running_smtp_server() as server:
        with pytest.raises(ConnectionFailed, match="STARTTLS"):
            Mailer("127.0.0.1", server.port, starttls="required").connect()


def test_mailer_unknown_starttls_policy_is_refused():
    with pytest.raises(ValueError, match="never, offered, required"):
        Mailer("127.0.0.1", 25, starttls="sometimes")


def test_send_messages_django_message_arrives():
    with running_smtp_server() as server:
        sent = Mailer("127.0.0.1", server.port).send_messages(
            [EmailMessage("Hej", "Text", "office@example.org", PEOPLE[:2])]
        )

    assert (sent, server.recipients) == (1, PEOPLE[:2])


def test_send_messages_django_message_leaves_with_bare_addresses_and_crlf():
    message = EmailMessage(
        "Hej", "rad\n.\nslut\n", "Åsa <office@example.org>", ["Bo <b@räka.example>"]
    )
    with running_smtp_server() as server:
        Mailer("127.0.0.1", server.port).send_messages([message])

    [taken] = server.messages
    assert (taken.mail_from, taken.rcpt_to) == (
        "office@example.org",
        "b@xn--rka-qla.example",
    )
    assert taken.content.endswith(b"\r\n\r\nrad\r\n.\r\nslut\r\n")


def test_send_messages_refused_raises():
    refuse = answer_at("RCPT", "550 no", to=ALL)
    with running_smtp_server(answer=refuse) as server:
        with pytest.raises(smtplib.SMTPException, match="RCPT 550 no"):
            Mailer("127.0.0.1", server.port).send_messages(
                [EmailMessage("Hej", "Text", "office@example.org", PEOPLE[:1])]
            )
