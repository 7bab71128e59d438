"""newsletter/delivery/listeners/port.py: our own server for what returns."""

import asyncio
import smtplib
import threading
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError

from newsletter.delivery.listeners import port as listener
from newsletter.delivery.listeners.port import (
    ListenError,
    Place,
    is_return_path,
    open_listener,
    read_place,
)
from newsletter.delivery.return_paths import return_path
from tests.newsletter.mail.returned import make_bounce


@pytest.fixture(autouse=True)
def bounce_address(settings):
    settings.NEWSLETTER_BOUNCE_ADDRESS = "studs@example.org"


@pytest.fixture
def heard(monkeypatch):
    """Return what reaches the register: the listener's own work ends there."""
    calls = []

    def hear(content, *, sent_to):
        calls.append((content, sent_to))
        return 1

    monkeypatch.setattr(listener, "hear_mail", hear)
    monkeypatch.setattr(listener, "close_old_connections", lambda: None)
    return calls


@contextmanager
def listening(scheme):
    """Run the listener in a thread of its own; yield its port."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(open_listener(Place(scheme, "127.0.0.1", 0)))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def send(port, *recipients, mail=None):
    with smtplib.SMTP("127.0.0.1", port) as client:
        return client.sendmail("", recipients, mail or make_bounce())


@pytest.mark.parametrize(
    "text", ["", "2424", "imap://127.0.0.1:24", "lmtp:127.0.0.1", "lmtp://x:99999"]
)
def test_read_place_that_cannot_be_understood_says_how_to_write_it(text):
    with pytest.raises(ListenError, match="lmtp://127.0.0.1:2424"):
        read_place(text)


def test_read_place_without_a_host_is_this_machine():
    assert read_place("lmtp://:2424") == Place("lmtp", "127.0.0.1", 2424)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("studs@example.org", True),
        ("STUDS+7-aaaaaaaaaaaaaaaa@EXAMPLE.org", True),
        ("prvs=123=studs+7-aaaaaaaaaaaaaaaa@example.org", True),
        ("natverket@example.org", False),
        ("studs@example.com", False),
        ("studs@sub.example.org", False),
        ("studs", False),
    ],
)
def test_is_return_path_takes_only_what_returns(address, expected):
    assert is_return_path(address) is expected


def test_listener_refuses_everybody_elses_mail(heard):
    with listening("smtp") as port:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
            send(port, "somebody@example.org")

    assert refusal.value.recipients["somebody@example.org"][0] == 550
    assert heard == []


def test_listener_hears_with_the_envelope_before_it_says_250(heard):
    path = return_path(7, "")
    with listening("smtp") as port:
        assert send(port, path) == {}

    content, sent_to = heard[0]
    assert sent_to == [path]
    assert content.replace(b"\r\n", b"\n").strip() == make_bounce().strip()


@pytest.mark.parametrize("fault", [DatabaseError("away"), ZeroDivisionError("ours")])
def test_listener_that_cannot_keep_it_says_later(heard, monkeypatch, fault):
    def fail(*_args, **_kwargs):
        raise fault

    monkeypatch.setattr(listener, "hear_mail", fail)
    with listening("smtp") as port:
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            send(port, "studs@example.org")

    assert refusal.value.smtp_code == 451


def test_listener_takes_lines_longer_than_smtp_allows(heard):
    mail = make_bounce() + b"x" * 20_000 + b"\r\n"
    with listening("smtp") as port:
        send(port, "studs@example.org", mail=mail)

    assert len(heard) == 1


def test_listener_over_lmtp_answers_once_for_each_recipient(heard):
    with listening("lmtp") as port:
        with smtplib.LMTP("127.0.0.1", port) as client:
            # By hand: smtplib reads one answer to the dot, RFC 2033 §4.2 sends two.
            client.docmd("LHLO test")
            client.docmd("MAIL FROM:<>")
            client.docmd("RCPT TO:<studs@example.org>")
            client.docmd("RCPT TO:<studs+x@example.org>")
            client.docmd("DATA")
            client.send(make_bounce().replace(b"\n", b"\r\n") + b".\r\n")
            answers = [client.getreply()[0], client.getreply()[0]]
            assert client.noop()[0] == 250

    assert answers == [250, 250]
    assert [len(sent_to) for _content, sent_to in heard] == [2]


def test_listen_for_bounces_without_an_address_says_what_to_set(settings):
    settings.NEWSLETTER_BOUNCE_ADDRESS = ""

    with pytest.raises(CommandError, match="NEWSLETTER_BOUNCE_ADDRESS"):
        call_command("listen_for_bounces", "--at=lmtp://127.0.0.1:0")


def test_listen_for_bounces_wrong_place_is_an_error_in_words():
    with pytest.raises(CommandError, match="lmtp://127.0.0.1:2424"):
        call_command("listen_for_bounces", "--at=somewhere")
